import erfc from '@stdlib/math-base-special-erfc';
import inverseErfc from '@stdlib/math-base-special-erfcinv';
import { openShare } from '../queueing/checks.ts';

/** Density of the standard normal: e^(-x²/2)/√(2π). */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Distribution of the standard normal: Φ(x) = erfc(-x/√2)/2, accurate in the lower tail too. */
export function normalBelow(x: number): number {
  return erfc(-x / Math.SQRT2) / 2;
}

/** Quantile of the standard normal: the x with Φ(x) = p. Throws a RangeError for p outside (0, 1). */
export function normalQuantile(p: number): number {
  return -Math.SQRT2 * inverseErfc(2 * openShare('probability', p));
}
