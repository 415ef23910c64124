import CliTable from 'cli-table3';
import type { Page } from './palette.ts';
import { type Column, fitting, gap, naturalWidth, type Table } from './table.ts';
import { wrap } from './wrap.ts';

const noLines = Object.fromEntries(
  [
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ]
    .flat()
    .map((name) => [name, '']),
);

export interface TextOptions<Row> {
  /** Colours a whole line of a row after it was laid out. */
  readonly paint?: (line: string, row: Row) => string;
  /** Whether titles stand above the columns; they do unless told otherwise. */
  readonly titles?: boolean;
}

/** A table for people: columns side by side where they fit the page, else one block a row. */
export function textTable<Row>(table: Table<Row>, page: Page, options: TextOptions<Row> = {}): string {
  const columns = fitting(table, page.width);
  return columns ? sideBySide(table.rows, columns, page, options) : stacked(table, page, options);
}

function sideBySide<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  page: Page,
  { paint = unpainted, titles = true }: TextOptions<Row>,
): string {
  const widths = layout(rows, columns, page.width);
  const blocks = columns.map((column, index) => ({ column, width: widths[index] ?? 0 }));
  const head = titles
    ? linesByRow([blocks.map(({ column }) => column.title)], blocks)
        .flat()
        .map(page.palette.dim)
    : [];
  const cells = rows.map((row) => blocks.map(({ column }) => column.cell(row)));
  const body = linesByRow(cells, blocks).flatMap((written, index) =>
    written.map((line) => paint(line, rows[index] as Row)),
  );
  return [...head, ...body].join('\n');
}

/** The lines of each row; only where a cell has to be broken, or its width measured, is there something to lay out. */
function linesByRow<Row>(
  cells: readonly (readonly string[])[],
  blocks: readonly { column: Column<Row>; width: number }[],
): string[][] {
  const fits = (cell: string, index: number) =>
    cell.length <= (blocks[index]?.width ?? 0) && narrow.test(cell);
  return cells.map((row) => (row.every(fits) ? [padded(row, blocks)] : lines([row], blocks)));
}

/** Characters of one column each: Latin letters, and the signs of numbers and arrows. */
const narrow = /^[ -~\u00a0-\u02ff\u2010-\u22ff]*$/;

function padded<Row>(
  row: readonly string[],
  blocks: readonly { column: Column<Row>; width: number }[],
): string {
  const cells = row.map((cell, index) => aligned(cell, blocks[index]).padEnd(blocks[index]?.width ?? 0));
  return cells.join(' '.repeat(gap)).trimEnd();
}

/** Lines of some cells, laid out in columns of fixed widths; colours would break the widths, so there are none. */
function lines<Row>(
  cells: readonly (readonly string[])[],
  blocks: readonly { column: Column<Row>; width: number }[],
): string[] {
  const table = new CliTable({
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: blocks.map(({ width }, index) => width + (index < blocks.length - 1 ? gap : 0)),
    colAligns: blocks.map(() => 'left'),
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  table.push(...cells.map((row) => row.map((cell, index) => aligned(cell, blocks[index]))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** To the right by blanks before the text: the gap stands after the column, not inside it. */
function aligned<Row>(cell: string, block?: { column: Column<Row>; width: number }): string {
  return block?.column.align === 'right' ? cell.padStart(block.width) : cell;
}

/** Natural widths; the column that may be broken takes what is left. */
function layout<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): number[] {
  const natural = columns.map((column) => naturalWidth(column, rows));
  const over = natural.reduce((sum, each) => sum + each, 0) + gap * (columns.length - 1) - width;
  return natural.map((each, index) => (columns[index]?.wraps && over > 0 ? each - over : each));
}

function unpainted(line: string): string {
  return line;
}

function stacked<Row>(table: Table<Row>, page: Page, { paint = unpainted }: TextOptions<Row>): string {
  const titles = Math.max(...table.columns.map((column) => column.title.length));
  const blocks = table.rows.map((row) => {
    const [first, ...rest] = table.columns;
    const head = first ? paint(first.cell(row), row) : '';
    const body = rest.flatMap((column) =>
      wrap(column.cell(row), page.width - titles - gap - 2).map(
        (line, index) =>
          `  ${page.palette.dim((index === 0 ? column.title : '').padEnd(titles + gap))}${line}`,
      ),
    );
    return [head, ...body].join('\n');
  });
  return blocks.join('\n');
}
