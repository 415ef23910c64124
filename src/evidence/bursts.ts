import { binomialTail } from '../models/statistics/distribution-functions.ts';
import { windowHours } from './exposure.ts';
import type { Incident, IncidentLog } from './types.ts';

/** Longest gap in seconds between neighbours of a burst. Ford et al., OSDI 2010, section 4. */
export const burstWindowSeconds = 120;

/** Incidents that began together: a chain with no gap above the window. A chain of one is a failure on its own. */
export interface Burst {
  readonly start: number;
  readonly incidents: readonly Incident[];
  /** Distinct components. */
  readonly size: number;
  /** Names that all members have in common, outermost first; empty where they share no domain. */
  readonly domain: readonly string[];
  /** Where all members name the same one. */
  readonly cause?: string;
}

/** How much of the clustering is more than chance. */
export interface Clustering {
  readonly windowSeconds: number;
  /** Share of incidents that are part of a burst of two components or more. */
  readonly inBursts: number;
  /** The share that independent failures at the observed rate of lone failures would show: 1 − exp(−2Λw). */
  readonly byChance: number;
  /** Rate of independent failures of the whole fleet, per hour, corrected for those hidden in chains. */
  readonly independentRate: number;
  /** Chance of so many short gaps if incidents came as a Poisson process. */
  readonly pValue: number;
  readonly verdict: 'correlated' | 'no evidence of correlation';
}

/** Chains of incidents in order of start, whose neighbours began at most `seconds` apart. */
export function findBursts(incidents: readonly Incident[], seconds = burstWindowSeconds): Burst[] {
  const chains: Incident[][] = [];
  for (const incident of incidents) {
    const last = chains.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && incident.start - before.start <= seconds)
      last.push(incident);
    else chains.push([incident]);
  }
  return chains.map(burstOf);
}

/**
 * Compares the clustering with what independent failures would show.
 *
 * Under a Poisson process of rate Λ each of the n − 1 gaps is short with chance 1 − exp(−Λw), so the number of short
 * gaps is binomial; Λ = n/T there, which favours chance. The independent rate solves Λ exp(−2Λw) = lone failures / T.
 */
export function clusteringOf(
  log: IncidentLog,
  bursts: readonly Burst[],
  confidence: number,
  seconds = burstWindowSeconds,
): Clustering {
  const hours = windowHours(log);
  const w = seconds / 3600;
  const n = log.incidents.length;
  const lone = bursts
    .filter((burst) => burst.size === 1)
    .reduce((sum, burst) => sum + burst.incidents.length, 0);
  const independentRate = rateOfLone(lone / hours, w);
  const shortGaps = n - bursts.length;
  const shortChance = -Math.expm1((-n / hours) * w);
  const pValue = n < 2 ? 1 : binomialTail(shortGaps, n - 1, shortChance, 'upper');
  return {
    windowSeconds: seconds,
    inBursts: n === 0 ? 0 : (n - lone) / n,
    byChance: -Math.expm1(-2 * independentRate * w),
    independentRate,
    pValue,
    verdict: pValue < 1 - confidence ? 'correlated' : 'no evidence of correlation',
  };
}

/** Λ with Λ exp(−2Λw) = lone, by iteration from below; where lone failures are too dense to tell, the densest Λ. */
function rateOfLone(lone: number, w: number): number {
  if (2 * lone * w * Math.E >= 1) return 1 / (2 * w);
  let rate = lone;
  for (let step = 0; step < 200; step += 1) {
    const next = lone * Math.exp(2 * rate * w);
    if (Math.abs(next - rate) <= 1e-14 * next) return next;
    rate = next;
  }
  return rate;
}

function burstOf(incidents: readonly Incident[]): Burst {
  const first = incidents[0] as Incident;
  const causes = new Set(incidents.map((incident) => incident.cause));
  return {
    start: first.start,
    incidents,
    size: new Set(incidents.map((incident) => incident.component)).size,
    domain: incidents.reduce<readonly string[]>(
      (common, { domain }) => common.slice(0, firstDifference(common, domain)),
      first.domain,
    ),
    ...(causes.size === 1 && first.cause !== undefined ? { cause: first.cause } : {}),
  };
}

function firstDifference(a: readonly string[], b: readonly string[]): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
  return i;
}
