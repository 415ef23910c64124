import type { Curve } from '../plan/availability/types.ts';

const decadesPerLine = 2;
const step = 6;

/**
 * The curve in a few lines of text: decades downwards, replicas to the right; `o` is P^N, `#` the correlated truth,
 * and the dashes the floor below which no number of replicas gets.
 */
export function curvePlot({ points, floor }: Pick<Curve, 'points' | 'floor'>): string[] {
  const line = (chance: number) => Math.max(0, Math.round(-Math.log10(chance) / decadesPerLine));
  const last = Math.max(...points.map(({ naive }) => line(naive)), floor > 0 ? line(floor) : 0);
  const rows = Array.from({ length: last + 1 }, (_, row) => {
    const dash = floor > 0 && line(floor) === row ? '-' : ' ';
    const marks = points.map(({ naive, correlated }) => {
      const isNaive = line(naive) === row;
      const isCorrelated = line(correlated) === row;
      const mark = isCorrelated ? (isNaive ? '#o' : '#') : isNaive ? 'o' : '';
      return mark.padStart(step / 2 + 1, dash).padEnd(step, dash);
    });
    return `${label(row).padStart(7)} |${marks.join('')}`.trimEnd();
  });
  const axis = points.map(({ replicas }) =>
    String(replicas)
      .padStart(step / 2 + 1)
      .padEnd(step),
  );
  return [
    ...rows,
    `${' '.repeat(8)}+${'-'.repeat(step * points.length)}`,
    `${' '.repeat(9)}${axis.join('')}`.trimEnd(),
  ];
}

function label(row: number): string {
  return row === 0 ? '1' : `1e-${row * decadesPerLine}`;
}
