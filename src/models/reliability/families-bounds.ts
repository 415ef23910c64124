import type { ProbabilityInterval } from './domains-distribution.ts';
import { requireCount, requireProbability } from './ranges.ts';

/**
 * Sharp bounds on the chance that at least k of n are down when only each one's chance is known.
 *
 * Upper: min(1, min_{j=n-k+1..n} Σ of the j smallest p / (j-n+k)); lower: max(0, max_{j=k..n} (Σ of the j largest p - k + 1) /
 * (j-k+1)). For k = n the upper bound is min p (Fréchet), for k = 1 the lower is max p and the upper Σp (Boole).
 * Source: Fréchet 1935; Rüger 1978 for at least k. Without evidence of independence this is all that can be said.
 * Throws a RangeError for no chances, k outside 1..n, or a chance outside [0, 1].
 */
export function frechetBounds(k: number, unavailabilities: readonly number[]): ProbabilityInterval {
  const n = unavailabilities.length;
  requireCount('number of parts', n, 1);
  requireCount('number of parts down', k, 1);
  if (k > n) throw new RangeError(`number of parts down must be at most ${n}, not ${k}`);
  for (const u of unavailabilities) requireProbability('unavailability', u);
  const rising = [...unavailabilities].sort((a, b) => a - b);
  const falling = [...rising].reverse();
  return { lower: lowerBound(k, falling), upper: upperBound(k, rising) };
}

function upperBound(k: number, rising: readonly number[]): number {
  const n = rising.length;
  let sum = 0;
  let bound = 1;
  rising.forEach((p, index) => {
    sum += p;
    const taken = index + 1;
    if (taken > n - k) bound = Math.min(bound, sum / (taken - n + k));
  });
  return bound;
}

function lowerBound(k: number, falling: readonly number[]): number {
  let sum = 0;
  let bound = 0;
  falling.forEach((p, index) => {
    sum += p;
    const taken = index + 1;
    if (taken >= k) bound = Math.max(bound, (sum - (k - 1)) / (taken - k + 1));
  });
  return bound;
}
