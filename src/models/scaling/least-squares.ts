import { solveLinear } from '../queueing/linear-system.ts';

/** Steps that are tried; the scalability law needs below 20. */
const maxSteps = 200;
/** Damping grows by this after a step that does not help, and shrinks by it after one that does. */
const dampingFactor = 10;
/** Above this damping no step is left that would change a double. */
const maxDamping = 1e16;
/** Relative step below which the parameters are the answer. */
const stepTolerance = 1e-13;

/**
 * Parameters that minimise Σ r_i², by Gauss-Newton steps with Marquardt's damping: (JᵀJ + μ diag JᵀJ) δ = -Jᵀ r.
 *
 * residuals: r of the parameters; jacobian: ∂r_i/∂p_j; start: a first guess near the minimum. Source: Marquardt, SIAM
 * J. Appl. Math. 11(2), 1963. Finds the minimum next to the start. Throws a RangeError if a parameter has no effect.
 */
export function leastSquares(
  residuals: (p: readonly number[]) => readonly number[],
  jacobian: (p: readonly number[]) => readonly (readonly number[])[],
  start: readonly number[],
): number[] {
  let best = [...start];
  let cost = squaredLength(residuals(best));
  let damping = 1e-3;
  for (let step = 0; step < maxSteps && damping < maxDamping; step += 1) {
    const delta = dampedStep(jacobian(best), residuals(best), damping);
    const candidate = best.map((value, i) => value + (delta[i] as number));
    const next = squaredLength(residuals(candidate));
    if (next <= cost) {
      const small = delta.every((d, i) => Math.abs(d) <= stepTolerance * Math.abs(best[i] as number));
      best = candidate;
      cost = next;
      damping /= dampingFactor;
      if (small) break;
    } else {
      damping *= dampingFactor;
    }
  }
  return best;
}

function dampedStep(
  rows: readonly (readonly number[])[],
  residual: readonly number[],
  damping: number,
): number[] {
  const columns = (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] as number));
  // Columns of length 1, so that parameters of different orders weigh the same.
  const lengths = columns.map((column) => Math.sqrt(squaredLength(column)));
  const scaled = columns.map((column, j) => column.map((value) => value / (lengths[j] as number)));
  const normal = scaled.map((a, i) => scaled.map((b, j) => dot(a, b) + (i === j ? damping : 0)));
  const right = scaled.map((column) => -dot(column, residual));
  return solveLinear(normal, right).map((value, j) => value / (lengths[j] as number));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function squaredLength(values: readonly number[]): number {
  return dot(values, values);
}
