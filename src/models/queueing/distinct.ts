import { nonNegative, positive, whole } from './checks.ts';
import { smoothSum } from './series.ts';

/**
 * Different items asked for within a window, when popularity is Zipf: Σ_i (1 − e^(−λ_i T)), with λ_i ∝ rank^−s and
 * Σ λ_i = λ. λ: requests per second; T: window (s); items: number of ranks. Poisson arrivals.
 * Throws RangeError for λ <= 0, T < 0, s < 0 and a number of items that is not a positive integer.
 */
export function distinctItems(input: {
  readonly requestRate: number;
  readonly items: number;
  readonly zipfExponent: number;
  readonly window: number;
}): number {
  const { requestRate, items, zipfExponent, window } = input;
  positive('request rate', requestRate);
  whole('number of items', items, 1);
  nonNegative('Zipf exponent', zipfExponent);
  nonNegative('window', window);
  const weight = (rank: number) => rank ** -zipfExponent;
  const perWeight = (requestRate * window) / smoothSum(weight, 1, items);
  return smoothSum((rank) => -Math.expm1(-perWeight * weight(rank)), 1, items);
}
