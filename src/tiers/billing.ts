import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'deadline',
    quantity: 'billing.cores.deadline',
    meaning: 'the bills of a period are ready within the deadline, with headroom',
  },
];

/** Billing aggregation: daily aggregates per customer become one bill per customer and period. */
export const billing: TierModel = {
  id: 'billing',
  title: 'billing aggregation',
  counted: 'core',
  names: {
    count: 'billing.cores.count',
    demand: 'billing.rows',
    capacity: 'billing.throughputPerCore',
    spare: 'billing.cores.spare',
  },
  constraints,
  highlights: ['billing.bills', 'billing.runTime', 'billing.pricePerMillion'],
  declarations: [
    assumed('billing.period', '30 d', 'time that one bill covers', 'monthly bills'),
    formula('billing.bills', 'user', 'bills of a period: one per customer', 'workload.users'),
    formula(
      'billing.rows',
      'row',
      'daily aggregates that the bills of a period sum, if every customer is active every day',
      'workload.users * (billing.period / batch.period) * 1 row/user',
    ),
    assumed(
      'billing.throughputPerCore',
      '100k row/s/core',
      'aggregates that one core sums in exact decimals per second',
      'decimal sums are slower than counting; measured by the benchmark of the billing job',
    ),
    assumed(
      'billing.deadline',
      '1 h',
      'time within which the bills must be ready',
      'bills are sent on the morning after the period ends',
    ),
    formula(
      'billing.load',
      'core',
      'cores that the run would fill for the whole deadline',
      'billing.rows / billing.throughputPerCore / billing.deadline',
    ),
    formula(
      'billing.cores.deadline',
      'core',
      'cores for the deadline, with headroom',
      'ceil(billing.load / (1 - policy.headroom))',
    ),
    countOf('billing.cores.count', 'core', 'cores for billing per region', constraints),
    formula(
      'billing.cores.spare',
      'core',
      'cores beyond what the run fills',
      'billing.cores.count - billing.load',
    ),
    formula(
      'billing.runTime',
      's',
      'time of the run on these cores',
      'billing.rows / (billing.throughputPerCore * billing.cores.count)',
    ),
    assumed(
      'billing.price.cpu',
      '0.00005 USD/s/core',
      'price of a second of CPU time',
      'about four times the on-demand price of a cloud core (0.04 to 0.05 USD per hour)',
    ),
    assumed(
      'billing.price.bytes',
      '0.02 USD/GB',
      'price of a gigabyte received or sent',
      'a usual price of regional traffic; set your own',
    ),
    formula(
      'billing.pricePerMillion',
      'USD',
      'bill of a million requests of the mix: CPU seconds and bytes at their prices',
      '1000000 req * (worker.cpuPerImage * billing.price.cpu + (workload.payload.mean + workload.response.mean) * billing.price.bytes)',
    ),
  ],
};
