import type { CreditPlan } from '../plan/slo/types.ts';
import { boundsText, rateText } from './slo-text.ts';
import type { Table } from './table.ts';

/** Credits of the agreement and the chance that a month falls below each. */
export function creditTable({ tiers }: CreditPlan): Table<CreditPlan['tiers'][number]> {
  return {
    rows: tiers,
    columns: [
      {
        title: 'month below',
        align: 'right',
        priority: 1,
        cell: ({ belowPercent }) => `${belowPercent} %`,
        fields: [{ name: 'below_percent', value: ({ belowPercent }) => belowPercent }],
      },
      {
        title: 'credit',
        align: 'right',
        priority: 1,
        cell: ({ creditPercent }) => `${creditPercent} %`,
        fields: [{ name: 'credit_percent', value: ({ creditPercent }) => creditPercent }],
      },
      {
        title: 'chance',
        align: 'right',
        priority: 1,
        cell: ({ chance }) => boundsText(chance),
        fields: [
          { name: 'chance_low', value: ({ chance }) => chance.low },
          { name: 'chance_high', value: ({ chance }) => chance.high },
        ],
      },
    ],
  };
}

/** What the agreement is expected to cost, and how far it lies from the objective. */
export function creditLines({ expectedCredit, margin }: CreditPlan): string[] {
  return [
    `Of a month's bill ${boundsText(expectedCredit)} is expected to be given back.`,
    margin.unavailability > 0
      ? `The agreement allows ${rateText(margin.factor)} times what the objective does: that margin is there to notice and mend before it costs money.`
      : 'The agreement allows no more than the objective does: every missed objective costs money at once.',
  ];
}
