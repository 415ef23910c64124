import type { Interval } from '../models/statistics/interval.ts';
import { fitPowerLaw, type PowerLawFit } from '../models/statistics/power-law.ts';
import { mtbfLowerBound, rateInterval } from '../models/statistics/rate.ts';
import { laplaceTrend, type TrendTest } from '../models/statistics/trend.ts';
import { weightedCountInterval, weightedCountUpperBound } from '../models/statistics/weighted-count.ts';
import type { Burst, Clustering } from './bursts.ts';
import type { Exposure } from './exposure.ts';
import { attempt, type Fitted } from './fitted.ts';
import type { IncidentLog } from './types.ts';

/** A rate per component-hour with its interval. */
export interface RateEstimate {
  readonly failures: number;
  readonly value: number;
  readonly interval: Interval;
}

/** Mean time to failure of a component in hours, or what the log allows to say instead. */
export type MeanTime =
  | {
      readonly kind: 'stationary';
      readonly hours: number;
      readonly interval: Interval;
      readonly trend?: TrendTest;
    }
  | { readonly kind: 'trending'; readonly trend: TrendTest; readonly growth: Fitted<PowerLawFit> }
  | { readonly kind: 'no failures'; readonly atLeastHours: number };

/** Fewest bursts and lone failures for which Laplace's statistic is near normal. */
const leastForTrend = 4;

/**
 * Rate of own failures of a component: lone failures over up time, corrected for those hidden in chains of incidents.
 * Garwood's interval, scaled by the same correction exp(2Λw).
 */
export function ownFailureRate(
  bursts: readonly Burst[],
  exposure: Exposure,
  clustering: Clustering,
  confidence: number,
): RateEstimate {
  const failures = bursts
    .filter((burst) => burst.size === 1)
    .reduce((n, burst) => n + burst.incidents.length, 0);
  const hidden = 1 - clustering.byChance;
  const interval = rateInterval(failures, exposure.upHours * hidden, confidence);
  return { failures, value: failures / (exposure.upHours * hidden), interval };
}

/**
 * Rate of all failures of a component, shared ones included. Incidents of one burst are one event of many failures,
 * so the interval is that of a weighted count, which is Garwood's where no failures are shared.
 */
export function failureRate(bursts: readonly Burst[], exposure: Exposure, confidence: number): RateEstimate {
  const interval = weightedCountInterval(sizesOf(bursts), confidence);
  return {
    failures: exposure.incidents,
    value: exposure.incidents / exposure.upHours,
    interval: { low: interval.low / exposure.upHours, high: interval.high / exposure.upHours, confidence },
  };
}

/** One-sided upper bound of the rate of all failures of a component: what the exposure demonstrates, per hour. */
export function demonstratedRate(bursts: readonly Burst[], exposure: Exposure, confidence: number): number {
  return weightedCountUpperBound(sizesOf(bursts), confidence) / exposure.upHours;
}

function sizesOf(bursts: readonly Burst[]): number[] {
  return bursts.map((burst) => burst.incidents.length);
}

/**
 * Mean time to failure of a component, only after Laplace's test finds no trend at 5 %; with a trend the power law
 * of the whole fleet takes its place. Bursts count once in the test. Without failures a lower bound is all there is.
 */
export function meanTimeToFailure(
  log: IncidentLog,
  bursts: readonly Burst[],
  exposure: Exposure,
  confidence: number,
): MeanTime {
  if (exposure.incidents === 0) {
    return { kind: 'no failures', atLeastHours: mtbfLowerBound(0, exposure.upHours, confidence) };
  }
  const rate = failureRate(bursts, exposure, confidence);
  const times = bursts.map((burst) => (burst.start - log.window.from) / 3600).filter((time) => time > 0);
  const trend = times.length < leastForTrend ? undefined : laplaceTrend(times, exposure.hours);
  if (trend !== undefined && trend.pValue < 0.05) {
    return { kind: 'trending', trend, growth: attempt(() => fitPowerLaw(times, confidence, exposure.hours)) };
  }
  const interval = { low: 1 / rate.interval.high, high: 1 / rate.interval.low, confidence };
  return { kind: 'stationary', hours: 1 / rate.value, interval, ...(trend === undefined ? {} : { trend }) };
}
