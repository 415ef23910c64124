import type { Explanation } from '../sheet/types.ts';
import { originText } from './origin.ts';
import type { Page } from './palette.ts';
import { structuredText } from './structured.ts';
import type { Table } from './table.ts';
import { wrap } from './wrap.ts';

/**
 * The tree behind a number for people: each quantity with its value, formula or origin, its inputs indented below.
 * A quantity that was shown before is not opened again.
 */
export function explanationText(explanation: Explanation, page: Page): string {
  const seen = new Set<string>();
  return `${nodeLines(explanation, '', '', page, seen).join('\n')}\n`;
}

function nodeLines(
  node: Explanation,
  branch: string,
  below: string,
  page: Page,
  seen: Set<string>,
): string[] {
  const { palette } = page;
  const value = node.display === undefined ? '' : ` = ${palette.green(node.display)}`;
  const again = seen.has(node.name) && node.inputs.length > 0;
  const head = `${palette.dim(branch)}${palette.bold(node.name)}${value}${again ? palette.dim('  (see above)') : ''}`;
  if (again) return [head];
  seen.add(node.name);
  const stem = node.inputs.length > 0 ? `${below}│   ` : `${below}    `;
  return [head, ...detail(node, stem, page), ...children(node, below, page, seen)];
}

/** Meaning and question, the data of a structured input, then the law and its source, or the origin with its interval. */
function detail(node: Explanation, stem: string, { width, palette }: Page): string[] {
  return [told(node), ...dataOf(node), ...reasons(node)]
    .flatMap((text) => wrap(text, Math.max(20, width - stem.length)))
    .map((line) => palette.dim(`${stem}${line}`));
}

/** What the number is, and which question it answers. */
function told({ meaning, question }: Explanation): string {
  return question === undefined ? meaning : `${meaning}; answers: ${question}`;
}

function dataOf({ type, object }: Explanation): string[] {
  return type === undefined ? [] : [structuredText(type, object)];
}

function reasons({ law, formula, source, origin, interval }: Explanation): string[] {
  const range =
    interval === undefined
      ? []
      : [`between ${interval.low} and ${interval.high} with a confidence of ${interval.confidence}`];
  if (formula === undefined) return [...range, originText(origin)];
  return [
    ...(law === undefined ? [] : [law]),
    `= ${formula}`,
    ...(source === undefined ? [] : [`source: ${source}`]),
    ...range,
  ];
}

function children(node: Explanation, below: string, page: Page, seen: Set<string>): string[] {
  return unique(node.inputs).flatMap((input, index, all) => {
    const last = index === all.length - 1;
    return nodeLines(
      input,
      `${below}${last ? '└── ' : '├── '}`,
      `${below}${last ? '    ' : '│   '}`,
      page,
      seen,
    );
  });
}

function unique(inputs: readonly Explanation[]): Explanation[] {
  return [...new Map(inputs.map((input) => [input.name, input])).values()];
}

/** The explanation as Markdown: a nested list. */
export function explanationMarkdown(explanation: Explanation, depth = 0): string {
  const { name, display, law, formula, source, inputs } = explanation;
  const value = display === undefined ? '' : ` = **${display}**`;
  const ruled = law === undefined ? [] : [law, ...(source === undefined ? [] : [source])];
  const reason = formula === undefined ? reasons(explanation) : [`\`${formula}\``, ...ruled];
  const words = [told(explanation), ...dataOf(explanation), ...reason].join('; ');
  const own = `${'  '.repeat(depth)}- \`${name}\`${value}: ${words}`;
  const below = unique(inputs).map((input) => explanationMarkdown(input, depth + 1).trimEnd());
  return `${[own, ...below].join('\n')}\n`;
}

/** The object of `headroom explain --json`. */
export function explanationJson(explanation: Explanation, latex?: string): object {
  return { schema: 'headroom/explanation/v1', ...explanation, ...(latex === undefined ? {} : { latex }) };
}

/** The quantities of the tree as a table, each once, in the order in which the tree shows them. */
export function explanationRows(explanation: Explanation): Table<Explanation> {
  const rows = new Map<string, Explanation>();
  const visit = (node: Explanation) => {
    if (rows.has(node.name)) return;
    rows.set(node.name, node);
    node.inputs.forEach(visit);
  };
  visit(explanation);
  const column = (title: string, cell: (node: Explanation) => string) =>
    ({ title, align: 'left', priority: 1, cell }) as const;
  return {
    rows: [...rows.values()],
    columns: [
      column('quantity', ({ name }) => name),
      column('value', (node) => (node.value === undefined ? dataOf(node).join('') : String(node.value))),
      column('unit', ({ unit }) => unit ?? ''),
      column('meaning', ({ meaning }) => meaning),
      column('formula', ({ formula }) => formula ?? ''),
      column('origin', ({ origin }) => originText(origin)),
    ],
  };
}
