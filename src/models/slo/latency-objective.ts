import { requirePositive, requireProbability } from '../reliability/ranges.ts';

/** Whether a histogram can say how many requests were fast enough. */
export type BucketFit =
  /** A bucket ends at the threshold: the share of good requests is exact. */
  | { readonly kind: 'exact'; readonly bucket: number }
  /** None does: the share is known to lie between those of its neighbours. */
  | { readonly kind: 'between'; readonly below: number; readonly above: number };

/**
 * The bucket of a histogram that a latency objective needs: one that ends at the threshold itself.
 *
 * A percentile objective, p99 < t, is the request-based objective that 99 % of requests take at most t; only the counter
 * of a bucket that ends at t answers it. A percentile interpolated in a bucket can be wrong by its whole width.
 * `below` is 0 and `above` Infinity where there is no neighbour. Throws a RangeError for a threshold not above 0, or
 * buckets out of order.
 */
export function bucketFor(threshold: number, buckets: readonly number[]): BucketFit {
  requirePositive('latency threshold', threshold);
  buckets.forEach((bucket, i) => {
    requirePositive('bucket', bucket);
    if (i > 0 && bucket <= (buckets[i - 1] as number)) throw new RangeError('buckets must be in order');
  });
  if (buckets.includes(threshold)) return { kind: 'exact', bucket: threshold };
  return {
    kind: 'between',
    below: buckets.filter((bucket) => bucket < threshold).at(-1) ?? 0,
    above: buckets.find((bucket) => bucket > threshold) ?? Infinity,
  };
}

/** Requests that took about the same time. */
export interface LatencyClass {
  readonly seconds: number;
  readonly share: number;
}

/** What a mean says beside what requests saw. */
export interface HiddenByMean {
  readonly mean: number;
  /** Share of requests above the threshold. */
  readonly slow: number;
  /** Time that the given share of requests stays within. */
  readonly percentile: number;
  /** Whether the mean meets the threshold though the percentile does not. */
  readonly hidden: boolean;
  /** Largest share of slow requests that the same mean could hide: min(1, mean / threshold), by Markov's inequality. */
  readonly couldHide: number;
}

/**
 * What the average would have hidden: mean Σ s_i t_i, beside the share above the threshold and the percentile.
 *
 * Throws a RangeError for shares that do not add up to 1, times below 0, or a percentile outside (0, 1).
 */
export function hiddenByMean(
  classes: readonly LatencyClass[],
  threshold: number,
  percentile: number,
): HiddenByMean {
  requirePositive('latency threshold', threshold);
  requireProbability('percentile', percentile);
  for (const each of classes) {
    requirePositive('latency', each.seconds, 'zero allowed');
    requireProbability('share of requests', each.share);
  }
  const whole = classes.reduce((sum, { share }) => sum + share, 0);
  if (!(Math.abs(whole - 1) < 1e-9)) throw new RangeError(`shares must add up to 1, not ${whole}`);
  const mean = classes.reduce((sum, { seconds, share }) => sum + seconds * share, 0);
  const slow = classes.reduce((sum, { seconds, share }) => sum + (seconds > threshold ? share : 0), 0);
  const at = percentileOf(classes, percentile);
  return {
    mean,
    slow,
    percentile: at,
    hidden: mean <= threshold && at > threshold,
    couldHide: Math.min(1, mean / threshold),
  };
}

function percentileOf(classes: readonly LatencyClass[], percentile: number): number {
  const sorted = [...classes].sort((a, b) => a.seconds - b.seconds);
  let seen = 0;
  for (const { seconds, share } of sorted) {
    seen += share;
    if (seen >= percentile * (1 - 1e-12)) return seconds;
  }
  return sorted.at(-1)?.seconds ?? 0;
}
