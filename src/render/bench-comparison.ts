import type { Comparison, Ratio } from '../measurement/comparison.ts';
import { formatQuantity } from '../units/format.ts';
import type { Page } from './palette.ts';
import { textTable } from './text-table.ts';
import { wrap } from './wrap.ts';

interface Row extends Ratio {
  readonly name: string;
}

/** A comparison of two measurements for people: ratios of CPU time, the verdict, and what may lie behind it. */
export function comparisonText(comparison: Comparison, page: Page): string {
  const { palette } = page;
  const rows: Row[] = [...comparison.classes, { name: 'mix', ...comparison.mix }];
  const table = textTable(
    {
      rows,
      columns: [
        { title: 'class', align: 'left', priority: 1, cell: ({ name }) => name },
        { title: 'CPU after / before', align: 'right', priority: 1, cell: ({ value }) => value.toFixed(3) },
        {
          title: '95 % interval',
          align: 'right',
          priority: 1,
          cell: ({ low, high }) => `${low.toFixed(3)} to ${high.toFixed(3)}`,
        },
      ],
    },
    page,
    { paint: (line, { name }) => (name === 'mix' ? palette.bold(line) : line) },
  );
  const notes = [verdictText(comparison), ...changes(comparison), ...calibration(comparison)];
  return `${[table, '', ...notes.flatMap((note) => wrap(note, page.width))].join('\n')}\n`;
}

function verdictText({ verdict, limit, mix }: Comparison): string {
  const allowed = formatQuantity(limit, '%');
  const change = formatQuantity(Math.abs(mix.value - 1), '%');
  switch (verdict) {
    case 'regression':
      return `Regression: the mix takes ${change} more CPU time, beyond the allowed ${allowed}.`;
    case 'improvement':
      return `Improvement: the mix takes ${change} less CPU time.`;
    case 'no regression':
      return `No regression beyond ${allowed}.`;
    case 'inconclusive':
      return `Inconclusive: the interval holds both no change and the allowed ${allowed}; measure both with more --rounds.`;
  }
}

function changes({ changed }: Comparison): string[] {
  if (changed.length === 0) return [];
  const list = changed.map(({ name, before, after }) => `${name} ${before} to ${after}`);
  return [`Versions that differ: ${list.join(', ')}.`];
}

function calibration({ calibrated }: Comparison): string[] {
  if (calibrated) return [];
  return ['The runs differ in their calibration, so the drift of the host is in these ratios.'];
}
