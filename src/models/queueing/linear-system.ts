/**
 * Solution x of A x = b by elimination with partial pivoting, for small dense systems.
 *
 * A: rows of coefficients; b: right-hand side. Throws a RangeError for a singular A.
 */
export function solveLinear(matrix: readonly (readonly number[])[], rhs: readonly number[]): number[] {
  const n = rhs.length;
  const rows = matrix.map((row, i) => [...row, rhs[i] as number]);
  for (let column = 0; column < n; column += 1) {
    const pivot = pivotRow(rows, column);
    for (const [i, row] of rows.entries()) {
      if (i <= column) continue;
      const factor = (row[column] as number) / (pivot[column] as number);
      if (factor === 0) continue;
      for (let j = column; j <= n; j += 1) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i -= 1) {
    const row = rows[i] as number[];
    let sum = row[n] as number;
    for (let j = i + 1; j < n; j += 1) sum -= (row[j] as number) * (x[j] as number);
    x[i] = sum / (row[i] as number);
  }
  return x;
}

/** Brings the row with the largest entry of the column into place and returns it. */
function pivotRow(rows: number[][], column: number): number[] {
  let best = column;
  for (let i = column + 1; i < rows.length; i += 1) {
    if (Math.abs(rows[i]?.[column] as number) > Math.abs(rows[best]?.[column] as number)) best = i;
  }
  const pivot = rows[best] as number[];
  if (!(Math.abs(pivot[column] as number) > 0)) throw new RangeError('the linear system is singular');
  rows[best] = rows[column] as number[];
  rows[column] = pivot;
  return pivot;
}
