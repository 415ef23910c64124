import type { Table } from './table.ts';

/** A table in Markdown, all columns, for design documents. */
export function markdownTable<Row>({ columns, rows }: Table<Row>): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [
    line(columns.map(({ title }) => title)),
    `| ${rule.join(' | ')} |`,
    ...rows.map((row) => line(columns.map(({ cell }) => cell(row)))),
  ].join('\n');
}

/** Keeps a cell one cell, and what looks like markup text. */
function escaped(cell: string): string {
  return cell.replace(/[\\|*_`<>]/g, (mark) => `\\${mark}`).replace(/\r?\n/g, ' ');
}
