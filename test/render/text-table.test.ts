import { describe, expect, it } from 'vitest';
import type { Table } from '../../src/render/table.ts';
import { textTable } from '../../src/render/text-table.ts';
import { plain } from './fixture.ts';

interface Row {
  readonly name: string;
  readonly count: string;
  readonly note: string;
}

const table = (rows: readonly Row[]): Table<Row> => ({
  rows,
  columns: [
    { title: 'name', align: 'left', priority: 1, cell: ({ name }) => name },
    { title: 'count', align: 'right', priority: 1, cell: ({ count }) => count },
    { title: 'note', align: 'left', priority: 1, cell: ({ note }) => note, wraps: true },
  ],
});

describe('a table for people', () => {
  it('has its cells below their titles, numbers to the right, and no blanks at the end', () => {
    const text = textTable(
      table([
        { name: 'api', count: '3', note: '≤ 2 × 10 → ok' },
        { name: 'workers', count: '1,000', note: '' },
      ]),
      plain(80),
    );
    expect(text.split('\n')).toEqual([
      'name     count  note',
      'api          3  ≤ 2 × 10 → ok',
      'workers  1,000',
    ]);
  });

  it('breaks a cell that does not fit, and only its own row', () => {
    const note = 'a note of many words that has to be broken between them';
    const lines = textTable(
      table([
        { name: 'api', count: '3', note },
        { name: 'queue', count: '5', note: 'short' },
      ]),
      plain(40),
    ).split('\n');
    expect(lines.every((line) => line.length <= 40)).toBe(true);
    expect(lines.at(-1)).toBe('queue      5  short');
    expect(
      lines
        .slice(1, -1)
        .map((line) => line.slice(14))
        .join(' '),
    ).toBe(note);
    expect(lines.slice(2, -1).every((line) => line.startsWith(' '.repeat(14)))).toBe(true);
  });

  it('gives a letter of two columns two columns', () => {
    const [, first] = textTable(table([{ name: '東', count: '1', note: 'x' }]), plain(80)).split('\n');
    expect(first).toBe('東        1  x');
  });
});
