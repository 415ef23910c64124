import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** Listeners of tiers with many nodes: node k takes the k-th port after this one. */
const many: readonly (readonly [name: string, offset: number, meaning: string])[] = [
  ['loadBalancer', 0, 'of the load balancers, where customers connect'],
  ['loadBalancerMetrics', 10, 'of the metrics of the load balancers'],
  ['api', 20, 'of the API servers'],
  ['apiInternal', 30, 'of the API servers for workers, for each other and for metrics'],
  ['worker', 40, 'of the workers'],
  ['usage', 50, 'of the usage aggregators'],
  ['identity', 60, 'of the admin API of identity'],
  ['keeper', 70, 'of the keepers of the database'],
  ['database', 80, 'of PostgreSQL'],
  ['identityData', 90, 'of Redis'],
  ['queue', 100, 'of NATS for clients'],
  ['queueMonitor', 110, 'of NATS for probes'],
  ['queueCluster', 120, 'of NATS for its own cluster'],
  ['usageStoreJmx', 150, 'of Cassandra for nodetool'],
];

/** Listeners of which there is one, or one on the address of each node. */
const single: readonly (readonly [name: string, offset: number, meaning: string])[] = [
  ['usageStore', 130, 'of Cassandra for clients, the same on the address of each node'],
  ['usageStoreRing', 140, 'of Cassandra for its own ring, the same on the address of each node'],
  ['coldStorage', 160, 'of the S3 gateway'],
  ['billing', 170, 'of the metrics of billing'],
  ['prometheus', 180, 'of Prometheus'],
  ['alertmanager', 190, 'of Alertmanager'],
  ['all', 200, 'of the whole service in one process, where engines are missing'],
];

const port = (name: string, offset: number, meaning: string) =>
  formula(`local.port.${name}`, '1', meaning, `local.port.base + ${offset}`);

/** What a deployment on one machine needs beside its tiers: ports, restarts, and the tools that watch it. */
export const localDeployment: readonly Declaration[] = [
  assumed(
    'local.port.base',
    '20000',
    'first port of a deployment on one machine; it takes two hundred from there on',
    'below the ports that the kernel gives away by itself, and used by no engine of the service',
  ),
  ...many.map(([name, offset, meaning]) =>
    port(name, offset, `ports ${meaning}, less the number of the node`),
  ),
  ...single.map(([name, offset, meaning]) => port(name, offset, `port ${meaning}`)),
  assumed(
    'local.cores.shared',
    '2 core',
    'cores that all tiers but the workers share on one machine',
    'half of a laptop; no tier needs one for long',
  ),
  assumed(
    'local.restart.first',
    '1 s',
    'wait before a process that ended is started again',
    'its port is free by then; the wait doubles with each end soon after a start',
  ),
  assumed(
    'local.restart.most',
    '30 s',
    'longest wait before a process that keeps ending is started again',
    'whoever mends the cause sees the process come back within half a minute',
  ),
  assumed(
    'monitoring.memory.prometheus',
    '256 MiB/machine',
    'memory of the Prometheus of one machine',
    'a few thousand series; 41 MB were seen when it started',
  ),
  assumed(
    'monitoring.memory.alertmanager',
    '64 MiB/machine',
    'memory of the Alertmanager of one machine',
    '32 MB were seen when it started',
  ),
  formula(
    'monitoring.retention',
    's',
    'time for which samples are kept: a window of the objective',
    'objectives.availability.window',
  ),
  assumed(
    'coldStorage.gateway.memory',
    '128 MiB/machine',
    'memory of the S3 gateway of one machine',
    '26 MB were seen when it started; uploads pass in parts',
  ),
  formula(
    'identityManagement.renewInterval',
    's',
    'time between renewals of the lease of the primary: six fit into the detection time, and one more begins',
    'identityManagement.detectionTime * 3 / 20',
  ),
  formula(
    'identityManagement.fencingTime',
    's',
    'part of the promotion in which the old primary is stopped',
    'identityManagement.promotionTime / 4',
  ),
  formula(
    'identityData.memory.store',
    'MB/machine',
    'memory above which Redis takes nothing new: every user with headroom, and the server itself',
    'identityData.memory.limit + identityData.memory.base',
  ),
  assumed(
    'identityManagement.databases.count',
    '2 machine',
    'nodes of the management plane with a database: a primary and a standby, and the witness has a vote only',
    'a keeper pairs two; the third vote is with the queue',
  ),
  formula(
    'batch.settleTime',
    's',
    'time after the end of a day until its records are taken to have arrived: the outage that aggregators bridge',
    'usageAggregator.buffer.duration',
  ),
];
