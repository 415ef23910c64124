import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';
import { usageAggregatorDeployment } from './usage-deployment.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'co-located',
    quantity: 'usageAggregator.instances.perServer',
    meaning: 'one beside every API server',
  },
  {
    kind: 'throughput',
    quantity: 'usageAggregator.instances.throughput',
    meaning: 'writes and rolls up every record of the peak, with headroom',
  },
  {
    kind: 'disk',
    quantity: 'usageAggregator.instances.disk',
    meaning: 'keeps the records of an outage of the store on local disks, with headroom',
  },
];

/** Writes usage records to a local log, rolls them up per customer and minute, ships both in batches. */
export const usageAggregator: TierModel = {
  id: 'usageAggregator',
  title: 'usage: local aggregators',
  counted: 'instance',
  names: {
    count: 'usageAggregator.instances.count',
    demand: 'usageAggregator.records',
    capacity: 'usageAggregator.instance.throughput',
    spare: 'usageAggregator.instances.spare',
  },
  constraints,
  highlights: [
    'usageAggregator.rollupRatio',
    'usageAggregator.buffer',
    'usageAggregator.buffer.possible',
    'usageAggregator.lossOnPowerCut',
  ],
  declarations: [
    ...usageAggregatorDeployment,
    assumed(
      'usageAggregator.recordsPerRequest',
      '1 record/req',
      'usage records per request',
      'one record per resized image: customer, bytes, pixels, CPU time, request id',
    ),
    formula(
      'usageAggregator.records',
      'record/s',
      'usage records at the peak',
      'workload.demand * usageAggregator.recordsPerRequest',
    ),
    assumed(
      'usageAggregator.recordBytes',
      '200 B/record',
      'size of a raw record on disk',
      'six fields as JSON with a request id of 26 characters',
    ),
    assumed(
      'usageAggregator.instance.throughput',
      '50k record/s/machine',
      'records that one aggregator writes and rolls up on one core',
      'goal of the aggregator that comes with headroom; measured by its benchmark',
    ),
    formula(
      'usageAggregator.load',
      'machine',
      'aggregators that the records would fill',
      'usageAggregator.records / usageAggregator.instance.throughput',
    ),
    formula(
      'usageAggregator.instances.throughput',
      'machine',
      'aggregators for the records, with headroom',
      'ceil(usageAggregator.load / (1 - policy.headroom))',
    ),
    formula(
      'usageAggregator.instances.perServer',
      'machine',
      'API servers, each with an aggregator beside it',
      'api.servers.count',
    ),
    assumed(
      'usageAggregator.buffer.duration',
      '24 h',
      'outage of the store or of cold storage that is bridged without loss',
      'a night and a morning: long enough for people to repair what does not heal itself',
    ),
    formula(
      'usageAggregator.buffer',
      'GB',
      'local disk of all aggregators for the records of such an outage at the peak',
      'usageAggregator.records * usageAggregator.recordBytes * usageAggregator.buffer.duration',
    ),
    formula(
      'usageAggregator.instances.disk',
      'machine',
      'API servers whose disks hold the buffer, with headroom',
      'ceil(usageAggregator.buffer / api.machine.disk / (1 - policy.headroom))',
    ),
    countOf('usageAggregator.instances.count', 'machine', 'local aggregators per region', constraints),
    formula(
      'usageAggregator.instances.spare',
      'machine',
      'aggregators beyond what the records of the peak fill',
      'usageAggregator.instances.count - usageAggregator.load',
    ),
    formula(
      'usageAggregator.buffer.possible',
      'h',
      'outage that the local disks could bridge at the peak',
      'usageAggregator.instances.count * api.machine.disk * (1 - policy.headroom) / (usageAggregator.records * usageAggregator.recordBytes)',
    ),
    assumed(
      'usageAggregator.rollup.window',
      '60 s',
      'time over which records of a customer become one row',
      'quotas and usage queries are by the minute',
    ),
    formula(
      'usageAggregator.customersPerWindow',
      'user',
      'different customers that one aggregator sees in a window at the peak',
      'distinctUsers(usageAggregator.records / usageAggregator.recordsPerRequest / usageAggregator.instances.count * 1 machine, workload.users, identityCache.zipfExponent, usageAggregator.rollup.window)',
    ),
    formula(
      'usageAggregator.rows',
      'row/s',
      'rolled-up rows that all aggregators write to the store at the peak',
      'usageAggregator.customersPerWindow * 1 row/user * usageAggregator.instances.count / 1 machine / usageAggregator.rollup.window',
    ),
    formula(
      'usageAggregator.rows.mean',
      'row/s',
      'rolled-up rows of all aggregators, mean of a day: quiet hours roll up less well than the peak',
      'distinctUsersMean(workload.traffic, usageAggregator.records / usageAggregator.recordsPerRequest / usageAggregator.instances.count * 1 machine, workload.users, identityCache.zipfExponent, usageAggregator.rollup.window) * 1 row/user * usageAggregator.instances.count / 1 machine / usageAggregator.rollup.window',
    ),
    formula(
      'usageAggregator.rollupRatio',
      'record/row',
      'records that become one row',
      'usageAggregator.records / usageAggregator.rows',
    ),
    assumed(
      'usageAggregator.batch.interval',
      '10 s',
      'time between batches to cold storage and to the store',
      'a sixth of the roll-up window; smaller batches only cost requests',
    ),
    formula(
      'usageAggregator.batch.records',
      'record',
      'records in one batch of one aggregator at the peak',
      'ceil(usageAggregator.records / usageAggregator.instances.count * 1 machine * usageAggregator.batch.interval)',
    ),
    assumed(
      'usageAggregator.fsync.interval',
      '100 ms',
      'time between writes through to the disk',
      'ten flushes a second cost a disk little, and bound what a power cut can take',
    ),
    formula(
      'usageAggregator.lossOnPowerCut',
      'record',
      'records that a power cut of one server can take; a killed process loses none',
      'ceil(usageAggregator.records / usageAggregator.instances.count * 1 machine * usageAggregator.fsync.interval)',
    ),
    assumed(
      'usageAggregator.retry.backoff.first',
      '1 s',
      'mean wait before the first retry of a batch, with full jitter',
      'a batch is not urgent: the log keeps it',
    ),
    assumed(
      'usageAggregator.retry.backoff.most',
      '60 s',
      'longest mean wait before a retry of a batch',
      'a store that comes back is found within a minute',
    ),
  ],
};
