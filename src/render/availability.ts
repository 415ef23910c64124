import { chanceText, hoursText } from '../plan/availability/text.ts';
import type { AvailabilityPlan, AvailabilityRow, Question } from '../plan/availability/types.ts';
import { formatQuantity } from '../units/format.ts';
import { causeTable, curveTable } from './availability-causes.ts';
import {
  capacityTable,
  inputTable,
  partTable,
  quorumTable,
  recoveryTable,
} from './availability-detail-tables.ts';
import { curvePlot } from './availability-plot.ts';
import { floorLine, readingLines } from './availability-readings.ts';
import { questionTableOf, questionTitles } from './availability-tables.ts';
import { csvTable } from './csv-table.ts';
import { byGravity, findingsMarkdown, findingsText, tally } from './findings.ts';
import { markdownTable } from './markdown-table.ts';
import type { Page } from './palette.ts';
import { heading, listPart, type Part, tablePart } from './part.ts';
import { textTable } from './text-table.ts';
import { wrap } from './wrap.ts';

export interface AvailabilityView {
  readonly availability: AvailabilityPlan;
  /** One question only; all where absent. */
  readonly question?: Question | undefined;
  readonly findings: number;
  /** Whether every input is listed with its origin; always in Markdown. */
  readonly inputs: boolean;
}

/** The availability for people. */
export function availabilityText(
  { availability, question, findings, inputs }: AvailabilityView,
  page: Page,
): string {
  const head = `${page.palette.bold(availability.name)}: how often it fails`;
  const facts = wrap(headline(availability), page.width).join('\n');
  const parts = [...partsOf(availability, question), ...(inputs ? [inputPart(availability)] : [])];
  return `${[
    `${head}\n${facts}`,
    ...parts.map(({ title, text }) => `${heading(title, page)}\n${text(page)}`),
    findingsText(availability.findings, page, findings),
  ].join('\n\n')}\n`;
}

/** The availability in one table, below the other parts of a plan. */
export function availabilityBrief({ availability }: AvailabilityView, page: Page): string {
  const table = availability.tables.find(({ question }) => question === 'steady');
  if (table === undefined) return '';
  const part = tablePart(
    `Availability: ${questionTitles.steady}`,
    questionTableOf(table, availability.windowDays),
    paintMissed,
  );
  const [first] = byGravity(availability.findings);
  const lines = [
    `Findings: ${tally(availability.findings)}${first ? `; first: ${first.message}` : ''}.`,
    'headroom plan availability shows the other questions, the causes, and what to mend.',
  ];
  const text = lines.flatMap((line) => wrap(line, page.width)).join('\n');
  return `${heading(part.title, page)}\n${part.text(page)}\n${text}\n`;
}

/** The availability as a section of a design document. */
export function availabilityMarkdown({ availability, question }: AvailabilityView): string {
  const parts = [...partsOf(availability, question), inputPart(availability)];
  return `${[
    `## Availability of ${availability.name}`,
    `Spec: \`${availability.spec.file}\`. ${headline(availability)}`,
    ...parts.flatMap(({ title, markdown }) => [`### ${title}`, markdown()]),
    '### Findings',
    findingsMarkdown(availability.findings),
  ].join('\n\n')}\n`;
}

/** One question, numbers exact; the long run unless another is asked for. */
export function availabilityCsv({ availability, question = 'steady' }: AvailabilityView): string {
  const table = availability.tables.find((each) => each.question === question);
  if (table === undefined) throw new RangeError(`no table answers the question ${question}`);
  return csvTable(questionTableOf(table, availability.windowDays));
}

function headline({ dependencies, windowDays, notModelled }: AvailabilityPlan): string {
  const left =
    notModelled.length === 0 ? '' : ` Not modelled, since bought by the byte: ${notModelled.join(', ')}.`;
  return `A request needs ${dependencies}. Chances are of being down; proved is what operation supports, at most and with 95 % confidence. Windows of ${Number(windowDays.toPrecision(3))} days.${left}`;
}

function partsOf(plan: AvailabilityPlan, question: Question | undefined): Part[] {
  const tables = plan.tables.filter((table) => question === undefined || table.question === question);
  const { curve, capacity, evidence } = plan;
  return [
    ...tables.map((table) =>
      tablePart(titleOf(table.question, plan), questionTableOf(table, plan.windowDays), paintMissed),
    ),
    tablePart('Causes of the minutes, in the long run', causeTable(plan)),
    tablePart('What each tier means to the service, in the long run', partTable(plan)),
    ...(curve === undefined ? [] : [readings(plan), curvePart(plan)]),
    ...(capacity === undefined
      ? []
      : [
          tablePart(
            `Capacity at risk of ${capacity.machines} machines (${capacity.needed} carry the peak; mean share served ${formatQuantity(capacity.served, '%')})`,
            capacityTable(capacity),
          ),
        ]),
    ...(plan.quorums.length === 0 ? [] : [tablePart('Reads and writes of copies', quorumTable(plan))]),
    ...(plan.recovery.length === 0 ? [] : [tablePart('Loss of data', recoveryTable(plan))]),
    ...(evidence === undefined
      ? []
      : [
          listPart(
            `What ${evidence.file} says of machines`,
            evidence.facts.map(({ name, value }) => `${name}: ${value}`),
          ),
        ]),
  ];
}

function titleOf(question: Question, { missionHours }: AvailabilityPlan): string {
  return questionTitles[question].replace('the mission', `a mission of ${hoursText(missionHours)}`);
}

function inputPart(plan: AvailabilityPlan): Part {
  return tablePart('Where the numbers come from', inputTable(plan));
}

function paintMissed({ palette }: Page) {
  return (line: string, { met, id }: AvailabilityRow) => {
    if (met === false) return palette.red(line);
    return id === 'service' ? palette.bold(line) : line;
  };
}

function readings(plan: AvailabilityPlan): Part {
  const title = plan.tables[0]?.rows.find(({ id }) => id === plan.curve?.tier)?.title ?? '';
  const p = chanceText(plan.curve?.machineUnavailability ?? 0);
  return listPart(`Readings of ${title} at the peak, P = ${p} for one machine`, readingLines(plan));
}

function curvePart(plan: AvailabilityPlan): Part {
  const { curve } = plan;
  if (curve === undefined) return listPart('', []);
  const table = curveTable(curve.points);
  return {
    title: 'Replicas, one of which is enough: P^N (o), correlated (#), floor (-)',
    text: (page) =>
      [
        ...curvePlot(curve, page.width),
        '',
        textTable(table, page),
        ...wrap(floorLine(plan), page.width),
      ].join('\n'),
    markdown: () => `${markdownTable(table)}\n\n${floorLine(plan)}`,
  };
}
