import { solveLinear } from '../src/models/queueing/linear-system.ts';

/**
 * Non-negative least squares: the x >= 0 that minimises |A x - b|, exactly, by trying every set of columns and
 * keeping the best solution without a negative coefficient (Lawson and Hanson 1974 state the problem; trying
 * all sets is feasible for few columns). Rows are equations, at most 8 columns.
 * @throws RangeError if there are fewer rows than columns, more than 8 columns, or no column carries anything.
 */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  right: readonly number[],
): number[] {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < columns || columns === 0 || columns > 8) {
    throw new RangeError(
      `least squares needs 1 to 8 columns and as many rows, got ${rows.length} x ${columns}`,
    );
  }
  let best: { x: number[]; error: number } | undefined;
  for (const chosen of columnSets(columns)) {
    const partial = solveNormal(
      rows.map((row) => chosen.map((i) => row[i] as number)),
      right,
    );
    if (!partial || partial.some((value) => value < 0)) continue;
    const x = Array.from({ length: columns }, (_, i) => partial[chosen.indexOf(i)] ?? 0);
    const error = squaredError(rows, right, x);
    // Of sets that fit equally well, as dependent columns do, the smallest stays.
    if (!best || error < best.error * (1 - 1e-9)) best = { x, error };
  }
  if (!best) throw new RangeError('least squares has no non-negative solution');
  return best.x;
}

/** All sets of columns but the empty one, small sets first. */
function columnSets(columns: number): number[][] {
  const indices = Array.from({ length: columns }, (_, i) => i);
  return Array.from({ length: 2 ** columns - 1 }, (_, n) => indices.filter((i) => (n + 1) & (1 << i))).sort(
    (a, b) => a.length - b.length,
  );
}

function squaredError(rows: readonly (readonly number[])[], right: readonly number[], x: number[]): number {
  return rows.reduce((sum, row, i) => {
    const predicted = row.reduce((s, value, j) => s + value * (x[j] as number), 0);
    return sum + (predicted - (right[i] as number)) ** 2;
  }, 0);
}

/** Normal equations with columns scaled to length 1, so that bytes and pixels do not spoil the conditioning. */
function solveNormal(rows: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const size = rows[0]?.length ?? 0;
  const scale = Array.from({ length: size }, (_, j) => Math.hypot(...rows.map((row) => row[j] as number)));
  if (scale.some((length) => length === 0)) return undefined;
  const scaled = rows.map((row) => row.map((value, j) => value / (scale[j] as number)));
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => dot(scaled, i, j)),
  );
  const image = Array.from({ length: size }, (_, i) =>
    scaled.reduce((sum, row, k) => sum + (row[i] as number) * (right[k] as number), 0),
  );
  try {
    return solveLinear(matrix, image).map((value, j) => value / (scale[j] as number));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function dot(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0);
}
