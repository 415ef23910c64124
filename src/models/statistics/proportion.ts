import { requireCount } from '../reliability/ranges.ts';
import { betaQuantile } from './distribution-functions.ts';
import { type Interval, outsideOf, tailOf } from './interval.ts';

/**
 * Exact two-sided interval for the chance of an event, from k events in n independent trials.
 *
 * low = B(α/2; k, n − k + 1), high = B(1 − α/2; k + 1, n − k), B the beta quantile; 0 for k = 0 and 1 for k = n.
 * Clopper and Pearson, Biometrika 26 (1934). Throws a RangeError for k > n, n = 0 or a confidence outside (0, 1).
 */
export function proportionInterval(events: number, trials: number, confidence: number): Interval {
  requireTrials(events, trials);
  const tail = tailOf(confidence);
  return {
    low: events === 0 ? 0 : betaQuantile(tail, events, trials - events + 1, 'lower'),
    high: events === trials ? 1 : betaQuantile(tail, events + 1, trials - events, 'upper'),
    confidence,
  };
}

/**
 * One-sided upper bound for the chance of an event, from k events in n trials. For k = 0 it is 1 − α^(1/n); the
 * `rule of three` 3/n approximates that at 95 % (Hanley and Lippman-Hand, JAMA 249, 1983).
 */
export function proportionUpperBound(events: number, trials: number, confidence: number): number {
  requireTrials(events, trials);
  const outside = outsideOf(confidence);
  if (events === trials) return 1;
  if (events === 0) return -Math.expm1(Math.log(outside) / trials);
  return betaQuantile(outside, events + 1, trials - events, 'upper');
}

function requireTrials(events: number, trials: number): void {
  requireCount('number of trials', trials, 1);
  requireCount('number of events', events);
  if (events > trials)
    throw new RangeError(`number of events ${events} exceeds the number of trials ${trials}`);
}
