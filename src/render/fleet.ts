import type { Plan, TierPlan } from '../plan/types.ts';
import { arithmeticTable, essayAssumptions, plansEssay } from './arithmetic.ts';
import { csvTable } from './csv-table.ts';
import { findingsMarkdown, findingsText } from './findings.ts';
import { allConstraintsTable, constraintTable, summaryTable } from './fleet-tables.ts';
import { markdownTable } from './markdown-table.ts';
import { measurementText } from './origin.ts';
import type { Page } from './palette.ts';
import { tierCount } from './quantity.ts';
import { textTable } from './text-table.ts';
import { tierFactsTable, tierFactsText } from './tier-facts.ts';
import { wrap } from './wrap.ts';

const essayTitle = "The essay's own arithmetic";

export interface FleetView {
  readonly plan: Plan;
  /** The same plan made from the published rate, shown beside a plan made from a measurement. */
  readonly cited?: Plan | undefined;
  /** How many findings of each severity are shown; all in Markdown. */
  readonly findings: number;
}

/** The fleet for people: what it rests on, the summary, the constraints of each tier, the findings. */
export function fleetText({ plan, cited, findings }: FleetView, page: Page): string {
  const { palette } = page;
  const blocks = [
    headText(plan, page),
    textTable(summaryTable(plan, cited), page),
    `${palette.bold('Why')} (> binds)`,
    ...plan.tiers.map((tier) => tierText(plan, tier, page)),
    ...(plansEssay(plan) ? [essayText(plan, page)] : []),
    findingsText(plan.findings, page, findings),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function headText(plan: Plan, { palette, width }: Page): string {
  const regions = plan.regions === 1 ? 'one region' : `each of ${plan.regions} regions`;
  const facts = [
    ['spec', plan.spec.file],
    ['measurement', measurementText(plan)],
    ['units', 'kB = 1,000 B, KiB = 1,024 B; KB is read as kB'],
  ] as const;
  const indent = 13;
  const lines = facts.flatMap(([title, text]) =>
    wrap(text, width - indent).map(
      (line, index) => `${palette.dim((index === 0 ? title : '').padEnd(indent))}${line}`,
    ),
  );
  return [`${palette.bold(plan.name)}: the fleet of ${regions}`, ...lines].join('\n');
}

function tierText(plan: Plan, tier: TierPlan, page: Page): string {
  const { palette } = page;
  const head = `${palette.bold(tier.title)}: ${tierCount(plan, tier)}`;
  // The heading above all tiers says what the columns are; a title row for each tier would only be noise.
  const table = textTable(constraintTable(plan, tier), page, {
    titles: false,
    paint(line, { binding, required }) {
      if (binding) return palette.green(line);
      return required ? line : palette.dim(line);
    },
  });
  const words = tierFactsText(plan, tier);
  const facts = words === '' ? [] : wrap(words, page.width - 2).map((line) => `  ${line}`);
  return [head, ...facts, table].join('\n');
}

function essayText(plan: Plan, page: Page): string {
  const { palette, width } = page;
  const assumed = wrap(`It assumes ${essayAssumptions}.`, width).map(palette.dim);
  return [palette.bold(essayTitle), ...assumed, textTable(arithmeticTable(plan), page)].join('\n');
}

function essayMarkdown(plan: Plan): string[] {
  return [`### ${essayTitle}`, `It assumes ${essayAssumptions}.`, markdownTable(arithmeticTable(plan))];
}

/** The fleet as a section of a design document. */
export function fleetMarkdown({ plan, cited }: FleetView): string {
  return `${[
    `## Fleet of ${plan.name}`,
    `Spec: \`${plan.spec.file}\`. Sizes are ${measurementText(plan)}. Counts are per region (${plan.regions}).`,
    markdownTable(summaryTable(plan, cited)),
    '### Constraints',
    markdownTable(allConstraintsTable(plan)),
    '### Quantities',
    markdownTable(tierFactsTable(plan)),
    ...(plansEssay(plan) ? essayMarkdown(plan) : []),
    '### Findings',
    findingsMarkdown(plan.findings),
  ].join('\n\n')}\n`;
}

/** One row a tier, numbers exact. */
export function fleetCsv({ plan, cited }: FleetView): string {
  return csvTable(summaryTable(plan, cited));
}
