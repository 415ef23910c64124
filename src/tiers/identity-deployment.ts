import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What a replica of the data plane is given. */
export const identityDataDeployment: readonly Declaration[] = [
  formula(
    'identityData.cores.perNode',
    'core/machine',
    'CPU of a replica: its share of the cold peak with one replica lost, and headroom; Redis uses one core',
    'max(deploy.cpu.least, identityData.lookups.cold / max(identityData.nodes.count - 1 machine, 1 machine) / identityData.node.throughput * 1 core/machine / (1 - policy.headroom))',
  ),
  formula(
    'identityData.cores.limit',
    'core/machine',
    'CPU that a replica may use in a burst',
    'identityData.cores.perNode * deploy.cpu.burst',
  ),
  formula(
    'identityData.memory.limit',
    'MB/machine',
    'memory that Redis may fill: every user with headroom. It must not evict',
    'identityData.memory / (1 - policy.headroom) / 1 machine',
  ),
  assumed(
    'identityData.memory.base',
    '64 MiB/machine',
    'memory of a replica beside its data',
    'the server, buffers of clients, and room for fragmentation of small sets',
  ),
  assumed(
    'identityData.memory.fragmentation',
    '1.5',
    'memory of the process relative to its data',
    'the ratio at which Redis itself begins to warn',
  ),
  formula(
    'identityData.memory.pod',
    'MB/machine',
    'memory of a replica',
    'identityData.memory.limit * identityData.memory.fragmentation + identityData.memory.base',
  ),
  formula(
    'identityData.connections.limit',
    'connection/machine',
    'connections that a replica takes: two of each API server and feeder, and some for people',
    '(2 * (api.servers.count + identityManagement.instances.count) / 1 machine + 32) * 1 connection/machine',
  ),
];

/** What the management plane is given: the role with its admin API and feed, and its database. */
export const identityManagementDeployment: readonly Declaration[] = [
  formula(
    'identityManagement.instances.count',
    'machine',
    'instances of the admin API and the feed: one more than may fail',
    'identityManagement.failuresTolerated + 1 machine',
  ),
  assumed(
    'identityManagement.cores.perInstance',
    '0.25 core/machine',
    'CPU of an instance',
    'fewer than one change a second, and a look at each replica every half second',
  ),
  formula(
    'identityManagement.cores.limit',
    'core/machine',
    'CPU that an instance may use in a burst',
    'identityManagement.cores.perInstance * deploy.cpu.burst',
  ),
  assumed(
    'identityManagement.memory.perInstance',
    '512 MiB/machine',
    'memory of an instance',
    'Node, and a page of customers while a replica is copied anew',
  ),
  assumed(
    'identityManagement.database.cores',
    '1 core/machine',
    'CPU of a database node',
    'all changes of the plan take a few percent of it; backups and vacuum take the rest',
  ),
  assumed(
    'identityManagement.database.memory',
    '2 GiB/machine',
    'memory of a database node',
    'the working set of customers and keys is below 1 GB for 100,000 users',
  ),
  formula(
    'identityManagement.database.buffers',
    'MB/machine',
    'shared buffers of a database node: a quarter of its memory',
    'identityManagement.database.memory / 4',
    'PostgreSQL documentation, Resource Consumption',
  ),
  formula(
    'identityManagement.database.cache',
    'MB/machine',
    'what the planner takes the file cache to hold: three quarters of its memory',
    'identityManagement.database.memory * 0.75',
  ),
  formula(
    'identityManagement.database.connections',
    'connection/machine',
    'connections that a database node takes: ten of each instance of every region, and some for the operator and people',
    '(10 * identityManagement.instances.count / 1 machine * workload.regions + 30) * 1 connection/machine',
  ),
  formula(
    'identityManagement.database.disk',
    'GB/machine',
    'volume of a database node: the whole plane with headroom',
    'max(10 GB/machine, identityManagement.disk / 1 machine / (1 - policy.headroom))',
  ),
  assumed(
    'identityManagement.database.logDisk',
    '10 GB/machine',
    'volume for the log of a database node',
    'a day of changes while the archive cannot be reached',
  ),
  assumed(
    'identityManagement.archiver.cores',
    '0.25 core/machine',
    'CPU of the process beside a database node that ships its log and its backups',
    'it compresses a log file a minute; a backup may take what the node leaves',
  ),
  assumed(
    'identityManagement.archiver.memory',
    '1 GiB/machine',
    'memory of the process beside a database node that ships its log and its backups',
    'backups of less than 1 GB were killed at 128 MiB and restores at 512 MiB, by reports of users of the plug-in',
  ),
  assumed(
    'identityManagement.backup.retention',
    '30 d',
    'time for which backups are kept',
    'a mistake is found within a billing period',
  ),
];
