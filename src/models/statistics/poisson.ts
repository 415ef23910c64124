import { requireCount, requirePositive } from '../reliability/ranges.ts';

/**
 * Chance of exactly k events: m^k e^−m / k!, by the deviance form of Loader (Fast and Accurate Computation of Binomial
 * Probabilities, 2000), e^−(s(k) + k ln(k / m) − k + m) / √(2πk), s: the error of Stirling's formula.
 *
 * Keeps ten digits for counts up to 1e9, where k ln m − m − ln k! would lose them. It needs no gamma function: the kernels
 * behind `distribution-functions` take long to load, and the incomplete one of stdlib 0.3.1 is wrong by 1e-2 for a mean
 * just above a count of more than 200.
 * mean: m ≥ 0. Throws a RangeError for a negative or infinite mean, or a count that is not whole.
 */
export function poissonChance(k: number, mean: number): number {
  requireCount('count', k);
  requirePositive('mean of the count', mean, 'zero allowed');
  if (mean === 0) return k === 0 ? 1 : 0;
  if (k < fewest) return Math.exp(k * Math.log(mean) - mean - logFactorial(k));
  return poissonTerm(k, mean);
}

/** m^k e^−m / Γ(k + 1) for real k ≥ 16 and m > 0, by the form above. */
export function poissonTerm(k: number, mean: number): number {
  const off = (k - mean) / mean;
  const deviance = mean * ((1 + off) * Math.log1p(off) - off);
  return Math.exp(-stirlingError(k) - deviance) / Math.sqrt(2 * Math.PI * k);
}

/** Chance of at least k events; the terms of the thinner side of k are summed, all of them positive. */
export function poissonAtLeast(k: number, mean: number): number {
  if (k === 0) return 1;
  if (k > mean) return descending(poissonChance(k, mean), (i) => mean / (k + i));
  return 1 - descending(poissonChance(k - 1, mean), (i) => (k - i) / mean);
}

/** Below this many events the series of Stirling's error has too few digits, and a factorial is short. */
const fewest = 16;

function logFactorial(k: number): number {
  let product = 1;
  for (let i = 2; i <= k; i += 1) product *= i;
  return Math.log(product);
}

/** s(k) = ln k! − (k ln k − k + ln √(2πk)), to 1e-13 for k ≥ 16. */
function stirlingError(k: number): number {
  const square = k * k;
  return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / k;
}

/** A first term and those after it, each by its ratio to the one before, until they no longer count. */
function descending(first: number, ratio: (i: number) => number): number {
  let sum = first;
  let term = first;
  for (let i = 1; term > sum * 1e-17; i += 1) {
    term *= ratio(i);
    sum += term;
  }
  return sum;
}
