import { requireCount, requirePositive } from '../reliability/ranges.ts';

/** How long something ran: until it failed (`observed`), or until nobody looked any more (right-censored). */
export interface Lifetime {
  /** Any unit of time, the same throughout a sample; above 0. */
  readonly time: number;
  readonly observed: boolean;
  /** Units with this same outcome; 1 where absent. */
  readonly count?: number;
}

/** Totals of a sample of lifetimes. */
export interface LifetimeTotals {
  readonly units: number;
  readonly failures: number;
  readonly distinctFailureTimes: number;
  /** Sum of all times, failed or not. */
  readonly exposure: number;
}

/**
 * Totals of a sample. Throws a RangeError for an empty sample, a time that is not above 0, or a count that is not a
 * whole number of at least 1.
 */
export function lifetimeTotals(sample: readonly Lifetime[]): LifetimeTotals {
  if (sample.length === 0) throw new RangeError('the sample of lifetimes must not be empty');
  let units = 0;
  let failures = 0;
  let exposure = 0;
  const times = new Set<number>();
  for (const { time, observed, count = 1 } of sample) {
    requirePositive('lifetime', time);
    requireCount('number of units with one lifetime', count, 1);
    units += count;
    exposure += count * time;
    if (!observed) continue;
    failures += count;
    times.add(time);
  }
  return { units, failures, exposure, distinctFailureTimes: times.size };
}
