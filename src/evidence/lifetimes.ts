import { bestFit, chanceOfGain } from '../models/statistics/goodness.ts';
import { kaplanMeier, type SurvivalStep } from '../models/statistics/kaplan-meier.ts';
import {
  fitExponential,
  fitLognormal,
  fitWeibull,
  type LifetimeFit,
} from '../models/statistics/lifetime-fit.ts';
import type { Lifetime } from '../models/statistics/lifetimes.ts';
import type { Burst } from './bursts.ts';
import { attempt, type Fitted } from './fitted.ts';
import type { IncidentLog } from './types.ts';

/** Distributions fitted to one sample of times in hours. */
export interface LifetimeFits {
  readonly sample: readonly Lifetime[];
  readonly curve: readonly SurvivalStep[];
  /** Exponential, Weibull and lognormal, as far as the data carry them. */
  readonly fits: readonly LifetimeFit[];
  /** The fit with the smallest corrected Akaike criterion. */
  readonly best: LifetimeFit;
  /** Chance of so much departure from an exponential towards Weibull; absent with too few failures. */
  readonly exponentialPValue?: number;
}

/** Fits of all families to a sample, with the empirical curve beside them. Refused without any observed failure. */
export function lifetimeFits(sample: readonly Lifetime[], confidence: number): Fitted<LifetimeFits> {
  return attempt(() => {
    const exponential = fitExponential(sample, confidence);
    const weibull = attempt(() => fitWeibull(sample, confidence));
    const lognormal = attempt(() => fitLognormal(sample, confidence));
    const fits = [
      exponential,
      ...[weibull, lognormal].flatMap((each) => (each.kind === 'fitted' ? [each.fit] : [])),
    ];
    return {
      sample,
      curve: kaplanMeier(sample),
      fits,
      best: bestFit(fits) ?? exponential,
      ...(weibull.kind === 'fitted' ? { exponentialPValue: chanceOfGain(exponential, weibull.fit) } : {}),
    };
  });
}

/** Times to repair of lone failures in hours; censored where the incident is still open. */
export function ownRepairTimes(log: IncidentLog, bursts: readonly Burst[]): Lifetime[] {
  return bursts
    .filter((burst) => burst.size === 1)
    .flatMap((burst) => burst.incidents)
    .map((incident) => repair(incident.start, incident.end, log));
}

/** Times in hours from the start of a shared failure until its last component is back. One burst is one repair. */
export function sharedRepairTimes(log: IncidentLog, bursts: readonly Burst[]): Lifetime[] {
  return bursts
    .filter((burst) => burst.size > 1)
    .map((burst) => {
      const ends = burst.incidents.map((incident) => incident.end);
      const open = ends.includes(undefined);
      return repair(burst.start, open ? undefined : Math.max(...(ends as number[])), log);
    });
}

function repair(start: number, end: number | undefined, log: IncidentLog): Lifetime {
  // An incident that opens at the very end of observation has lasted for no time yet.
  const seconds = Math.max((end ?? log.window.to) - start, 1e-3);
  return { time: seconds / 3600, observed: end !== undefined };
}
