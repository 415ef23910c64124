import type { FailoverComparison, SloPlan } from '../plan/slo/types.ts';
import { boundsText, partText, rateText, timeText } from './slo-text.ts';
import type { Table } from './table.ts';

interface FailoverRow {
  readonly of: FailoverComparison;
  readonly line: FailoverComparison['lines'][number];
}

/** The loss of a leader, mended by software and by people. */
export function failoverTable({ failovers }: SloPlan): Table<FailoverRow> {
  return {
    rows: failovers.flatMap((of) => of.lines.map((line) => ({ of, line }))),
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ of }) => of.tier },
      {
        title: 'failover',
        align: 'left',
        priority: 1,
        cell: ({ line }) => `${line.mode}${line.chosen ? ', chosen' : ''}`,
        fields: [
          { name: 'failover', value: ({ line }) => line.mode },
          { name: 'chosen', value: ({ line }) => String(line.chosen) },
        ],
      },
      {
        title: 'losses a year',
        align: 'right',
        priority: 4,
        cell: ({ of }) => rateText(of.lossesPerYear),
        fields: [{ name: 'losses_per_year', value: ({ of }) => of.lossesPerYear }],
      },
      {
        title: 'without leader',
        align: 'right',
        priority: 1,
        cell: ({ line }) => timeText(line.outageSeconds),
        fields: [{ name: 'outage_seconds', value: ({ line }) => line.outageSeconds }],
      },
      {
        title: 'one costs',
        align: 'right',
        priority: 1,
        cell: ({ line }) => (line.inPath ? partText(line.perLoss) : 'no request'),
        fields: [
          { name: 'in_path', value: ({ line }) => String(line.inPath) },
          { name: 'budget_share_per_loss', value: ({ line }) => line.perLoss },
        ],
      },
      {
        title: 'a window',
        align: 'right',
        priority: 3,
        cell: ({ line }) => partText(line.expected),
        fields: [{ name: 'budget_share', value: ({ line }) => line.expected }],
      },
      {
        title: 'budget pays for',
        align: 'right',
        priority: 5,
        cell: ({ line }) => (Number.isFinite(line.lossesPaid) ? rateText(line.lossesPaid) : 'any number'),
        fields: [
          {
            name: 'losses_paid',
            value: ({ line }) => (Number.isFinite(line.lossesPaid) ? line.lossesPaid : ''),
          },
        ],
      },
      {
        title: 'window misses',
        align: 'right',
        priority: 2,
        cell: ({ line }) => `${boundsText(line.missChance)} ${line.met ? 'accepted' : 'too often'}`,
        fields: [
          { name: 'miss_alone', value: ({ line }) => line.missAlone },
          { name: 'miss_low', value: ({ line }) => line.missChance.low },
          { name: 'miss_high', value: ({ line }) => line.missChance.high },
          { name: 'met', value: ({ line }) => String(line.met) },
        ],
      },
    ],
  };
}
