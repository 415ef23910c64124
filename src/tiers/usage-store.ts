import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';
import { usageStoreDeployment } from './usage-deployment.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'quorum',
    quantity: 'usageStore.nodes.quorum',
    meaning: 'one node for each replica of a row',
  },
  {
    kind: 'disk',
    quantity: 'usageStore.nodes.disk',
    meaning: 'rows of the retention, replicated, with room for compaction',
  },
  {
    kind: 'throughput',
    quantity: 'usageStore.nodes.throughput',
    meaning: 'every replica of every row is written at the peak, with headroom',
  },
  {
    kind: 'machine loss',
    quantity: 'usageStore.nodes.machineLoss',
    when: 'policy.survive.machine',
    meaning: 'writes reach their quorum with one node lost',
  },
  {
    kind: 'zone loss',
    quantity: 'usageStore.nodes.zone',
    when: 'policy.survive.zone',
    meaning: 'a replica per zone, and the zones that are left carry the writes',
  },
];

/** An eventually consistent key-value store of rolled-up usage: rows that merge, read rarely. */
export const usageStore: TierModel = {
  id: 'usageStore',
  title: 'usage: batch store',
  counted: 'node',
  names: {
    count: 'usageStore.nodes.count',
    demand: 'usageStore.writes',
    capacity: 'usageStore.node.throughput',
    spare: 'usageStore.nodes.spare',
  },
  constraints,
  highlights: [
    'usageStore.disk',
    'usageStore.staleness',
    'usageStore.overlap',
    'usageStore.replicas',
    'usageStore.writeQuorum',
    'usageStore.readQuorum',
  ],
  declarations: [
    ...usageStoreDeployment,
    assumed(
      'usageStore.replicas',
      '3',
      'replicas of a row (N)',
      'one per zone; a quorum of two survives the loss of any one',
    ),
    assumed(
      'usageStore.writeQuorum',
      '2',
      'replicas that must acknowledge a write (W)',
      'a majority: an acknowledged row survives the loss of a node',
    ),
    assumed(
      'usageStore.readQuorum',
      '1',
      'replicas that must answer a read (R)',
      'quotas and usage pages prefer an answer to the newest answer; bills do not read this store',
    ),
    formula(
      'usageStore.overlap',
      '1',
      'replicas that every read and write have in common: R + W - N; below 1 reads are eventual',
      'usageStore.readQuorum + usageStore.writeQuorum - usageStore.replicas',
      'Gifford, Weighted Voting for Replicated Data, SOSP 1979',
    ),
    formula('usageStore.rows', 'row/s', 'rows that arrive at the peak', 'usageAggregator.rows'),
    formula(
      'usageStore.writes',
      'row/s',
      'rows written at the peak, each by all replicas',
      'usageStore.rows * usageStore.replicas',
    ),
    assumed(
      'usageStore.node.throughput',
      '10k row/s/machine',
      'row writes that one node takes for long, compaction included',
      'a cautious figure for Cassandra 5 on a server with local SSDs; measure on the machines that are bought',
    ),
    formula(
      'usageStore.load',
      'machine',
      'nodes that the writes would fill',
      'usageStore.writes / usageStore.node.throughput',
    ),
    formula(
      'usageStore.nodes.throughput',
      'machine',
      'nodes for the writes, with headroom',
      'ceil(usageStore.load / (1 - policy.headroom))',
    ),
    assumed(
      'usageStore.rowBytes',
      '120 B/row',
      'disk of one row after compression',
      'two keys, four counters and timestamps of a minute and customer',
    ),
    assumed(
      'usageStore.retention',
      '90 d',
      'time for which rows by the minute are kept',
      'a billing period, the one before it, and a month for disputes',
    ),
    assumed(
      'usageStore.compactionReserve',
      '50 %',
      'share of the disk kept free for compaction and repair',
      'size-tiered compaction may double a table for a while',
    ),
    formula(
      'usageStore.disk',
      'TB',
      'disk of the rows of the retention with all replicas, at the mean rate of a day',
      'usageAggregator.rows.mean * usageStore.replicas * usageStore.retention * usageStore.rowBytes',
    ),
    formula(
      'usageStore.nodes.disk',
      'machine',
      'nodes whose disks hold that with the compaction reserve',
      'ceil(usageStore.disk / usageStore.machine.disk / (1 - usageStore.compactionReserve))',
    ),
    formula('usageStore.nodes.quorum', 'machine', 'one node per replica', 'usageStore.replicas * 1 machine'),
    formula(
      'usageStore.nodes.machineLoss',
      'machine',
      'nodes of which one may be lost while writes reach their quorum and the rest carries them',
      'max(ceil(usageStore.load), usageStore.writeQuorum * 1 machine) + 1 machine',
    ),
    formula(
      'usageStore.nodes.zone',
      'machine',
      'nodes, spread evenly, of which any one zone may be lost at the peak',
      'max(usageStore.replicas * 1 machine, zoneStable(usageStore.load, domains.zones, 1))',
    ),
    countOf('usageStore.nodes.count', 'machine', 'batch store nodes per region', constraints),
    formula(
      'usageStore.nodes.spare',
      'machine',
      'nodes beyond what the writes of the peak fill',
      'usageStore.nodes.count - usageStore.load',
    ),
    assumed(
      'usageStore.convergence',
      '10 s',
      'time until a replica that was away for a moment has caught up',
      'hinted hand-off is replayed within seconds of its return',
    ),
    formula(
      'usageStore.staleness',
      's',
      'age of the newest usage that a query shows when all is well',
      'usageAggregator.rollup.window + usageAggregator.batch.interval + usageStore.convergence',
    ),
    assumed(
      'usageStore.coordinator.timeout',
      '2 s',
      'time that the node which was asked waits for the other replicas',
      "the store's own default write timeout",
    ),
    formula(
      'usageStore.timeout',
      's',
      'time that a write waits for its quorum before the batch is retried: longer than the node that was asked',
      'usageStore.coordinator.timeout + loadBalancer.hopMargin',
    ),
  ],
};
