import type { AlertAnalysis, Ledger, SloPlan } from '../plan/slo/types.ts';
import { InvalidInput } from '../problems/problem.ts';
import { findingsMarkdown, findingsText } from './findings.ts';
import type { Page } from './palette.ts';
import { heading, listPart, type Part, tablePart } from './part.ts';
import { alertTable, remedyLines, responseTable } from './slo-alerts.ts';
import { budgetTable } from './slo-budgets.ts';
import { creditLines, creditTable } from './slo-credits.ts';
import { failoverTable } from './slo-failover.ts';
import { sloInputTable } from './slo-inputs.ts';
import { type LedgerRow, ledgerTable, showsTimes } from './slo-ledger.ts';
import { downLine, missLine, reasonLines, timesLine } from './slo-ledger-lines.ts';
import { type Section, sections } from './slo-sections.ts';
import { splitLines, splitTable } from './slo-split.ts';
import { objectiveText, timeText, windowText } from './slo-text.ts';
import { harvestTable, latencyLines, latencyTable, overloadTable, yieldTable } from './slo-yield.ts';
import { wrap } from './wrap.ts';

export interface SloView {
  readonly slo: SloPlan;
  /** One section only; all where absent. */
  readonly section?: Section | undefined;
  /** One objective only, where a section has several; all where absent. */
  readonly objective?: string | undefined;
  readonly findings: number;
  /** Whether every input is listed with its origin; always in Markdown. */
  readonly inputs: boolean;
}

/** The objectives for people. */
export function sloText(view: SloView, page: Page): string {
  const { slo, inputs, findings } = view;
  const head = heading(`${slo.name}: what the error budget is spent on`, page);
  const parts = [...chosenParts(view, view.section !== undefined), ...(inputs ? [inputPart(slo)] : [])];
  return `${[
    [head, ...wrap(headline(slo), page.width)].join('\n'),
    ...parts.map(({ title, text }) => `${heading(title, page)}\n${text(page)}`),
    findingsText(slo.findings, page, findings),
  ].join('\n\n')}\n`;
}

/** The objectives as a section of a design document. */
export function sloMarkdown(view: SloView): string {
  const { slo } = view;
  return `${[
    `## Objectives of ${slo.name}`,
    `Spec: \`${slo.spec.file}\`. ${headline(slo)}`,
    ...[...chosenParts(view, true), inputPart(slo)].flatMap(({ title, markdown }) => [
      `### ${title}`,
      markdown(),
    ]),
    '### Findings',
    findingsMarkdown(slo.findings),
  ].join('\n\n')}\n`;
}

/** The first table of one section, numbers exact; the ledger of the availability unless another is asked for. */
export function sloCsv(view: SloView): string {
  const { section = 'ledger' } = view;
  const first = partsOf(view, true)[section].find(({ csv }) => csv !== undefined);
  if (first?.csv !== undefined) return first.csv();
  throw new InvalidInput([
    {
      code: 'bad-flag',
      message: `section ${section} of this plan has no table`,
      advice: 'choose another section, or another format, which says why',
    },
  ]);
}

function chosenParts(view: SloView, detailed: boolean): Part[] {
  const parts = partsOf(view, detailed);
  return sections
    .filter((each) => view.section === undefined || view.section === each)
    .flatMap((each) => parts[each]);
}

/** All sections. Without details a person sees what asks for a decision, and `--section` shows the rest. */
function partsOf({ slo, objective }: SloView, detailed: boolean): Record<Section, Part[]> {
  const own = <Each extends { readonly slo: string }>(list: readonly Each[]) =>
    list.filter((each) => objective === undefined || each.slo === objective);
  return {
    budgets: [tablePart('What each objective allows', budgetTable(slo))],
    ledger: ledgersOf(own(slo.ledgers), slo, detailed),
    failover: failoverParts(slo),
    tiers: [
      tablePart('The budget over the tiers in the path of a request', splitTable(slo.split)),
      listPart('What the split rests on', splitLines(slo.split)),
    ],
    yield: yieldParts(slo),
    harvest: [tablePart('Harvest: data in the answer when machines are lost', harvestTable(slo, !detailed))],
    latency: [
      listPart('The latency objective as a share of requests', latencyLines(slo.latency)),
      ...(detailed ? [tablePart('Response times by the plan', latencyTable(slo.latency))] : []),
    ],
    alerts: alertParts(own(slo.alerts), slo.choices.catalogue, detailed),
    credits: creditParts(slo),
  };
}

function ledgersOf(ledgers: readonly Ledger[], slo: SloPlan, reasons: boolean): Part[] {
  if (ledgers.length > 0) return ledgers.flatMap((ledger) => ledgerParts(ledger, slo, reasons));
  return [
    listPart('Ledger', [
      'The failures of the plan are set against the availability; this objective has no ledger.',
    ]),
  ];
}

function failoverParts(slo: SloPlan): Part[] {
  const title = 'The loss of a leader, mended by software and by people';
  return slo.failovers.length === 0
    ? [listPart(title, ['No tier has a leader.'])]
    : [tablePart(title, failoverTable(slo))];
}

function yieldParts({ yield: made }: SloPlan): Part[] {
  const title = `Yield: an outage of ${timeText(made.hours * 3600)}, in shares of a day`;
  const overload = tablePart('Yield under overload, the rest being shed', overloadTable(made));
  return [tablePart(title, yieldTable(made)), ...(made.overload.length === 0 ? [] : [overload])];
}

function alertParts(alerts: readonly AlertAnalysis[], catalogue: string, detailed: boolean): Part[] {
  const remedies = remedyLines(alerts);
  return [
    tablePart(`What the alerts catch (${catalogue})`, alertTable(alerts)),
    ...(detailed ? [tablePart('How long until they notice', responseTable(alerts))] : []),
    ...(remedies.length === 0 ? [] : [listPart('Too little traffic', remedies)]),
  ];
}

function creditParts({ credits }: SloPlan): Part[] {
  if (credits === undefined) {
    return [listPart('Credits of the agreement', ['The spec declares no agreement: objectives.sla.'])];
  }
  return [
    tablePart('Credits of the agreement', creditTable(credits)),
    listPart('What the agreement costs', creditLines(credits)),
  ];
}

function ledgerParts(ledger: Ledger, { down }: SloPlan, reasons: boolean): Part[] {
  const { slo, objective, windowSeconds } = ledger;
  const title = `Ledger of ${slo}: ${objectiveText(objective)} of ${windowText(windowSeconds)}`;
  const lines = ledgerTable(ledger);
  const table = tablePart(title, lines, paintLedger);
  const other = slo === 'availability' ? ` ${downLine(down.seconds)}` : '';
  const below = (times: boolean) => `${times ? `${timesLine} ` : ''}${missLine(ledger)}${other}`;
  return [
    {
      ...table,
      text: (page) =>
        [table.text(page), ...wrap(below(showsTimes(lines, page.width)), page.width)].join('\n'),
      markdown: () => `${table.markdown()}\n\n${below(true)}`,
    },
    ...(reasons ? [listPart(`Why, and what would help: ${slo}`, reasonLines(ledger))] : []),
  ];
}

function paintLedger({ palette }: Page) {
  return (text: string, row: LedgerRow) => {
    if ('sum' in row) return row.sum.title === 'overspent' ? palette.red(text) : palette.bold(text);
    return row.line.overCap ? palette.red(text) : text;
  };
}

function inputPart({ inputs }: SloPlan): Part {
  return tablePart('Where the numbers come from', sloInputTable(inputs));
}

function headline({ choices, budgets }: SloPlan): string {
  const { catalogue, scrapeSeconds, evaluationSeconds } = choices;
  const [{ windowSeconds } = { windowSeconds: 0 }] = budgets;
  return (
    'Minutes are those of full outage: how often a line happens a year, times what each event costs, times the part of ' +
    `a year that the window is (${windowText(windowSeconds)} of 365.25d). Lines and what is unspent add up to the budget. ` +
    `Alerts: ${catalogue}, read every ${timeText(scrapeSeconds)} and evaluated every ${timeText(evaluationSeconds)}.`
  );
}
