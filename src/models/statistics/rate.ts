import { requireCount, requirePositive } from '../reliability/ranges.ts';
import { chiSquareQuantile } from './distribution-functions.ts';
import { type Interval, outsideOf, tailOf } from './interval.ts';

/**
 * When the observation ended: at a time chosen beforehand (`time`), or at the moment of the last failure (`failure`).
 * The second makes the exposure itself random and takes two degrees of freedom from the lower MTBF bound.
 */
export type Truncation = 'time' | 'failure';

/**
 * Exact interval for the mean of a Poisson count, given what was counted.
 *
 * low = χ²(α/2; 2n)/2, high = χ²(1 − α/2; 2n + 2)/2, with low = 0 for n = 0. Garwood, Biometrika 28 (1936).
 * events: n, a whole number >= 0; confidence: 1 − α. Holds at every mean with at least the stated confidence.
 * Throws a RangeError for a count below 0 or a confidence outside (0, 1).
 */
export function poissonInterval(events: number, confidence: number): Interval {
  requireCount('number of events', events);
  const tail = tailOf(confidence);
  return {
    low: events === 0 ? 0 : chiSquareQuantile(tail, 2 * events, 'lower') / 2,
    high: chiSquareQuantile(tail, 2 * events + 2, 'upper') / 2,
    confidence,
  };
}

/**
 * Exact two-sided interval for a constant rate, per hour, from n events in `hours` of exposure.
 *
 * Time-truncated: Garwood's interval over T. Failure-truncated: χ²(α/2; 2n)/2T to χ²(1 − α/2; 2n)/2T, n >= 1
 * (Epstein and Sobel, JASA 48, 1953). Throws a RangeError for impossible counts, hours or confidence.
 */
export function rateInterval(
  events: number,
  hours: number,
  confidence: number,
  truncation: Truncation = 'time',
): Interval {
  requirePositive('exposure', hours);
  const counts =
    truncation === 'time' ? poissonInterval(events, confidence) : failureTruncated(events, confidence);
  return { low: counts.low / hours, high: counts.high / hours, confidence };
}

/**
 * Two-sided interval for the mean time between failures, in hours: the reciprocal of `rateInterval`; without any
 * failure its upper end is Infinity. NIST/SEMATECH e-Handbook of Statistical Methods, 8.4.5.1.
 */
export function mtbfInterval(
  events: number,
  hours: number,
  confidence: number,
  truncation: Truncation = 'time',
): Interval {
  const rate = rateInterval(events, hours, confidence, truncation);
  return { low: 1 / rate.high, high: rate.low === 0 ? Infinity : 1 / rate.low, confidence };
}

/**
 * One-sided upper bound for a constant rate, per hour: χ²(1 − α; 2n + 2)/2T, or 2n degrees of freedom when the
 * observation ended with a failure. Without failures it is −ln(α)/T, three over the exposure at 95 %.
 */
export function rateUpperBound(
  events: number,
  hours: number,
  confidence: number,
  truncation: Truncation = 'time',
): number {
  requireCount('number of events', events, truncation === 'failure' ? 1 : 0);
  requirePositive('exposure', hours);
  const degrees = truncation === 'time' ? 2 * events + 2 : 2 * events;
  return chiSquareQuantile(outsideOf(confidence), degrees, 'upper') / (2 * hours);
}

/** One-sided lower bound for the mean time between failures, in hours: the reciprocal of `rateUpperBound`. */
export function mtbfLowerBound(
  events: number,
  hours: number,
  confidence: number,
  truncation: Truncation = 'time',
): number {
  return 1 / rateUpperBound(events, hours, confidence, truncation);
}

function failureTruncated(events: number, confidence: number): Interval {
  requireCount('number of events of a failure-truncated observation', events, 1);
  const tail = tailOf(confidence);
  return {
    low: chiSquareQuantile(tail, 2 * events, 'lower') / 2,
    high: chiSquareQuantile(tail, 2 * events, 'upper') / 2,
    confidence,
  };
}
