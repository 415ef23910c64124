import { requireCount } from '../models/reliability/ranges.ts';
import { poissonTail } from '../models/statistics/distribution-functions.ts';
import { type Interval, outsideOf } from '../models/statistics/interval.ts';
import { poissonInterval } from '../models/statistics/rate.ts';
import {
  fitShockSizes,
  type ShockSize,
  type ShockSizeFit,
  visibleShare,
} from '../models/statistics/shock-size-fit.ts';
import type { Burst } from './bursts.ts';
import { attempt, type Fitted } from './fitted.ts';

/** A shock that hits one component cannot be told from a failure of its own. */
const leastVisible = 2;

/** One level of the failure domains, such as rack; the domain path of an incident names one of them per level. */
export interface DomainLevel {
  readonly name: string;
  /** How many such domains were observed, silent ones included. */
  readonly count: number;
  /** Components in each. */
  readonly size: number;
}

/** How often something takes a whole domain, or part of it, at one level. */
export interface ShockRate {
  readonly level: string;
  /** Bursts whose members have exactly this level in common. */
  readonly events: number;
  /** Bursts that independent failures would have made here by chance. */
  readonly byChance: number;
  /**
   * Per domain and hour, chance removed. With a fitted lethality the shocks too small to be seen are added; without
   * one it is the rate of shocks that hit two components or more. Its interval is never [0, 0].
   */
  readonly rate: { readonly value: number; readonly interval: Interval };
  /** How much of a domain a shock takes. */
  readonly lethality: Fitted<ShockSizeFit>;
  /** Events by cause, most frequent first; bursts without one common cause are left out. */
  readonly causes: readonly { readonly cause: string; readonly events: number }[];
}

interface Fleet {
  readonly hours: number;
  readonly components: number;
  /** Own failures of one component, per hour. */
  readonly componentRate: number;
  readonly windowSeconds: number;
  readonly confidence: number;
}

/**
 * Shock rates of every level, the fleet as a whole first. A burst counts at the smallest domain that covers it.
 *
 * Rate = (events − chance) / (domains · hours · visible share), interval by Garwood with the same corrections; chance
 * bursts arise at Nλ(1 − exp(−(m_d − m_{d+1})λw)) per hour, m the sizes of a domain at this level and the next finer.
 * Shocks that hit one component look like own failures; the visible share adds them. Throws a RangeError where a
 * burst has more members than its domain, or levels do not shrink.
 */
export function shockRates(
  bursts: readonly Burst[],
  levels: readonly DomainLevel[],
  fleet: Fleet,
): ShockRate[] {
  const all = [{ name: 'fleet', count: 1, size: fleet.components }, ...levels];
  checkLevels(all);
  const shared = bursts.filter((burst) => burst.size > 1);
  return all.map((level, depth) => {
    const here = shared.filter(({ domain }) => Math.min(domain.length, levels.length) === depth);
    return shockRate(level, here, all[depth + 1]?.size ?? 1, fleet);
  });
}

function shockRate(level: DomainLevel, bursts: readonly Burst[], finer: number, fleet: Fleet): ShockRate {
  const { hours, components, componentRate: rate, windowSeconds, confidence } = fleet;
  for (const burst of bursts) {
    if (burst.size <= level.size) continue;
    const where = burst.domain.join('/') || level.name;
    throw new RangeError(`a burst takes ${burst.size} components of ${where}, which has ${level.size}`);
  }
  const pairing = -Math.expm1(-(level.size - finer) * rate * (windowSeconds / 3600));
  const byChance = components * rate * pairing * hours;
  const beyondChance = poissonTail(bursts.length, byChance, 'upper') < outsideOf(confidence);
  const sizes = bursts.map((burst) => ({ hit: burst.size, exposed: level.size }));
  const lethality = beyondChance
    ? attempt(() => fitLethality(sizes, confidence))
    : refused(bursts.length === 0 ? 'no burst was seen' : 'there are no more bursts than chance explains');
  const counts = poissonInterval(bursts.length, confidence);
  const perHour = (count: number, seen: number) => Math.max(0, count) / (level.count * hours * seen);
  // A larger lethality hides fewer shocks, so its upper end goes with the lower end of the rate.
  const seen = (p: (of: ShockSizeFit) => number) =>
    lethality.kind === 'fitted' ? visibleShare(sizes, p(lethality.fit), leastVisible) : 1;
  return {
    level: level.name,
    events: bursts.length,
    byChance,
    rate: {
      value: perHour(
        bursts.length - byChance,
        seen((fit) => fit.lethality.value),
      ),
      interval: {
        low: perHour(
          counts.low - byChance,
          seen((fit) => fit.lethality.interval.high),
        ),
        // The chance bursts are themselves uncertain: they are not taken off the upper end.
        high: perHour(
          counts.high,
          seen((fit) => fit.lethality.interval.low),
        ),
        confidence,
      },
    },
    lethality,
    causes: causesOf(bursts),
  };
}

/** Refused where so few members were hit that most shocks may have gone unseen; their number would be a guess. */
function fitLethality(sizes: readonly ShockSize[], confidence: number): ShockSizeFit {
  const fit = fitShockSizes(sizes, confidence, leastVisible);
  const { low } = fit.lethality.interval;
  if (low === 0 || visibleShare(sizes, low, leastVisible) < 0.5) {
    throw new RangeError(
      'shocks hit so few members that most of them may look like failures of one component',
    );
  }
  return fit;
}

function refused(reason: string): Fitted<never> {
  return { kind: 'refused', reason };
}

function causesOf(bursts: readonly Burst[]): ShockRate['causes'] {
  const counts = new Map<string, number>();
  for (const { cause } of bursts) if (cause !== undefined) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts]
    .map(([cause, events]) => ({ cause, events }))
    .sort((a, b) => b.events - a.events || a.cause.localeCompare(b.cause));
}

function checkLevels(levels: readonly DomainLevel[]): void {
  levels.forEach((level, i) => {
    requireCount(`number of domains of level ${level.name}`, level.count, 1);
    requireCount(`size of a domain of level ${level.name}`, level.size, 1);
    const coarser = levels[i - 1];
    if (coarser !== undefined && level.size > coarser.size) {
      throw new RangeError(
        `a ${level.name} of ${level.size} does not fit into a ${coarser.name} of ${coarser.size}`,
      );
    }
  });
}
