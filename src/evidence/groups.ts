import {
  type AlphaFactorFit,
  fitAlphaFactors,
  type TestingScheme,
} from '../models/statistics/alpha-factor-fit.ts';
import { type BetaBinomialFit, fitBetaBinomial } from '../models/statistics/beta-binomial-fit.ts';
import type { FailedOf } from '../models/statistics/beta-binomial-likelihood.ts';
import { findBursts } from './bursts.ts';
import { incidentHours, windowHours } from './exposure.ts';
import { attempt, type Fitted } from './fitted.ts';
import type { Incident, IncidentLog } from './types.ts';

/** Names of the components that replace each other; all groups of one fit have the same size. */
export type RedundancyGroup = readonly string[];

/** Events of redundancy groups by how many members failed together, and the alpha-factors that follow. */
export interface GroupEvents {
  /** n_k for k = 1..m. */
  readonly events: readonly number[];
  readonly alphaFactors: Fitted<AlphaFactorFit>;
}

/** Counts of members that were down at times far enough apart to be independent. */
export interface Snapshots {
  readonly spacingHours: number;
  readonly observations: readonly FailedOf[];
  readonly betaBinomial: Fitted<BetaBinomialFit>;
}

/**
 * Alpha-factors from the bursts within each group. Throws a RangeError for groups of different sizes, below two
 * members, or with a member in common.
 */
export function groupEvents(
  log: IncidentLog,
  groups: readonly RedundancyGroup[],
  windowSeconds: number,
  scheme: TestingScheme,
  confidence: number,
): GroupEvents {
  const size = sizeOf(groups);
  const events = new Array<number>(size).fill(0);
  for (const incidents of incidentsByGroup(log, groups)) {
    for (const burst of findBursts(incidents, windowSeconds)) {
      events[burst.size - 1] = (events[burst.size - 1] ?? 0) + 1;
    }
  }
  return { events, alphaFactors: attempt(() => fitAlphaFactors(events, confidence, scheme)) };
}

/**
 * Beta-binomial fit of how many members of a group are down at the same time.
 *
 * The groups are looked at in steps longer than the longest outage, so that no outage is counted twice and the
 * observations are independent; this uses little of a log of short outages, and the interval says so. Exceptions as
 * for `groupEvents`.
 */
export function groupSnapshots(
  log: IncidentLog,
  groups: readonly RedundancyGroup[],
  confidence: number,
): Snapshots {
  const size = sizeOf(groups);
  const hours = windowHours(log);
  const longest = log.incidents.reduce((most, incident) => Math.max(most, incidentHours(incident, log)), 0);
  const looks = longest === 0 ? 1 : Math.max(1, Math.ceil(hours / longest) - 1);
  const spacing = (log.window.to - log.window.from) / looks;
  const counts = new Array<number>(size + 1).fill(0);
  for (const incidents of incidentsByGroup(log, groups)) {
    const down = new Map<number, number>();
    for (const incident of incidents) {
      const look = Math.ceil((incident.start - log.window.from) / spacing - 0.5);
      const time = log.window.from + (look + 0.5) * spacing;
      if (look < looks && time < (incident.end ?? log.window.to)) down.set(look, (down.get(look) ?? 0) + 1);
    }
    for (const failed of down.values()) counts[failed] = (counts[failed] ?? 0) + 1;
    counts[0] = (counts[0] ?? 0) + looks - down.size;
  }
  const observations = counts
    .map((count, failed) => ({ failed, of: size, count }))
    .filter(({ count }) => count > 0);
  return {
    spacingHours: spacing / 3600,
    observations,
    betaBinomial: attempt(() => fitBetaBinomial(observations, confidence)),
  };
}

function sizeOf(groups: readonly RedundancyGroup[]): number {
  const size = groups[0]?.length ?? 0;
  if (size < 2) throw new RangeError('a redundancy group needs at least 2 members');
  const names = new Set<string>();
  for (const group of groups) {
    if (group.length !== size) {
      throw new RangeError(`redundancy groups must be of one size, not ${size} and ${group.length}`);
    }
    for (const name of group) {
      if (names.has(name)) throw new RangeError(`component ${name} is in a redundancy group twice`);
      names.add(name);
    }
  }
  return size;
}

function incidentsByGroup(log: IncidentLog, groups: readonly RedundancyGroup[]): Incident[][] {
  const index = new Map(groups.flatMap((group, i) => group.map((name) => [name, i] as const)));
  const incidents = groups.map((): Incident[] => []);
  for (const incident of log.incidents) {
    const group = index.get(incident.component);
    if (group !== undefined) incidents[group]?.push(incident);
  }
  return incidents;
}
