import { csvTable } from './csv-table.ts';
import { markdownTable } from './markdown-table.ts';
import type { Page } from './palette.ts';
import type { Table } from './table.ts';
import { textTable } from './text-table.ts';
import { wrap } from './wrap.ts';

/** One part below a heading: a table or lines, described once for the terminal, for Markdown and for CSV. */
export interface Part {
  readonly title: string;
  readonly text: (page: Page) => string;
  readonly markdown: () => string;
  /** Absent where a part is only sentences. */
  readonly csv?: () => string;
}

/** The title of a part, broken where the page is narrow. */
export function heading(title: string, { palette, width }: Page): string {
  return wrap(title, width)
    .map((line) => palette.bold(line))
    .join('\n');
}

/** A table below its title; `paint` colours whole lines on screens. */
export function tablePart<Row extends object>(
  title: string,
  written: Table<Row>,
  paint?: (page: Page) => (line: string, row: Row) => string,
): Part {
  const table = remembered(written);
  return {
    title,
    text: (page) => textTable(table, page, paint ? { paint: paint(page) } : {}),
    markdown: () => markdownTable(table),
    csv: () => csvTable(table),
  };
}

/** Sentences below a title. */
export function listPart(title: string, lines: readonly string[]): Part {
  return {
    title,
    text: ({ width }) =>
      lines
        .flatMap((line) => wrap(line, width - 4).map((each, i) => `${i === 0 ? '- ' : '  '}${each}`))
        .join('\n'),
    markdown: () => lines.map((line) => `- ${line}`).join('\n'),
  };
}

/** The same table with every cell written once: laying out a page asks for widths again and again. */
function remembered<Row extends object>({ columns, rows }: Table<Row>): Table<Row> {
  return {
    rows,
    columns: columns.map((column) => {
      const cells = new Map<Row, string>();
      const cell = (row: Row) => {
        const found = cells.get(row) ?? column.cell(row);
        cells.set(row, found);
        return found;
      };
      return { ...column, cell };
    }),
  };
}
