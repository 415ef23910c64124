import {
  availabilityText,
  chanceText,
  factorText,
  hoursText,
  minutesText,
} from '../plan/availability/text.ts';
import type { AvailabilityRow, Demonstrated, Question, QuestionTable } from '../plan/availability/types.ts';
import { formatQuantity } from '../units/format.ts';
import type { Column, Table } from './table.ts';

/** What each question asks, in a sentence. */
export const questionTitles: Readonly<Record<Question, string>> = {
  instant: 'At an instant of the peak: is it down?',
  steady: 'In the long run, over the day and with repair: how much, how often, how long?',
  mission: 'Within the mission: is there an outage at all?',
};

/** One question as a table: the service last. Chances are of being down. */
export function questionTableOf(
  { question, rows, service }: QuestionTable,
  windowDays: number,
): Table<AvailabilityRow> {
  return { rows: [...rows, service], columns: columnsOf(question, windowDays) };
}

function columnsOf(question: Question, windowDays: number): Column<AvailabilityRow>[] {
  const window = question === 'mission' ? 'mission' : `${Number(windowDays.toPrecision(3))} d`;
  return [
    {
      title: 'tier',
      align: 'left',
      priority: 1,
      cell: ({ id, title }) => (id === 'service' ? title : id),
      fields: [
        { name: 'question', value: () => question },
        { name: 'tier', value: ({ id }) => id },
      ],
    },
    {
      title: 'needs',
      align: 'right',
      priority: 5,
      cell: ({ needed, machines }) => (needed === undefined ? '' : `${needed} of ${machines}`),
      fields: [
        { name: 'needed', value: ({ needed }) => needed ?? '' },
        { name: 'machines', value: ({ machines }) => machines ?? '' },
      ],
    },
    chance('naive P^N', 'naive', 1, ({ naive }) => naive),
    chance('independent', 'independent', 6, ({ independent }) => independent),
    chance('correlated', 'correlated', 1, ({ correlated }) => correlated),
    ...(question === 'mission' ? [] : [upColumn]),
    {
      title: 'factor',
      align: 'right',
      priority: 1,
      cell: ({ factor }) => factorText(factor),
      fields: [{ name: 'factor', value: ({ factor }) => finite(factor) }],
    },
    {
      title: 'proved',
      align: 'right',
      priority: 1,
      cell: ({ demonstrated }) => demonstratedText(demonstrated),
      fields: [
        { name: 'demonstrated', value: ({ demonstrated: d }) => (d.kind === 'bound' ? d.value : '') },
        { name: 'demonstrated_hours', value: ({ demonstrated: d }) => (d.kind === 'bound' ? d.hours : '') },
      ],
    },
    {
      title: 'owned by',
      align: 'left',
      priority: 1,
      cell: ({ dominant }) => dominant.name,
      fields: [
        { name: 'dominant', value: ({ dominant }) => dominant.name },
        { name: 'dominant_share', value: ({ dominant }) => dominant.share },
      ],
    },
    {
      title: 'share',
      align: 'right',
      priority: 3,
      cell: ({ dominant }) => percentText(dominant.share),
      fields: [],
    },
    {
      title: `in ${window}`,
      align: 'right',
      priority: 2,
      cell: ({ minutes }) => minutesText(minutes),
      fields: [{ name: 'minutes', value: ({ minutes }) => minutes }],
    },
    ...(question === 'instant' ? [] : frequencyColumns),
    ...(question === 'mission' ? [] : [objectiveColumn]),
  ];
}

const upColumn: Column<AvailabilityRow> = {
  title: 'up',
  align: 'right',
  priority: 4,
  cell: ({ correlated }) => availabilityText(correlated),
  fields: [],
};

const objectiveColumn: Column<AvailabilityRow> = {
  title: 'objective',
  align: 'right',
  priority: 4,
  cell: ({ objective, met }) =>
    objective === undefined ? '' : `${availabilityText(objective)} ${met ? 'met' : 'missed'}`,
  fields: [
    { name: 'allowed', value: ({ objective }) => objective ?? '' },
    { name: 'met', value: ({ met }) => (met === undefined ? '' : String(met)) },
  ],
};

const frequencyColumns: Column<AvailabilityRow>[] = [
  {
    title: 'outages/y',
    align: 'right',
    priority: 5,
    cell: ({ outagesPerYear = 0 }) => String(Number(outagesPerYear.toPrecision(3))),
    fields: [{ name: 'outages_per_year', value: ({ outagesPerYear = 0 }) => outagesPerYear }],
  },
  {
    title: 'each',
    align: 'right',
    priority: 6,
    cell: ({ meanOutageHours = 0 }) => hoursText(meanOutageHours),
    fields: [{ name: 'mean_outage_hours', value: ({ meanOutageHours = 0 }) => meanOutageHours }],
  },
];

function chance(
  title: string,
  name: string,
  priority: number,
  value: (row: AvailabilityRow) => number,
): Column<AvailabilityRow> {
  return {
    title,
    align: 'right',
    priority,
    cell: (row) => chanceText(value(row)),
    fields: [{ name, value }],
  };
}

/** The bound that operation supports, or that there is none. */
export function demonstratedText(demonstrated: Demonstrated): string {
  return demonstrated.kind === 'none' ? 'nothing' : chanceText(demonstrated.value);
}

/** A share of a whole to three digits; what hardly counts is only said to be little. */
export function percentText(share: number): string {
  if (share > 0 && share < 1e-4) return '< 0.01 %';
  return formatQuantity(Number(share.toPrecision(3)), '%');
}

function finite(value: number): number | string {
  return Number.isFinite(value) ? value : '';
}
