import { openShare, positive } from '../queueing/checks.ts';
import { solveLinear } from '../queueing/linear-system.ts';
import { leastSquares } from './least-squares.ts';
import { studentQuantile } from './student.ts';
import type { UslModel } from './usl.ts';

/** One measured point: concurrency N (processes, cores) and throughput X (1/s). */
export interface UslPoint {
  readonly concurrency: number;
  readonly throughput: number;
}

export interface UslParameter {
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

export type UslFit =
  | {
      readonly kind: 'fitted';
      readonly model: UslModel;
      readonly lambda: UslParameter;
      readonly sigma: UslParameter;
      readonly kappa: UslParameter;
      /** Parameters that were held at 0, because the best fit without the bound is below it. */
      readonly atBound: readonly ('sigma' | 'kappa')[];
      /** √(residual sum of squares/(n - 3)), in 1/s. */
      readonly residualStandardError: number;
      readonly confidence: number;
    }
  | { readonly kind: 'refused'; readonly reason: string };

type Triple = readonly [lambda: number, sigma: number, kappa: number];

/** Three parameters and at least one point to judge them by. */
const fewestPoints = 4;

/** Which of λ, σ, κ are free; the rest is 0. The best feasible fit of these is the fit under the bounds. */
const freeSets: readonly (readonly number[])[] = [[0, 1, 2], [0, 1], [0, 2], [0]];

/**
 * Universal Scalability Law fitted to measured points by nonlinear least squares on throughput, with σ, κ >= 0.
 *
 * Intervals are value ± t((1 + confidence)/2, n - 3) · standard error, from the full Jacobian at the solution also where
 * a parameter is at its bound (as R's nls does); they are not cut at 0, so that an interval that contains 0 says so.
 * Source: Gunther 2007, ch. 5; Moeding, R package usl, whose intervals use qt(level, n - 1) and are too narrow.
 * Refused for fewer than 4 points, fewer than 4 different concurrencies, or points that no such model fits.
 * Throws a RangeError for points that are not above 0 and a confidence outside (0, 1).
 */
export function fitUsl(points: readonly UslPoint[], confidence = 0.95): UslFit {
  openShare('confidence', confidence);
  for (const point of points) {
    positive('concurrency of a point', point.concurrency);
    positive('throughput of a point', point.throughput);
  }
  const different = new Set(points.map((point) => point.concurrency)).size;
  if (different < fewestPoints) {
    return {
      kind: 'refused',
      reason: `${different} different concurrencies measured; a fit needs ${fewestPoints}`,
    };
  }
  const best = bestFit(points);
  if (best === undefined) return { kind: 'refused', reason: 'no scalability law fits the points' };
  return described(points, best, confidence);
}

function bestFit(points: readonly UslPoint[]): Triple | undefined {
  const start = linearStart(points);
  let best: Triple | undefined;
  for (const free of freeSets) {
    const triple = fitFree(points, start, free);
    const feasible = triple[0] > 0 && triple[1] >= 0 && triple[1] < 1 && triple[2] >= 0;
    if (feasible && (best === undefined || squares(points, triple) < squares(points, best))) best = triple;
  }
  return best;
}

/** Start from N/X = (1 + σ(N-1) + κN(N-1))/λ, which is linear in 1/λ, σ/λ, κ/λ, weighted to resemble residuals in X. */
function linearStart(points: readonly UslPoint[]): Triple {
  const rows = points.map(({ concurrency: n, throughput: x }) => {
    const weight = (x * x) / n;
    return { row: [weight, weight * (n - 1), weight * n * (n - 1)], target: x };
  });
  const normal = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => rows.reduce((s, { row }) => s + at(row, i) * at(row, j), 0)),
  );
  const right = [0, 1, 2].map((i) => rows.reduce((s, { row, target }) => s + at(row, i) * target, 0));
  const [inverse = 1, serial = 0, pairs = 0] = solveLinear(normal, right);
  const lambda = inverse > 0 ? 1 / inverse : Math.max(...points.map((p) => p.throughput / p.concurrency));
  return [lambda, Math.max(0, serial * lambda), Math.max(0, pairs * lambda)];
}

function fitFree(points: readonly UslPoint[], start: Triple, free: readonly number[]): Triple {
  const full = (values: readonly number[]): Triple => {
    const triple: [number, number, number] = [start[0], 0, 0];
    for (const [i, index] of free.entries()) triple[index as 0 | 1 | 2] = at(values, i);
    return triple;
  };
  const values = leastSquares(
    (v) => points.map((point) => predicted(full(v), point.concurrency) - point.throughput),
    (v) => points.map((point) => free.map((index) => at(gradient(full(v), point.concurrency), index))),
    free.map((index) => start[index as 0 | 1 | 2]),
  );
  return full(values);
}

function described(points: readonly UslPoint[], best: Triple, confidence: number): UslFit {
  const degrees = points.length - 3;
  const rss = squares(points, best);
  const deviation = Math.sqrt(rss / degrees);
  const errors = standardErrors(points, best, deviation);
  const t = studentQuantile((1 + confidence) / 2, degrees);
  const [lambda, sigma, kappa] = best.map((value, i) => {
    const standardError = at(errors, i);
    return { value, standardError, low: value - t * standardError, high: value + t * standardError };
  }) as [UslParameter, UslParameter, UslParameter];
  const atBound = (['sigma', 'kappa'] as const).filter((_, i) => best[i === 0 ? 1 : 2] === 0);
  const model = { lambda: lambda.value, sigma: sigma.value, kappa: kappa.value };
  return {
    kind: 'fitted',
    model,
    lambda,
    sigma,
    kappa,
    atBound,
    residualStandardError: deviation,
    confidence,
  };
}

/** Deviation · √ of the diagonal of (JᵀJ)⁻¹, in columns scaled to length 1, since λ and κ differ by many orders. */
function standardErrors(points: readonly UslPoint[], triple: Triple, deviation: number): number[] {
  const jacobian = points.map((point) => gradient(triple, point.concurrency));
  const lengths = [0, 1, 2].map((i) => Math.hypot(...jacobian.map((row) => at(row, i))));
  const normal = [0, 1, 2].map((i) =>
    [0, 1, 2].map(
      (j) => jacobian.reduce((s, row) => s + at(row, i) * at(row, j), 0) / (at(lengths, i) * at(lengths, j)),
    ),
  );
  return [0, 1, 2].map((i) => {
    const unit = [0, 1, 2].map((j) => (j === i ? 1 : 0));
    return (deviation * Math.sqrt(at(solveLinear(normal, unit), i))) / at(lengths, i);
  });
}

function gradient([lambda, sigma, kappa]: Triple, n: number): Triple {
  const slow = 1 + sigma * (n - 1) + kappa * n * (n - 1);
  const perSlowdown = (-lambda * n) / (slow * slow);
  return [n / slow, perSlowdown * (n - 1), perSlowdown * n * (n - 1)];
}

function predicted([lambda, sigma, kappa]: Triple, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

function squares(points: readonly UslPoint[], triple: Triple): number {
  return points.reduce(
    (sum, point) => sum + (predicted(triple, point.concurrency) - point.throughput) ** 2,
    0,
  );
}

function at(values: readonly number[], index: number): number {
  return values[index] as number;
}
