import type { AlertAnalysis, AlertResponse } from '../plan/slo/types.ts';
import { partText, rateText, requestsText, timeText, windowText } from './slo-text.ts';
import type { Column, Table } from './table.ts';

/** What each alert catches, and what it costs in false pages. */
export function alertTable(alerts: readonly AlertAnalysis[]): Table<AlertAnalysis> {
  return {
    rows: alerts,
    columns: [
      ...alertColumns(
        ({ slo }: AlertAnalysis) => slo,
        ({ alert }) => alert,
      ),
      {
        title: 'windows',
        align: 'left',
        priority: 3,
        cell: ({ alert }) => `${windowText(alert.longSeconds)} ${windowText(alert.shortSeconds)}`,
        fields: [
          { name: 'long_seconds', value: ({ alert }) => alert.longSeconds },
          { name: 'short_seconds', value: ({ alert }) => alert.shortSeconds },
          { name: 'for_seconds', value: ({ alert }) => alert.forSeconds },
        ],
      },
      {
        title: 'burn',
        align: 'right',
        priority: 4,
        cell: ({ alert }) => alert.factor,
        fields: [{ name: 'factor', value: ({ alert }) => alert.factor }],
      },
      share('budget gone', 'budget_spent', 5, ({ budgetSpent }) => budgetSpent),
      {
        title: 'errors above',
        align: 'right',
        priority: 1,
        cell: ({ smallestErrorRatio }) => (smallestErrorRatio >= 1 ? 'never' : partText(smallestErrorRatio)),
        fields: [{ name: 'smallest_error_ratio', value: ({ smallestErrorRatio }) => smallestErrorRatio }],
      },
      {
        title: 'outage from',
        align: 'right',
        priority: 1,
        cell: ({ shortestOutage }) => timeText(shortestOutage),
        fields: [{ name: 'shortest_outage_seconds', value: ({ shortestOutage }) => shortestOutage ?? '' }],
      },
      {
        title: 'false in 30 d',
        align: 'right',
        priority: 2,
        cell: ({ falsePerMonth }) => rateText(Math.max(falsePerMonth.quietest, falsePerMonth.mean)),
        fields: [
          { name: 'false_per_month_quietest', value: ({ falsePerMonth }) => falsePerMonth.quietest },
          { name: 'false_per_month_mean', value: ({ falsePerMonth }) => falsePerMonth.mean },
        ],
      },
      {
        title: 'an hour old',
        align: 'right',
        priority: 6,
        cell: ({ coldStart }) => timeText(coldStart?.detect),
        fields: [{ name: 'cold_start_seconds', value: ({ coldStart }) => coldStart?.detect ?? '' }],
      },
    ],
  };
}

interface ResponseRow {
  readonly slo: string;
  readonly title: string;
  /** An alert that needs longer does not fire. */
  readonly lasts: number;
  /** By name of the alert. */
  readonly responses: ReadonlyMap<string, AlertResponse>;
  readonly first?: AlertResponse;
}

/** How long each alert takes to notice some incidents, and what of the budget the first of them finds gone. */
export function responseTable(alerts: readonly AlertAnalysis[]): Table<ResponseRow> {
  const names = [...new Set(alerts.map(({ alert }) => alert.name))];
  return {
    rows: responseRows(alerts),
    columns: [
      { title: 'objective', align: 'left', priority: 2, cell: ({ slo }) => slo },
      {
        title: 'incident',
        align: 'left',
        priority: 1,
        cell: ({ title, lasts }) => `${title}, ${timeText(lasts)}`,
      },
      ...names.map(
        (name): Column<ResponseRow> => ({
          title: name,
          align: 'right',
          priority: 1,
          cell: ({ responses }) => timeText(responses.get(name)?.detect),
        }),
      ),
      {
        title: 'budget gone',
        align: 'right',
        priority: 3,
        cell: ({ first }) => (first?.budgetSpent === undefined ? '-' : partText(first.budgetSpent)),
      },
    ],
  };
}

function responseRows(alerts: readonly AlertAnalysis[]): ResponseRow[] {
  const rows = new Map<
    string,
    Omit<ResponseRow, 'first' | 'responses'> & { responses: Map<string, AlertResponse> }
  >();
  for (const { slo, alert, incidents } of alerts) {
    for (const response of incidents) {
      const key = `${slo} ${response.title}`;
      const row = rows.get(key) ?? {
        ...{ slo, title: response.title, lasts: response.lasts },
        responses: new Map<string, AlertResponse>(),
      };
      row.responses.set(alert.name, response);
      rows.set(key, row);
    }
  }
  return [...rows.values()].map((row) => {
    const seen = [...row.responses.values()].filter(({ detect }) => detect !== undefined);
    const [first] = seen.sort((a, b) => (a.detect ?? 0) - (b.detect ?? 0));
    return { ...row, ...(first === undefined ? {} : { first }) };
  });
}

/** What helps alerts that a single failed request would fire; empty where the traffic is enough for all. */
export function remedyLines(alerts: readonly AlertAnalysis[]): string[] {
  return alerts
    .filter(({ traffic }) => !traffic.remedies.enough)
    .map(({ slo, alert, traffic: { remedies, requestsPerSecond } }) => {
      const { held, needed, longWindow, syntheticRate, combined, budget } = remedies;
      return (
        `${slo} ${alert.name}: its ${windowText(alert.longSeconds)} hold ${requestsText(held)} requests at the quietest hour ` +
        `(${rateText(requestsPerSecond)} a second), and ${requestsText(needed)} are needed. Any of these is enough: a long ` +
        `window of ${timeText(longWindow)}, ${rateText(syntheticRate)} synthetic requests a second, ` +
        `${rateText(combined)} such services counted together, or an objective of ${partText(1 - budget)}.`
      );
    });
}

function alertColumns<Row>(
  slo: (row: Row) => string,
  alert: (row: Row) => AlertAnalysis['alert'],
): Column<Row>[] {
  return [
    { title: 'objective', align: 'left', priority: 1, cell: slo },
    {
      title: 'alert',
      align: 'left',
      priority: 1,
      cell: (row) => alert(row).name,
      fields: [
        { name: 'alert', value: (row) => alert(row).name },
        { name: 'severity', value: (row) => alert(row).severity },
      ],
    },
  ];
}

function share<Row>(title: string, name: string, priority: number, value: (row: Row) => number): Column<Row> {
  return { title, align: 'right', priority, cell: (row) => partText(value(row)), fields: [{ name, value }] };
}
