import type { Demonstrated } from './types.ts';

/** What was seen of a tier or the service as a whole. */
export interface Observation {
  readonly hours: number;
  readonly outages: number;
  readonly downHours?: number;
}

/** What an observation proves with 95 % confidence. */
export interface Proof extends Observation {
  /** Upper bound of the mean number of outages in as many hours. */
  readonly outagesAtMost: number;
  /** Upper bound of the unavailability, where outages and their length were seen. */
  readonly unavailability?: number;
}

export const confidence = 0.95;

/** Upper bound of the mean of a Poisson count of which none was seen: -ln(1 - confidence), 3.0 at 95 %. */
export const noneAtMost = -Math.log1p(-confidence);

/**
 * What a time without any outage proves. With outages the bound takes quantiles of chi-square and F, which are loaded
 * only for those who need them: see `proofOf`. Throws a RangeError where there were outages.
 */
export function failureFree(seen: Observation): Proof {
  if (seen.outages !== 0) throw new RangeError(`number of outages must be 0, not ${seen.outages}`);
  return { ...seen, outagesAtMost: noneAtMost };
}

/**
 * Unavailability that operation supports: a one-sided upper bound with 95 % confidence.
 *
 * With observed outages and their length: the F-interval for MTTR / MTTF. Otherwise the bound of the rate times the
 * mean outage of the model, U = λd / (1 + λd).
 */
export function demonstratedUnavailability(seen: Proof | undefined, modelHours: number): Demonstrated {
  if (seen === undefined) return { kind: 'none' };
  const { hours, outages, unavailability } = seen;
  if (unavailability !== undefined) {
    return { kind: 'bound', value: unavailability, hours, outages, duration: 'observed' };
  }
  const load = rateBound(seen) * modelHours;
  return { kind: 'bound', value: load / (1 + load), hours, outages, duration: 'modelled' };
}

/** Chance of an outage within a mission that operation supports: 1 - exp(-λT) with λ the upper bound of the rate. */
export function demonstratedMission(seen: Proof | undefined, missionHours: number): Demonstrated {
  if (seen === undefined) return { kind: 'none' };
  const value = -Math.expm1(-rateBound(seen) * missionHours);
  return { kind: 'bound', value, hours: seen.hours, outages: seen.outages, duration: 'observed' };
}

/** Outages per hour at most. */
function rateBound({ hours, outagesAtMost, downHours = 0 }: Proof): number {
  return outagesAtMost / (hours - downHours);
}
