import { chanceText, factorText, minutesText } from '../plan/availability/text.ts';
import type { AvailabilityPlan, CauseRank, CurvePoint } from '../plan/availability/types.ts';
import { demonstratedText, percentText } from './availability-tables.ts';
import type { Table } from './table.ts';

/** Causes by the minutes that would go without them. */
export function causeTable({ causes, windowDays }: AvailabilityPlan): Table<CauseRank> {
  return {
    rows: causes,
    columns: [
      { title: 'cause', align: 'left', priority: 1, cell: ({ name }) => name },
      {
        title: `saves in ${Number(windowDays.toPrecision(3))} d`,
        align: 'right',
        priority: 1,
        cell: ({ minutes }) => minutesText(minutes),
      },
      { title: 'share', align: 'right', priority: 1, cell: ({ share }) => percentText(share) },
    ],
  };
}

/** Replicas of which one is enough, against the three numbers. */
export function curveTable(points: readonly CurvePoint[]): Table<CurvePoint> {
  return {
    rows: points,
    columns: [
      { title: 'N', align: 'right', priority: 1, cell: ({ replicas }) => String(replicas) },
      { title: 'naive P^N', align: 'right', priority: 1, cell: ({ naive }) => chanceText(naive) },
      { title: 'correlated', align: 'right', priority: 1, cell: ({ correlated }) => chanceText(correlated) },
      { title: 'factor', align: 'right', priority: 1, cell: ({ factor }) => factorText(factor) },
      {
        title: 'proved',
        align: 'right',
        priority: 2,
        cell: ({ demonstrated }) => demonstratedText(demonstrated),
      },
    ],
  };
}
