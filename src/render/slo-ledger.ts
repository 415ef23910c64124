import type { Ledger, LedgerLine } from '../plan/slo/types.ts';
import { addingUp } from './adding-up.ts';
import { leverText } from './slo-ledger-lines.ts';
import { minutesText, partText, rateText, requestsText, timeText } from './slo-text.ts';
import { type Column, fitting, type Table } from './table.ts';

interface Sum {
  readonly title: string;
  readonly requests: LedgerLine['requests'];
  readonly seconds: LedgerLine['seconds'];
  readonly share: number;
}

/** What a row costs as it is printed, so that the columns add up to the eye. */
interface Written {
  readonly minutes: string;
  readonly requests: string;
}

/** Seconds of a hundredth of a minute. */
const hundredth = 0.6;

/** A way to fail, or a sum below all of them. */
export type LedgerRow = Written & ({ readonly line: LedgerLine } | { readonly sum: Sum });

/** The ledger of one objective: what each way to fail costs, what is left, and the budget that both add up to. */
export function ledgerTable(ledger: Ledger): Table<LedgerRow> {
  const { lines, spent, unspent, budget } = ledger;
  const overspent = unspent.requests.value < 0;
  const bare = [
    ...lines.map((line) => ({ line })),
    { sum: { title: 'spent', ...spent } },
    { sum: { title: overspent ? 'overspent' : 'unspent', ...unspent, share: 1 - spent.share } },
    { sum: { title: 'budget', ...budget, share: 1 } },
  ];
  const minutes = addingUp(bare.map((row) => costOf(row).seconds.value / hundredth));
  const requests = addingUp(bare.map((row) => costOf(row).requests.value));
  const rows = bare.map(
    (row, i): LedgerRow => ({
      ...row,
      minutes: minutesText((minutes[i] as number) * hundredth, costOf(row).seconds.value),
      requests: requestsText(requests[i] as number, costOf(row).requests.value),
    }),
  );
  return { rows, columns: [...lineColumns(ledger), ...costColumns, ...leverColumns] };
}

function lineColumns({ slo }: Ledger): Column<LedgerRow>[] {
  return [
    {
      title: 'what fails',
      align: 'left',
      priority: 1,
      cell: (row) => ('line' in row ? row.line.title : row.sum.title),
      fields: [
        { name: 'slo', value: () => slo },
        { name: 'line', value: (row) => ('line' in row ? row.line.mode : row.sum.title) },
        field('events_per_year', (line) => line.eventsPerYear),
        field('ended_by', ({ times }) => times.endedBy),
        field('alert', ({ times }) => times.alert ?? ''),
        field('detect_seconds', ({ times }) => times.detect),
        field('respond_seconds', ({ times }) => times.respond),
        field('mitigate_seconds', ({ times }) => times.mitigate),
        field('lasts_seconds', ({ times }) => (Number.isFinite(times.lasts) ? times.lasts : '')),
      ],
    },
    lineColumn('a year', 2, (line) => rateText(line.eventsPerYear)),
    lineColumn('detect', 6, detectText),
    lineColumn('mitigate', 7, ({ times }) =>
      times.endedBy === 'people' ? timeText(times.respond + times.mitigate) : '',
    ),
    lineColumn('lasts', 5, ({ times }) => timeText(times.lasts)),
    {
      ...lineColumn('each costs', 2, (line) => timeText(eachSeconds(line))),
      fields: [field('seconds_per_event', eachSeconds)],
    },
    {
      ...lineColumn('hits', 5, ({ impact }) => partText(impact.mean)),
      fields: [
        field('impact_mean', ({ impact }) => impact.mean),
        field('impact_worst', ({ impact }) => impact.worst),
      ],
    },
  ];
}

const costColumns: readonly Column<LedgerRow>[] = [
  {
    title: 'requests',
    align: 'right',
    priority: 4,
    cell: ({ requests }) => requests,
    fields: [{ name: 'requests', value: (row) => costOf(row).requests.text }],
  },
  {
    title: 'minutes',
    align: 'right',
    priority: 1,
    cell: ({ minutes }) => minutes,
    fields: [{ name: 'seconds', value: (row) => costOf(row).seconds.text }],
  },
  {
    title: 'share',
    align: 'right',
    priority: 1,
    cell: (row) => partText(shareOf(row)),
    fields: [{ name: 'budget_share', value: shareOf }, field('over_cap', ({ overCap }) => String(overCap))],
  },
  {
    ...lineColumn('one at worst', 8, (line) => partText(line.worstEventShare)),
    fields: [field('worst_event_share', (line) => line.worstEventShare)],
  },
];

const leverColumns: readonly Column<LedgerRow>[] = [
  {
    title: 'halving helps most',
    align: 'left',
    priority: 9,
    cell: (row) => leverText('line' in row ? row.line.levers[0] : undefined),
    fields: [
      field('lever', ({ levers }) => levers[0]?.lever ?? ''),
      field('lever_now', ({ levers }) => levers[0]?.now ?? ''),
      field('lever_needed', ({ levers }) => levers[0]?.needed ?? ''),
      field('lever_saves_requests', ({ levers }) => levers[0]?.savedByHalving ?? ''),
      field('why', ({ why }) => why),
    ],
  },
];

/** Whether a page is wide enough for the times. */
export function showsTimes(table: Table<LedgerRow>, width: number): boolean {
  return fitting(table, width)?.some(({ title }) => title === 'lasts') ?? true;
}

function detectText({ times }: LedgerLine): string {
  if (times.endedBy === 'itself') return '';
  return `${timeText(times.detect)}${times.alert === undefined ? '' : ` ${times.alert}`}`;
}

/** Time of full outage that one event stands for, in the mean over all events, those without cost too. */
function eachSeconds({ seconds, eventsPerWindow }: LedgerLine): number {
  return eventsPerWindow > 0 ? seconds.value / eventsPerWindow : 0;
}

function costOf(
  row: { readonly line: LedgerLine } | { readonly sum: Sum },
): Pick<Sum, 'requests' | 'seconds'> {
  return 'line' in row ? row.line : row.sum;
}

function shareOf(row: LedgerRow): number {
  return 'line' in row ? row.line.budgetShare : row.sum.share;
}

function lineColumn(title: string, priority: number, cell: (line: LedgerLine) => string): Column<LedgerRow> {
  return {
    title,
    align: 'right',
    priority,
    cell: (row) => ('line' in row ? cell(row.line) : ''),
    fields: [],
  };
}

function field(name: string, value: (line: LedgerLine) => string | number) {
  return { name, value: (row: LedgerRow) => ('line' in row ? value(row.line) : '') };
}
