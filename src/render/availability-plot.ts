import type { Curve } from '../plan/availability/types.ts';

const decadesPerLine = 2;
/** Columns of a replica: at best, and what two marks and a gap need. */
const widest = 6;
const narrowest = 3;
/** Columns of the label and the axis. */
const margin = 9;
/** Nobody compares chances below 1e-24; what lies deeper, as a chance of 0 does, has no mark. */
const deepest = 12;

/**
 * The curve in a few lines of text: decades downwards, replicas to the right; `o` is P^N, `#` the correlated truth,
 * and the dashes the floor below which no number of replicas gets. width: columns of the page, as far as marks can be
 * pushed together.
 */
export function curvePlot({ points, floor }: Pick<Curve, 'points' | 'floor'>, width: number): string[] {
  const step = Math.max(narrowest, Math.min(widest, Math.floor((width - margin) / points.length)));
  const line = (chance: number) => Math.max(0, Math.round(-Math.log10(chance) / decadesPerLine));
  const all = [floor, ...points.flatMap(({ naive, correlated }) => [naive, correlated])];
  const last = Math.max(0, ...all.map(line).filter((row) => row <= deepest));
  const rows = Array.from({ length: last + 1 }, (_, row) => {
    const dash = line(floor) === row ? '-' : ' ';
    const marks = points.map(({ naive, correlated }) => {
      const isNaive = line(naive) === row;
      const isCorrelated = line(correlated) === row;
      const mark = isCorrelated ? (isNaive ? '#o' : '#') : isNaive ? 'o' : '';
      return mark.padStart(Math.floor(step / 2) + 1, dash).padEnd(step, dash);
    });
    return `${label(row).padStart(7)} |${marks.join('')}`.trimEnd();
  });
  const axis = points.map(({ replicas }) =>
    String(replicas)
      .padStart(Math.floor(step / 2) + 1)
      .padEnd(step),
  );
  return [
    ...rows,
    `${' '.repeat(margin - 1)}+${'-'.repeat(step * points.length)}`,
    `${' '.repeat(margin)}${axis.join('')}`.trimEnd(),
  ];
}

function label(row: number): string {
  return row === 0 ? '1' : `1e-${row * decadesPerLine}`;
}
