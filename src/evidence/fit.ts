import type { TestingScheme } from '../models/statistics/alpha-factor-fit.ts';
import { type ClaimTest, testClaimedMttf } from '../models/statistics/demonstration.ts';
import type { Interval } from '../models/statistics/interval.ts';
import { weightedCountInterval } from '../models/statistics/weighted-count.ts';
import { type Burst, burstWindowSeconds, type Clustering, clusteringOf, findBursts } from './bursts.ts';
import { type Exposure, exposureOf, incidentHours, upTimes } from './exposure.ts';
import {
  demonstratedRate,
  failureRate,
  type MeanTime,
  meanTimeToFailure,
  ownFailureRate,
  type RateEstimate,
} from './failures.ts';
import type { Fitted } from './fitted.ts';
import {
  type GroupEvents,
  groupEvents,
  groupSnapshots,
  type RedundancyGroup,
  type Snapshots,
} from './groups.ts';
import { type LifetimeFits, lifetimeFits, ownRepairTimes, sharedRepairTimes } from './lifetimes.ts';
import { continuousOperation, type Operation } from './operation.ts';
import { type DomainLevel, type ShockRate, shockRates } from './shocks.ts';
import type { IncidentLog } from './types.ts';

/** What has to be known of the fleet beside its incidents. */
export interface FitOptions {
  /** All components that were watched, those that never failed included. */
  readonly components: number;
  /** Levels of the domain paths, outermost first; without them shared failures count for the whole fleet. */
  readonly levels?: readonly DomainLevel[];
  /** Components that replace each other; without them neither alpha-factors nor beta-binomial are fitted. */
  readonly groups?: readonly RedundancyGroup[];
  readonly scheme?: TestingScheme;
  /** Mean time to failure of one component that its vendor claims, in hours. */
  readonly claimedMttfHours?: number;
  /** Whether all components were new when observation began. */
  readonly newAtStart?: boolean;
  readonly windowSeconds?: number;
  readonly confidence?: number;
}

/** What an incident log says about a fleet. Rates are per hour, times in hours. */
export interface Evidence {
  readonly exposure: Exposure;
  readonly operation: Operation;
  readonly clustering: Clustering;
  /** Bursts of two components or more. */
  readonly bursts: readonly Burst[];
  readonly meanTimeToFailure: MeanTime;
  readonly failures: RateEstimate;
  /** Failures of one component alone. */
  readonly ownFailures: RateEstimate;
  /** One-sided upper bound of the rate of all failures of a component. */
  readonly demonstratedRate: number;
  readonly unavailability: { readonly value: number; readonly interval: Interval };
  readonly timeToFailure: Fitted<LifetimeFits>;
  readonly timeToRepair: Fitted<LifetimeFits>;
  readonly timeToSharedRepair: Fitted<LifetimeFits>;
  readonly shocks: readonly ShockRate[];
  readonly groups?: GroupEvents;
  readonly snapshots?: Snapshots;
  readonly claim?: ClaimTest;
}

/**
 * Fits everything that a checked incident log supports, each with its uncertainty at `confidence` (0.95 unless given).
 *
 * Bursts are found first; own failures are those outside of them, and a shared failure censors the lifetime of the
 * component that it takes. What the data do not carry is refused with the reason, not guessed.
 * Throws a RangeError for a fleet smaller than the log, or domains and groups that contradict it.
 */
export function fitEvidence(log: IncidentLog, options: FitOptions): Evidence {
  const { components, levels = [], newAtStart = false, confidence = 0.95 } = options;
  const windowSeconds = options.windowSeconds ?? burstWindowSeconds;
  const exposure = exposureOf(log, components);
  const chains = findBursts(log.incidents, windowSeconds);
  const clustering = clusteringOf(log, chains, confidence, windowSeconds);
  const own = new Set(chains.filter((burst) => burst.size === 1).flatMap((burst) => burst.incidents));
  const ownFailures = ownFailureRate(chains, exposure, clustering, confidence);
  const fleet = {
    hours: exposure.hours,
    components,
    componentRate: ownFailures.value,
    windowSeconds,
    confidence,
  };
  const { groups, claimedMttfHours } = options;
  return {
    exposure,
    operation: continuousOperation(log, confidence),
    clustering,
    bursts: chains.filter((burst) => burst.size > 1),
    meanTimeToFailure: meanTimeToFailure(log, chains, exposure, confidence),
    failures: failureRate(chains, exposure, confidence),
    ownFailures,
    demonstratedRate: demonstratedRate(chains, exposure, confidence),
    unavailability: unavailabilityOf(log, chains, exposure, confidence),
    timeToFailure: lifetimeFits(upTimes(log, components, own, newAtStart), confidence),
    timeToRepair: lifetimeFits(ownRepairTimes(log, chains), confidence),
    timeToSharedRepair: lifetimeFits(sharedRepairTimes(log, chains), confidence),
    shocks: shockRates(chains, levels, fleet),
    ...(groups === undefined
      ? {}
      : {
          groups: groupEvents(log, groups, windowSeconds, options.scheme ?? 'non-staggered', confidence),
          snapshots: groupSnapshots(log, groups, confidence),
        }),
    ...(claimedMttfHours === undefined
      ? {}
      : { claim: testClaimedMttf(claimedMttfHours, ownFailures.failures, exposure.upHours, confidence) }),
  };
}

/** Share of component-hours lost; the interval counts each burst as one event, weighted by the hours that it lost. */
function unavailabilityOf(
  log: IncidentLog,
  bursts: readonly Burst[],
  exposure: Exposure,
  confidence: number,
): Evidence['unavailability'] {
  const total = exposure.components * exposure.hours;
  const lost = bursts
    .map(({ incidents }) => incidents.reduce((sum, each) => sum + incidentHours(each, log) * each.share, 0))
    .filter((hours) => hours > 0);
  // Where no outage was seen its length is unknown, and nothing bounds the unavailability but 1.
  if (lost.length === 0) return { value: 0, interval: { low: 0, high: 1, confidence } };
  const interval = weightedCountInterval(lost, confidence);
  return {
    value: exposure.lostHours / total,
    interval: { low: interval.low / total, high: Math.min(1, interval.high / total), confidence },
  };
}
