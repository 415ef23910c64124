import { requirePositive } from '../reliability/ranges.ts';
import { chiSquareQuantile } from './distribution-functions.ts';
import { type Interval, tailOf } from './interval.ts';

/**
 * Interval for the mean of a sum of Poisson events that count differently, such as bursts of failures by their size.
 *
 * With y = Σ w_i and v = Σ w_i²: low = (v/2y) χ²(α/2; 2y²/v); high = (V/2Y) χ²(1 − α/2; 2Y²/V), where
 * Y = y + w and V = v + w² take one more event of the largest weight w. Equal weights of 1 give Garwood's interval.
 * Fay and Feuer, Statistics in Medicine 16 (1997). weights: one for each event; none at all stands for w = 1.
 * Throws a RangeError for a weight that is not above 0 or a confidence outside (0, 1).
 */
export function weightedCountInterval(weights: readonly number[], confidence: number): Interval {
  const tail = tailOf(confidence);
  const { sum, squares } = totals(weights);
  const low =
    sum === 0 ? 0 : (squares / (2 * sum)) * chiSquareQuantile(tail, (2 * sum ** 2) / squares, 'lower');
  return { low, high: upperEnd(weights, tail), confidence };
}

/** One-sided upper bound of the same mean, with chance 1 − confidence of lying below it. */
export function weightedCountUpperBound(weights: readonly number[], confidence: number): number {
  return upperEnd(weights, 2 * tailOf(confidence));
}

function upperEnd(weights: readonly number[], tail: number): number {
  const { sum, squares, largest } = totals(weights);
  const y = sum + largest;
  const v = squares + largest ** 2;
  return (v / (2 * y)) * chiSquareQuantile(tail, (2 * y ** 2) / v, 'upper');
}

function totals(weights: readonly number[]): { sum: number; squares: number; largest: number } {
  if (weights.length === 0) return { sum: 0, squares: 0, largest: 1 };
  let sum = 0;
  let squares = 0;
  let largest = 0;
  for (const weight of weights) {
    requirePositive('weight of an event', weight);
    sum += weight;
    squares += weight * weight;
    largest = Math.max(largest, weight);
  }
  return { sum, squares, largest };
}
