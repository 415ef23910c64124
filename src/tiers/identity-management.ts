import { identityManagementDeployment } from './identity-deployment.ts';
import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'quorum',
    quantity: 'identityManagement.nodes.quorum',
    meaning: 'a primary, a standby and a witness: failover by majority, never two primaries',
  },
  {
    kind: 'throughput',
    quantity: 'identityManagement.nodes.throughput',
    meaning: 'one primary takes all writes',
  },
  {
    kind: 'disk',
    quantity: 'identityManagement.nodes.disk',
    meaning: 'customers, keys and the audit log fit on the disk of the primary',
  },
];

/** Where customers, keys, plans and quotas are changed: rarely, consistently, with an audit log. */
export const identityManagement: TierModel = {
  id: 'identityManagement',
  title: 'identity: management plane',
  counted: 'node',
  names: {
    count: 'identityManagement.nodes.count',
    demand: 'identityManagement.writes',
    capacity: 'identityManagement.node.throughput',
    spare: 'identityManagement.nodes.spare',
  },
  constraints,
  highlights: [
    'identityManagement.replicationLag',
    'identityManagement.failoverTime',
    'identityManagement.backup.interval',
  ],
  declarations: [
    ...identityManagementDeployment,
    assumed(
      'identityManagement.changesPerUser',
      '0.1 event/user/d',
      'changes of a customer: creation, key rotation, plan, quota',
      'a customer touches the account about every ten days',
    ),
    formula(
      'identityManagement.writes',
      'event/s',
      'changes per second over all users, at the busiest hour',
      'workload.users * identityManagement.changesPerUser / trafficMean(workload.traffic)',
    ),
    assumed(
      'identityManagement.node.throughput',
      '500 event/s/machine',
      'durable changes that one primary commits with synchronous replication',
      'a few milliseconds per commit over two zones with some parallelism',
    ),
    formula(
      'identityManagement.load',
      'machine',
      'primaries that the changes would fill',
      'identityManagement.writes / identityManagement.node.throughput',
    ),
    formula(
      'identityManagement.nodes.throughput',
      'machine',
      'nodes for the changes, with headroom; more than one primary cannot be had, so above 1 the plane must be sharded',
      'ceil(identityManagement.load / (1 - policy.headroom))',
    ),
    assumed(
      'identityManagement.bytesPerUser',
      '20 kB/user',
      'disk per customer: rows, indexes, a year of audit records',
      '4 kB of rows and indexes, 40 audit records of 400 B',
    ),
    formula(
      'identityManagement.disk',
      'GB',
      'disk of the management plane',
      'workload.users * identityManagement.bytesPerUser',
    ),
    formula(
      'identityManagement.nodes.disk',
      'machine',
      'nodes whose disks hold the plane once, with headroom',
      'ceil(identityManagement.disk / identityManagement.machine.disk / (1 - policy.headroom))',
    ),
    assumed(
      'identityManagement.failuresTolerated',
      '1 machine',
      'nodes that may fail at once without losing the majority',
      'one machine at a time, as the policy asks',
    ),
    formula(
      'identityManagement.nodes.quorum',
      'machine',
      'primary, standby and witness: 2 f + 1 votes',
      '2 * identityManagement.failuresTolerated + 1 machine',
    ),
    countOf(
      'identityManagement.nodes.count',
      'machine',
      'nodes of the management plane, the witness included',
      constraints,
    ),
    formula(
      'identityManagement.nodes.spare',
      'machine',
      'nodes beyond what the changes fill',
      'identityManagement.nodes.count - identityManagement.load',
    ),
    assumed(
      'identityManagement.replicationLag',
      '2 s',
      'time until a change has reached every replica of the data plane',
      'a polling feed once a second, and one more second for a slow replica',
    ),
    assumed(
      'identityManagement.detectionTime',
      '10 s',
      'time until the witness and the standby agree that the primary is gone',
      'three missed heartbeats of about three seconds: shorter ones fail over at every pause',
    ),
    assumed(
      'identityManagement.promotionTime',
      '20 s',
      'time to fence the old primary and to promote the standby',
      'replay of the last log segment, a checkpoint, reconnecting clients',
    ),
    formula(
      'identityManagement.failoverTime',
      's',
      'time without changes when the primary dies; requests are served meanwhile',
      'identityManagement.detectionTime + identityManagement.promotionTime',
    ),
    assumed(
      'identityManagement.backup.interval',
      '1 h',
      'time between base backups; the log is archived continuously',
      'restores replay at most one hour of log',
    ),
  ],
};
