import type { ReplayReport } from '../rules/replay-file.ts';
import { finite } from './availability-json.ts';
import type { Page } from './palette.ts';
import { heading, listPart, type Part, tablePart } from './part.ts';
import type { ReplayDocument } from './slo-replay-document.ts';
import { objectiveText, partText, requestsText, timeText, windowText } from './slo-text.ts';
import type { Table } from './table.ts';
import { wrap } from './wrap.ts';

type Incident = ReplayReport['replay']['incidents'][number];
type Alert = ReplayReport['replay']['alerts'][number];

interface FiringRow {
  readonly alert: Alert;
  readonly firing?: Alert['firings'][number];
}

/** Incidents in a text; a file that burns all the time has thousands. */
const shownIncidents = 20;

/** A replay for people: what each alert did, and what nobody noticed. */
export function replayText(report: ReplayReport, page: Page): string {
  const parts = partsOf(report, shownIncidents);
  return `${[
    [
      heading(`${report.objective.service}: ${report.file} replayed`, page),
      ...wrap(headline(report), page.width),
    ].join('\n'),
    ...parts.map(({ title, text }) => `${heading(title, page)}\n${text(page)}`),
  ].join('\n\n')}\n`;
}

/** A replay as a section of a document, for instance of a review of an incident. */
export function replayMarkdown(report: ReplayReport): string {
  return `${[
    `## ${report.file} replayed through the alerts of ${report.objective.slo}`,
    headline(report),
    ...partsOf(report, shownIncidents).flatMap(({ title, markdown }) => [`### ${title}`, markdown()]),
  ].join('\n\n')}\n`;
}

/** Every firing, times in Unix seconds. */
export function replayCsv(report: ReplayReport): string {
  return tablePart('', firingTable(report)).csv?.() ?? '';
}

/** The replay as the object of `--json`. */
export function replayJson(report: ReplayReport): ReplayDocument {
  return finite({ schema: 'headroom/slo-replay/v1', ...report }) as ReplayDocument;
}

function partsOf(report: ReplayReport, most: number): Part[] {
  const { incidents } = report.replay;
  const missed = incidents.filter(({ noticedBy }) => noticedBy.length === 0);
  const more = incidents.length - most;
  const title = `Times above the allowed error ratio: ${incidents.length}, of which ${missed.length} unnoticed${more > 0 ? `; the dearest ${most}` : ''}`;
  return [
    tablePart('What the alerts did', firingTable(report)),
    ...(incidents.length === 0
      ? []
      : [tablePart(title, incidentTable(incidents.slice(0, most)), paintMissed)]),
    ...(report.limits.length === 0
      ? []
      : [
          listPart(
            'With caution',
            report.limits.map((limit) => `${limit}.`),
          ),
        ]),
  ];
}

function headline({ kind, objective, stepSeconds, evaluationSeconds, replay }: ReplayReport): string {
  const { from, to, events, bad, errorRatio, budgetSpent } = replay;
  const source =
    kind === 'incidents'
      ? `Incidents laid over the plan's own traffic, read every ${timeText(stepSeconds)}`
      : `Intervals of ${timeText(stepSeconds)}`;
  return (
    `${source}, from ${momentText(from)} to ${momentText(to)}, evaluated every ${timeText(evaluationSeconds)}. ` +
    `${requestsText(bad)} of ${requestsText(events)} events were bad, ${partText(errorRatio)}: ${partText(budgetSpent)} of the ` +
    `budget of ${windowText(objective.periodSeconds)} at ${objectiveText(objective.objective)}, taking the mean traffic of the file for all of it.`
  );
}

function firingTable({ replay }: ReplayReport): Table<FiringRow> {
  const rows = replay.alerts.flatMap((alert): FiringRow[] =>
    alert.firings.length === 0 ? [{ alert }] : alert.firings.map((firing) => ({ alert, firing })),
  );
  return {
    rows,
    columns: [
      { title: 'alert', align: 'left', priority: 1, cell: ({ alert }) => alert.alert },
      { title: 'severity', align: 'left', priority: 3, cell: ({ alert }) => alert.severity },
      {
        title: 'fired',
        align: 'left',
        priority: 1,
        cell: ({ firing }) => (firing === undefined ? 'never' : momentText(firing.firedAt)),
        fields: [{ name: 'fired_at', value: ({ firing }) => firing?.firedAt ?? '' }],
      },
      {
        title: 'cleared',
        align: 'left',
        priority: 2,
        cell: ({ firing }) =>
          firing === undefined
            ? ''
            : firing.clearedAt === undefined
              ? 'still fires at the end'
              : momentText(firing.clearedAt),
        fields: [{ name: 'cleared_at', value: ({ firing }) => firing?.clearedAt ?? '' }],
      },
      {
        title: 'for',
        align: 'right',
        priority: 4,
        cell: ({ firing }) =>
          firing?.clearedAt === undefined ? '' : timeText(firing.clearedAt - firing.firedAt),
        fields: [],
      },
      {
        title: 'budget gone',
        align: 'right',
        priority: 1,
        cell: ({ firing }) => (firing === undefined ? '' : partText(firing.budgetSpent)),
        fields: [
          {
            name: 'budget_spent',
            value: ({ firing }) => firing?.budgetSpent ?? '',
          },
        ],
      },
    ],
  };
}

function incidentTable(incidents: readonly Incident[]): Table<Incident> {
  return {
    rows: incidents,
    columns: [
      { title: 'from', align: 'left', priority: 1, cell: ({ from }) => momentText(from) },
      { title: 'lasted', align: 'right', priority: 2, cell: ({ from, to }) => timeText(to - from) },
      { title: 'bad', align: 'right', priority: 3, cell: ({ bad }) => requestsText(bad) },
      { title: 'of', align: 'right', priority: 4, cell: ({ events }) => requestsText(events) },
      {
        title: 'budget spent',
        align: 'right',
        priority: 1,
        cell: ({ budgetSpent }) => partText(budgetSpent),
      },
      {
        title: 'noticed by',
        align: 'left',
        priority: 1,
        cell: ({ noticedBy }) => (noticedBy.length === 0 ? 'nobody' : noticedBy.join(', ')),
      },
    ],
  };
}

function paintMissed({ palette }: Page) {
  return (line: string, { noticedBy }: Incident) => (noticedBy.length === 0 ? palette.red(line) : line);
}

/** `2026-03-01T14:05:00Z`; the fraction of a second is left out where there is none. */
function momentText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
