import { requirePositive } from '../reliability/ranges.ts';
import { chiSquareTail, normalTail } from './distribution-functions.ts';
import type { Truncation } from './rate.ts';

/** Result of a trend test: `statistic` above 0 means that failures come closer together as time goes on. */
export interface TrendTest {
  readonly statistic: number;
  /** Two-sided chance of a statistic at least so far from its mean without any trend. */
  readonly pValue: number;
  readonly direction: 'worsening' | 'improving';
}

/**
 * Laplace's test of whether the rate of failures changes: U = (mean(t_i) − T/2) / (T·sqrt(1/(12 m))).
 *
 * times: ascending times of failures since the start of observation; T: its end (time-truncated), or absent when it
 * ended with the last failure, which then is T itself and is left out of the mean (m = n − 1). U is near standard
 * normal from m = 4 on. Cox and Lewis, The Statistical Analysis of Series of Events (1966), 3.3. Do this before any
 * MTBF: a mean of a changing rate describes no time at all.
 * Throws a RangeError for unsorted times, times outside (0, T], or no time left to average.
 */
export function laplaceTrend(times: readonly number[], end?: number): TrendTest {
  const { inner, total } = observation(times, end);
  const mean = inner.reduce((sum, time) => sum + time, 0) / inner.length;
  const statistic = (mean / total - 0.5) * Math.sqrt(12 * inner.length);
  return {
    statistic,
    pValue: Math.min(1, 2 * normalTail(Math.abs(statistic), 'upper')),
    direction: statistic > 0 ? 'worsening' : 'improving',
  };
}

/**
 * Test of a constant rate against the power law: 2 Σ ln(T/t_i) is chi-square with 2m degrees of freedom.
 *
 * The most powerful test against power-law growth (MIL-HDBK-189C, 2011). Arguments and exceptions as for
 * `laplaceTrend`; `statistic` is 2m minus the sum, so that its sign has the same meaning.
 */
export function powerLawTrend(times: readonly number[], end?: number): TrendTest {
  const { inner, total } = observation(times, end);
  const sum = 2 * inner.reduce((all, time) => all + Math.log(total / time), 0);
  const degrees = 2 * inner.length;
  const tails = Math.min(chiSquareTail(sum, degrees, 'lower'), chiSquareTail(sum, degrees, 'upper'));
  return {
    statistic: degrees - sum,
    pValue: Math.min(1, 2 * tails),
    direction: sum < degrees ? 'worsening' : 'improving',
  };
}

/** Failure times that carry information, the length of the observation, and how it ended. */
export function observation(
  times: readonly number[],
  end?: number,
): { readonly inner: readonly number[]; readonly total: number; readonly truncation: Truncation } {
  times.forEach((time, i) => {
    requirePositive('failure time', time);
    if (i > 0 && time < (times[i - 1] as number)) throw new RangeError('failure times must ascend');
  });
  const last = times.at(-1);
  const total = end ?? last;
  const inner = end === undefined ? times.slice(0, -1) : times;
  if (last === undefined || total === undefined || inner.length === 0) {
    throw new RangeError(`too few failure times for a trend test: ${times.length}`);
  }
  requirePositive('length of the observation', total);
  if (last > total) throw new RangeError(`failure time ${last} lies after the end of observation ${total}`);
  return { inner, total, truncation: end === undefined ? 'failure' : 'time' };
}
