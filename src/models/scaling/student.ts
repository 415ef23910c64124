import betaIncompleteInverse from '@stdlib/math-base-special-betaincinv';
import { openShare, positive } from '../queueing/checks.ts';

/**
 * Quantile of Student's t: the t with P(T <= t) = p for ν degrees of freedom, p >= 1/2.
 *
 *   t = √(ν (1/x - 1)),  x = I⁻¹(2(1 - p); ν/2, 1/2)
 *
 * I⁻¹: inverse of the regularised incomplete beta function. Source: Abramowitz and Stegun 26.5.27. Throws a
 * RangeError for p outside [1/2, 1) or ν <= 0.
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  positive('degrees of freedom', degreesOfFreedom);
  if (openShare('probability', p) < 0.5) throw new RangeError(`probability must be at least 0.5, not ${p}`);
  const x = betaIncompleteInverse(2 * (1 - p), degreesOfFreedom / 2, 0.5);
  return Math.sqrt(degreesOfFreedom * (1 / x - 1));
}
