import type { Distribution, Estimate } from '../src/measurement/types.ts';
import { seededRandom } from './random.ts';

/** Intervals are never narrower than this share of the value: a quiet machine drifts as much unseen. */
export const floorShare = 0.1;
/** Samples from which on a p99.9 is given. */
const samplesForP999 = 3000;
const confidence = 0.95;
const resamples = 2000;

/** Middle of the values, or the mean of the two middle ones. @throws RangeError if there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Quantile by linear interpolation between order statistics: h = (n - 1) p (Hyndman and Fan 1996, type 7).
 * @throws RangeError if there are no values or p is outside [0, 1].
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('quantile of no values');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`probability of a quantile must be in [0, 1], got ${p}`);
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * p;
  const low = Math.floor(position);
  const below = sorted[low] as number;
  return below + (position - low) * ((sorted[low + 1] ?? below) - below);
}

/** Arithmetic mean. @throws RangeError if there are no values. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('mean of no values');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Statistics of `of` over resampled rounds: percentile bootstrap (Efron 1979) with replacement, rounds being
 * the unit of replication. Returns the resampled statistics in the order in which they were drawn.
 */
export function bootstrap<T>(
  rounds: readonly T[],
  of: (sample: readonly T[]) => number,
  seed: number,
): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: resamples }, () =>
    of(rounds.map(() => rounds[Math.floor(random() * rounds.length)] as T)),
  );
}

/**
 * A figure over rounds: the median, with a 95 % bootstrap interval that is widened to at least +-10 % of the
 * value.
 * @throws RangeError if there are no rounds.
 */
export function estimate(rounds: readonly number[], seed: number): Estimate {
  const value = median(rounds);
  const statistics = bootstrap(rounds, median, seed);
  const tail = (1 - confidence) / 2;
  return {
    value,
    low: Math.min(quantile(statistics, tail), value * (1 - floorShare)),
    high: Math.max(quantile(statistics, 1 - tail), value * (1 + floorShare)),
    confidence,
    rounds: rounds.length,
  };
}

/** A value that counts `weight` times. */
export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/**
 * Distribution of weighted times in seconds: quantiles of the weighted empirical distribution (the smallest
 * value at or below which at least the share p of the weight lies). p99.9 only from 3,000 samples on.
 * @throws RangeError if there are no samples.
 */
export function distribution(
  samples: readonly Weighted[],
  basis: Distribution['basis'],
  enoughForP999 = samples.length >= samplesForP999,
): Distribution {
  if (samples.length === 0) throw new RangeError('distribution of no samples');
  const sorted = [...samples].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, s) => sum + s.weight, 0);
  const average = sorted.reduce((sum, s) => sum + s.weight * s.value, 0) / total;
  const variance = sorted.reduce((sum, s) => sum + s.weight * (s.value - average) ** 2, 0) / total;
  return {
    basis,
    samples: samples.length,
    mean: average,
    p50: weightedQuantile(sorted, total, 0.5),
    p90: weightedQuantile(sorted, total, 0.9),
    p99: weightedQuantile(sorted, total, 0.99),
    ...(enoughForP999 ? { p999: weightedQuantile(sorted, total, 0.999) } : {}),
    max: (sorted.at(-1) as Weighted).value,
    coefficientOfVariation: Math.sqrt(variance) / average,
  };
}

function weightedQuantile(sorted: readonly Weighted[], total: number, p: number): number {
  // Weights that add up to the wanted share but for rounding must not push the quantile to the next value.
  const wanted = p * total * (1 - 1e-12);
  let sum = 0;
  for (const sample of sorted) {
    sum += sample.weight;
    if (sum >= wanted) return sample.value;
  }
  return (sorted.at(-1) as Weighted).value;
}
