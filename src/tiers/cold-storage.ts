import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'retention',
    quantity: 'coldStorage.bytes.horizon',
    meaning: 'raw records of the whole retention, with the growth of demand',
  },
];

/** Raw records, sealed for compliance: written once, read almost never. */
export const coldStorage: TierModel = {
  id: 'coldStorage',
  title: 'cold storage',
  counted: 'TB',
  names: {
    count: 'coldStorage.bytes.count',
    demand: 'coldStorage.bytes.perDay',
    spare: 'coldStorage.bytes.spare',
  },
  constraints,
  highlights: ['coldStorage.retention', 'coldStorage.bytes.perYear', 'coldStorage.objects.perDay'],
  declarations: [
    assumed(
      'coldStorage.compression',
      '4',
      'raw bytes per stored byte',
      'JSON records with repeated keys and customer ids compress four to eight times',
    ),
    formula(
      'coldStorage.bytes.perDay',
      'GB/d',
      'compressed bytes that arrive in a day',
      'batch.bytes / coldStorage.compression',
    ),
    formula(
      'coldStorage.bytes.perYear',
      'TB/y',
      'compressed bytes that arrive in a year at the present demand',
      'coldStorage.bytes.perDay',
    ),
    assumed(
      'coldStorage.retention',
      '7 y',
      'time for which raw records are kept, locked against deletion',
      'the longer of the usual periods for accounting records (six to ten years by country); set your own',
    ),
    formula(
      'coldStorage.bytes.horizon',
      'TB',
      'bytes held when the oldest record of today expires, demand growing meanwhile',
      'grownTotal(coldStorage.bytes.perDay, workload.growth, coldStorage.retention)',
    ),
    countOf('coldStorage.bytes.count', 'TB', 'cold storage per region at the horizon', constraints),
    formula(
      'coldStorage.bytes.spare',
      'TB',
      'room beyond what demand without growth would fill',
      'coldStorage.bytes.count - coldStorage.bytes.perDay * coldStorage.retention',
    ),
    formula(
      'coldStorage.objects.perDay',
      'event/d',
      'batches, each an object, that arrive in a day',
      'usageAggregator.instances.count / 1 machine * 1 event / usageAggregator.batch.interval',
    ),
  ],
};
