import type { ObjectiveBudget, SloPlan } from '../plan/slo/types.ts';
import { minutesText, objectiveText, rateText, requestsText, windowText } from './slo-text.ts';
import type { Table } from './table.ts';

/** Each objective as what may go wrong in its window, in time and in requests. */
export function budgetTable({ budgets }: SloPlan): Table<ObjectiveBudget> {
  return {
    rows: budgets,
    columns: [
      {
        title: 'objective',
        align: 'left',
        priority: 1,
        cell: ({ slo }) => slo,
        fields: [{ name: 'slo', value: ({ slo }) => slo }],
      },
      { title: 'of', align: 'left', priority: 3, cell: ({ title }) => title, fields: [] },
      {
        title: 'good',
        align: 'right',
        priority: 1,
        cell: ({ objective }) => objectiveText(objective),
        fields: [
          { name: 'objective', value: ({ objective }) => objective },
          { name: 'budget', value: ({ budget }) => budget },
        ],
      },
      {
        title: 'window',
        align: 'left',
        priority: 1,
        cell: ({ window, windowSeconds }) =>
          window.kind === 'rolling'
            ? `${windowText(windowSeconds)} rolling`
            : `calendar ${window.unit}, ${window.timeZone} (at longest ${daysText(windowSeconds)})`,
        fields: [{ name: 'window_seconds', value: ({ windowSeconds }) => windowSeconds }],
      },
      {
        title: 'minutes down',
        align: 'right',
        priority: 1,
        cell: ({ seconds }) => minutesText(seconds.value),
        fields: [{ name: 'seconds', value: ({ seconds }) => seconds.text }],
      },
      {
        title: 'requests bad',
        align: 'right',
        priority: 1,
        cell: ({ requests }) => requestsText(requests.value),
        fields: [{ name: 'requests', value: ({ requests }) => requests.text }],
      },
      {
        title: 'of requests',
        align: 'right',
        priority: 2,
        cell: ({ asked }) => requestsText(asked.value),
        fields: [{ name: 'asked', value: ({ asked }) => asked.text }],
      },
    ],
  };
}

/** A long time in whole days and what is left of it: `31 d 1 h`. */
function daysText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = (seconds - days * 86_400) / 3600;
  return [...(days > 0 ? [`${days} d`] : []), ...(hours > 0 ? [`${rateText(hours)} h`] : [])].join(' ');
}
