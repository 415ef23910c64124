import { batchDeployment } from './batch-deployment.ts';
import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'deadline',
    quantity: 'batch.cores.deadline',
    meaning: 'the records of a day are processed within the deadline, with headroom',
  },
  {
    kind: 'memory',
    quantity: 'batch.cores.memory',
    meaning: 'the request ids of a day are deduplicated in memory, partition by partition',
  },
];

/** Batch processing: reads a day of raw records, deduplicates them, aggregates per customer. */
export const batch: TierModel = {
  id: 'batch',
  title: 'batch processing',
  counted: 'core',
  names: {
    count: 'batch.cores.count',
    demand: 'batch.records',
    capacity: 'batch.throughputPerCore',
    spare: 'batch.cores.spare',
  },
  constraints,
  highlights: ['batch.runTime', 'batch.bytes', 'batch.partitions'],
  declarations: [
    ...batchDeployment,
    formula(
      'batch.records',
      'record/d',
      'raw records of a day',
      'workload.requestsPerDay * usageAggregator.recordsPerRequest',
    ),
    formula('batch.bytes', 'GB/d', 'raw bytes of a day', 'batch.records * usageAggregator.recordBytes'),
    assumed(
      'batch.throughputPerCore',
      '250k record/s/core',
      'records that one core reads, deduplicates and aggregates per second',
      'goal of the billing job that comes with headroom (500,000 records/s on two cores); measured by its benchmark',
    ),
    assumed(
      'batch.deadline',
      '4 h',
      'time within which the records of a day must be processed',
      'a failed run can be repeated twice before the next day begins',
    ),
    assumed(
      'batch.period',
      '1 d',
      'time whose records one run processes',
      'a day is small enough to repeat and large enough to be rare',
    ),
    formula(
      'batch.load',
      'core',
      'cores that a run would fill for the whole deadline',
      'batch.records * batch.period / batch.throughputPerCore / batch.deadline',
    ),
    formula(
      'batch.cores.deadline',
      'core',
      'cores for the deadline, with headroom',
      'ceil(batch.load / (1 - policy.headroom))',
    ),
    assumed(
      'batch.bytesPerKey',
      '100 B/record',
      'memory of one request id in a hash table',
      'a 16-byte id with the overhead of a vectorised hash table, doubled',
    ),
    assumed(
      'batch.partition.records',
      '10M record',
      'records that are deduplicated in one piece',
      'a partition by hash of the request id holds about 1 GB of keys',
    ),
    formula(
      'batch.partitions',
      '1',
      'partitions of a run',
      'ceil(batch.records * batch.period / batch.partition.records)',
    ),
    formula(
      'batch.cores.memory',
      'core',
      'cores whose machines have the memory for one partition each',
      'ceil(batch.partition.records * batch.bytesPerKey / (batch.machine.memory / batch.machine.cores))',
    ),
    countOf('batch.cores.count', 'core', 'cores for batch processing per region', constraints),
    formula('batch.cores.spare', 'core', 'cores beyond what a run fills', 'batch.cores.count - batch.load'),
    formula(
      'batch.runTime',
      'min',
      'time of a run on these cores',
      'batch.records * batch.period / (batch.throughputPerCore * batch.cores.count)',
    ),
  ],
};
