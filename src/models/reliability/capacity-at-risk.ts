import {
  type CapacityDistribution,
  type ProbabilityInterval,
  probabilityBelow,
} from './domains-distribution.ts';
import { requirePositive, requireProbability } from './ranges.ts';

/** Capacity that is sure to be exceeded but for the chance asked for, and the most it could be given what was dropped. */
export interface CapacityQuantile {
  readonly guaranteed: number;
  readonly possible: number;
}

/** One point of the capacity-at-risk curve. */
export interface RiskPoint {
  readonly capacity: number;
  /** Chance that the capacity is below it. */
  readonly risk: ProbabilityInterval;
}

/**
 * Capacity at risk: P(capacity < x) for each x, as intervals.
 *
 * capacities: whole units of the distribution. Throws a RangeError for a capacity that is not a number.
 */
export function riskCurve(distribution: CapacityDistribution, capacities: readonly number[]): RiskPoint[] {
  return capacities.map((capacity) => ({ capacity, risk: probabilityBelow(distribution, capacity) }));
}

/**
 * Largest capacity x with P(capacity < x) <= risk.
 *
 * `guaranteed` counts all dropped mass as lost capacity, `possible` none of it. Throws a RangeError for a risk outside
 * [0, 1].
 */
export function capacityQuantile(distribution: CapacityDistribution, risk: number): CapacityQuantile {
  requireProbability('risk', risk);
  return {
    guaranteed: quantile(distribution, risk - distribution.dropped),
    possible: quantile(distribution, risk),
  };
}

/** The value at which the mass below first exceeds `risk`, were the next value counted too. */
function quantile(distribution: CapacityDistribution, risk: number): number {
  if (risk < 0) return 0;
  let below = 0;
  for (const { start, values } of distribution.runs) {
    for (let i = 0; i < values.length; i += 1) {
      below += values[i] as number;
      if (below > risk && (values[i] as number) > 0) return start + i;
    }
  }
  return distribution.total;
}

/**
 * Mean capacity that is missing to a need: E[max(0, need - capacity)], as an interval, in units.
 *
 * The chance of a shortage says how often, this says how much. Dropped mass is missing nothing in the lower and
 * everything in the upper bound. Throws a RangeError for a need that is not finite and at least 0.
 */
export function expectedShortfall(distribution: CapacityDistribution, need: number): ProbabilityInterval {
  requirePositive('need', need, 'zero allowed');
  let lower = 0;
  for (const { start, values } of distribution.runs) {
    for (let i = 0; i < values.length && start + i < need; i += 1) {
      lower += (need - start - i) * (values[i] as number);
    }
  }
  return { lower, upper: lower + need * distribution.dropped };
}

/**
 * Unavailability of a machine for all causes together: E[total - capacity] / total, as an interval.
 *
 * Its capacity-weighted mean over the machines. The fair comparison with independence has every machine fail on its own
 * with this chance. Positive terms: small values keep their relative accuracy.
 */
export function meanUnavailability(distribution: CapacityDistribution): ProbabilityInterval {
  const { lower, upper } = expectedShortfall(distribution, distribution.total);
  return { lower: lower / distribution.total, upper: upper / distribution.total };
}

/** Mean share of a need that is served: 1 - shortfall / need, the lower bound. The need must be above 0. */
export function servedShare(distribution: CapacityDistribution, need: number): number {
  requirePositive('need', need);
  return Math.max(0, 1 - expectedShortfall(distribution, need).upper / need);
}
