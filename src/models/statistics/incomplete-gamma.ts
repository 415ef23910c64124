import erfcinv from '@stdlib/math-base-special-erfcinv';
import gammainc from '@stdlib/math-base-special-gammainc';
import gammaincinv from '@stdlib/math-base-special-gammaincinv';
import { poissonTerm } from './poisson.ts';

/**
 * From this shape on stdlib's kernels (0.3.1, 0.2.3) are not used: from about 900 on their uniform expansion is wrong
 * by 1e-3 to 0.8 for x just above the shape.
 */
const ownFrom = 500;

/**
 * Regularized incomplete gamma function: P(a, x) = γ(a, x) / Γ(a) (lower) or Q = 1 − P (upper), each from positive
 * terms of its own, so that a small tail keeps its digits.
 *
 *   P = T Σ_{n ≥ 0} x^n / ((a + 1) ... (a + n)) for x < a + 1,   Q = T a / (x + 1 − a − 1 (1 − a) / (x + 3 − a − ...))
 *
 * with T = x^a e^−x / Γ(a + 1); Abramowitz and Stegun 6.5.29 and 6.5.31. a > 0, x ≥ 0.
 */
export function incompleteGamma(a: number, x: number, tail: 'lower' | 'upper'): number {
  if (a < ownFrom) return gammainc(x, a, true, tail === 'upper');
  if (x === 0) return tail === 'lower' ? 0 : 1;
  if (x === Number.POSITIVE_INFINITY) return tail === 'lower' ? 1 : 0;
  const isLower = x < a + 1;
  const thin = isLower ? lowerSeries(a, x) : upperFraction(a, x);
  return isLower === (tail === 'lower') ? thin : 1 - thin;
}

/**
 * The x at which the named tail has probability p. For large shapes by Newton's steps from the cube-root approximation
 * of Wilson and Hilferty (1931), which is right to a few parts in ten thousand there.
 */
export function incompleteGammaInverse(p: number, a: number, tail: 'lower' | 'upper'): number {
  if (a < ownFrom || p === 0 || p === 1) return gammaincinv(p, a, tail === 'upper');
  const normal = Math.SQRT2 * erfcinv(2 * p) * (tail === 'upper' ? 1 : -1);
  const third = 1 - 1 / (9 * a) + normal / (3 * Math.sqrt(a));
  let x = a * third ** 3;
  for (let step = 0; step < 20; step += 1) {
    const density = (poissonTerm(a, x) * a) / x;
    const off = (incompleteGamma(a, x, tail) - p) / density;
    const next = x - (tail === 'lower' ? off : -off);
    if (Math.abs(next - x) <= x * 1e-15) return next;
    x = next;
  }
  return x;
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return poissonTerm(a, x) * sum;
}

/** By the method of Lentz; with x ≥ a + 1 all denominators are positive. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1e7; n += 1) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return poissonTerm(a, x) * a * fraction;
}
