import { requireCount } from '../models/reliability/ranges.ts';
import type { Interval } from '../models/statistics/interval.ts';
import { poissonInterval } from '../models/statistics/rate.ts';
import { fitShockSizes, type ShockSizeFit } from '../models/statistics/shock-size-fit.ts';
import type { Burst } from './bursts.ts';
import { attempt, type Fitted } from './fitted.ts';

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
  /** Per domain and hour, chance removed and unseen small shocks added. Its interval is never [0, 0]. */
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
  const pairing = -Math.expm1(-(level.size - finer) * rate * (windowSeconds / 3600));
  const byChance = components * rate * pairing * hours;
  for (const burst of bursts) {
    if (burst.size <= level.size) continue;
    const where = burst.domain.join('/') || level.name;
    throw new RangeError(`a burst takes ${burst.size} components of ${where}, which has ${level.size}`);
  }
  const sizes = bursts.map((burst) => ({ hit: burst.size, exposed: level.size }));
  const lethality = attempt(() => fitShockSizes(sizes, confidence, 2));
  const visible =
    lethality.kind === 'fitted' && lethality.fit.lethality.value > 0 ? lethality.fit.visibleShare : 1;
  const exposure = level.count * hours * visible;
  const counts = poissonInterval(bursts.length, confidence);
  const perHour = (count: number) => Math.max(0, count - byChance) / exposure;
  return {
    level: level.name,
    events: bursts.length,
    byChance,
    rate: {
      value: perHour(bursts.length),
      // Chance is itself uncertain: it is not taken off the upper end.
      interval: { low: perHour(counts.low), high: counts.high / exposure, confidence },
    },
    lethality,
    causes: causesOf(bursts),
  };
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
