import betainc from '@stdlib/math-base-special-betainc';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import erfcx from '@stdlib/math-base-special-erfcx';
import gammaln from '@stdlib/math-base-special-gammaln';
import { requireCount, requirePositive, requireProbability } from '../reliability/ranges.ts';
import { incompleteGamma, incompleteGammaInverse } from './incomplete-gamma.ts';

/**
 * The distribution functions that the statistics need, on kernels of stdlib. Tails are asked for by name instead of
 * as 1 − p, so that a chance of 1e-12 keeps its digits.
 */
export type Tail = 'lower' | 'upper';

/** Natural logarithm of the gamma function at x > 0. */
export function logGamma(x: number): number {
  requirePositive('argument of the gamma function', x);
  return gammaln(x);
}

/** Chance that a chi-square variable with `df` degrees of freedom lies in the tail beyond x. */
export function chiSquareTail(x: number, df: number, tail: Tail): number {
  requirePositive('chi-square value', x, 'zero allowed');
  requirePositive('degrees of freedom', df);
  return incompleteGamma(df / 2, x / 2, tail);
}

/** Point of the chi-square distribution with `df` degrees of freedom that leaves probability p in the named tail. */
export function chiSquareQuantile(p: number, df: number, tail: Tail): number {
  requireProbability('probability', p);
  requirePositive('degrees of freedom', df);
  return 2 * incompleteGammaInverse(p, df / 2, tail);
}

/** Chance that a Poisson count of the given mean is at most k (lower) or at least k (upper). */
export function poissonTail(k: number, mean: number, tail: Tail): number {
  requireCount('count', k);
  requirePositive('mean of the count', mean, 'zero allowed');
  if (tail === 'upper') return k === 0 ? 1 : incompleteGamma(k, mean, 'lower');
  return incompleteGamma(k + 1, mean, 'upper');
}

/** Chance that a binomial count of n trials with chance p is at most k (lower) or at least k (upper). */
export function binomialTail(k: number, n: number, p: number, tail: Tail): number {
  requireCount('number of trials', n);
  requireCount('count', k);
  requireProbability('probability', p);
  if (tail === 'upper') {
    if (k === 0) return 1;
    return k > n ? 0 : betainc(p, k, n - k + 1);
  }
  return k >= n ? 1 : betainc(p, k + 1, n - k, true, true);
}

/** Point of the beta distribution with shapes a and b that leaves probability p in the named tail. */
export function betaQuantile(p: number, a: number, b: number, tail: Tail): number {
  requireProbability('probability', p);
  requirePositive('first shape of the beta distribution', a);
  requirePositive('second shape of the beta distribution', b);
  return betaincinv(p, a, b, tail === 'upper');
}

/** Point of the F distribution with (df1, df2) degrees of freedom that leaves probability p in the named tail. */
export function fQuantile(p: number, df1: number, df2: number, tail: Tail): number {
  const lower = betaQuantile(p, df1 / 2, df2 / 2, tail);
  // The complement is asked for on its own: 1 − lower would lose digits where lower is near 1.
  const upper = betaQuantile(p, df2 / 2, df1 / 2, tail === 'upper' ? 'lower' : 'upper');
  return (df2 * lower) / (df1 * upper);
}

/** Point of the gamma distribution with the given shape and rate that leaves probability p in the named tail. */
export function gammaQuantile(p: number, shape: number, rate: number, tail: Tail): number {
  requireProbability('probability', p);
  requirePositive('shape of the gamma distribution', shape);
  requirePositive('rate of the gamma distribution', rate);
  return incompleteGammaInverse(p, shape, tail) / rate;
}

/** Chance that a standard normal variable lies in the tail beyond z. */
export function normalTail(z: number, tail: Tail): number {
  return erfc((tail === 'upper' ? z : -z) / Math.SQRT2) / 2;
}

/** Point of the standard normal distribution that leaves probability p in the named tail. */
export function normalQuantile(p: number, tail: Tail): number {
  requireProbability('probability', p);
  const upper = Math.SQRT2 * erfcinv(2 * p);
  return tail === 'upper' ? upper : 0 - upper;
}

/** Natural logarithm of the chance that a standard normal variable exceeds z; keeps its digits for any z. */
export function logNormalSurvival(z: number): number {
  if (z < -1) return Math.log1p(-normalTail(z, 'lower'));
  if (z < 5) return Math.log(normalTail(z, 'upper'));
  return Math.log(erfcx(z / Math.SQRT2) / 2) - (z * z) / 2;
}

/** Hazard of the standard normal distribution, density over survival, at z. */
export function normalHazard(z: number): number {
  return z < -37
    ? Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    : Math.sqrt(2 / Math.PI) / erfcx(z / Math.SQRT2);
}
