import { rateUpperBound } from '../../models/statistics/rate.ts';
import { unavailabilityByF } from '../../models/statistics/unavailability-interval.ts';
import type { Demonstrated } from './types.ts';

/** What was seen of a tier or the service as a whole. */
export interface Observation {
  readonly hours: number;
  readonly outages: number;
  readonly downHours?: number;
}

export const confidence = 0.95;

/**
 * Unavailability that operation supports: a one-sided upper bound with 95 % confidence.
 *
 * With observed outages and their length: the F-interval for MTTR / MTTF. Otherwise the chi-square bound of the rate,
 * 3.0 over the exposure without any outage, times the mean outage of the model, U = λd / (1 + λd).
 */
export function demonstratedUnavailability(seen: Observation | undefined, modelHours: number): Demonstrated {
  if (seen === undefined) return { kind: 'none' };
  const { hours, outages, downHours } = seen;
  if (outages > 0 && downHours !== undefined && downHours > 0) {
    // The upper end of a two-sided interval at 90 % is the one-sided bound at 95 %.
    const sides = 2 * confidence - 1;
    const { interval } = unavailabilityByF(hours - downHours, outages, downHours, outages, sides);
    return { kind: 'bound', value: interval.high, hours, outages, duration: 'observed' };
  }
  const load = rateBound(seen) * modelHours;
  return { kind: 'bound', value: load / (1 + load), hours, outages, duration: 'modelled' };
}

/** Chance of an outage within a mission that operation supports: 1 - exp(-λT) with λ the upper bound of the rate. */
export function demonstratedMission(seen: Observation | undefined, missionHours: number): Demonstrated {
  if (seen === undefined) return { kind: 'none' };
  const value = -Math.expm1(-rateBound(seen) * missionHours);
  return { kind: 'bound', value, hours: seen.hours, outages: seen.outages, duration: 'observed' };
}

function rateBound({ hours, outages, downHours = 0 }: Observation): number {
  return rateUpperBound(outages, hours - downHours, confidence);
}
