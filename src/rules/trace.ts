import { requirePositive } from '../models/reliability/ranges.ts';

/** Two counters read at regular times, as Prometheus scrapes them: good and bad events since the beginning. */
export interface Trace {
  /** Time of the first reading, in Unix seconds or from any zero. */
  readonly start: number;
  readonly stepSeconds: number;
  readonly good: Float64Array;
  readonly bad: Float64Array;
}

/**
 * A trace from the events of each interval. Counters begin at 0, one step before the first interval ends, so that a
 * trace of n intervals has n + 1 readings. `start` is the end of the first interval.
 *
 * Throws a RangeError for counts that are negative, not finite, or contradict each other.
 */
export function traceOfCounts(
  start: number,
  stepSeconds: number,
  total: ArrayLike<number>,
  bad: ArrayLike<number>,
): Trace {
  requirePositive('step of the trace', stepSeconds);
  if (total.length !== bad.length) throw new RangeError('totals and bad counts must be equally many');
  const goodSum = new Float64Array(total.length + 1);
  const badSum = new Float64Array(total.length + 1);
  for (let i = 0; i < total.length; i += 1) {
    const all = total[i] as number;
    const failed = bad[i] as number;
    if (!(failed >= 0 && failed <= all && all < Infinity)) {
      throw new RangeError(`bad events of interval ${i} must lie in [0, total ${all}], not ${failed}`);
    }
    goodSum[i + 1] = (goodSum[i] as number) + (all - failed);
    badSum[i + 1] = (badSum[i] as number) + failed;
  }
  return { start: start - stepSeconds, stepSeconds, good: goodSum, bad: badSum };
}

/** Events of a trace between two readings, by index. */
export function eventsBetween(trace: Trace, from: number, to: number): { total: number; bad: number } {
  const bad = (trace.bad[to] as number) - (trace.bad[from] as number);
  const good = (trace.good[to] as number) - (trace.good[from] as number);
  return { total: good + bad, bad };
}

/** Index of the last reading at or before a time; −1 before the first. */
export function readingAt({ start, stepSeconds, good }: Trace, time: number): number {
  return Math.min(good.length - 1, Math.floor(milliseconds(time - start) / milliseconds(stepSeconds)));
}

/** Whole milliseconds, the resolution of Prometheus: seconds as floats would put a reading beside the edge of a window. */
export function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
