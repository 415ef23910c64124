import { combinationsOf } from './combinations.ts';
import { tierUnavailability } from './evaluate.ts';
import { leversFor } from './levers.ts';
import { atPeak, type Parts, tierModel, worldOf } from './parts.ts';
import { type TierFacts, withMachines } from './tier-facts.ts';
import type { Mending } from './types.ts';

/**
 * The cheapest remedy with which a tier meets its objective at the peak, else the strongest that was tried.
 *
 * Every set of levers (spread, stage, shard, detect sooner, fail over by software) is evaluated with as few more
 * machines as suffice; cost is in machines, from `mending` of the spec. All levers together come first: what they
 * cost bounds the search, and where they do not suffice nothing does.
 */
export function cheapestMending(parts: Parts, facts: TierFacts, allowed: number): Mending {
  const sets = subsets(leversFor(parts, facts))
    .map((chosen) => ({ chosen, cost: chosen.reduce((sum, { cost }) => sum + cost, 0) }))
    .sort((a, b) => a.cost - b.cost);
  const strongest = sets.reduce((most, set) => (set.chosen.length > most.chosen.length ? set : most));
  const attempts = ({ chosen, cost }: (typeof sets)[number]) => {
    const changed = chosen.reduce((now, lever) => lever.apply(now, facts), parts);
    const base = worldOf(changed, atPeak, [facts]);
    // What machines share does not depend on their number.
    const over = combinationsOf(base, allowed * enough);
    return (spares: number): Mending => {
      const machines = facts.machines + spares;
      const tier = tierModel(changed, sized(parts, facts, machines), atPeak);
      const unavailability = tierUnavailability({ ...base, tiers: [tier] }, over);
      const measures = [...(spares > 0 ? [spareText(spares)] : []), ...chosen.map(({ name }) => name)];
      // What was left out counts against it, so that the exact figure meets as well.
      const meets = unavailability + over.leftOut <= allowed;
      return { measures, machines, cost: cost + spares, unavailability, meets };
    };
  };
  const step = stepOf(facts);
  let best = fewestSpares(0, mostSpares(facts), step, attempts(strongest));
  if (!best.meets) {
    const without = attempts(strongest)(0);
    return without.unavailability < best.unavailability ? without : best;
  }
  // With fewer levers no fewer machines suffice.
  const least = best.machines - facts.machines;
  for (const set of sets) {
    // Only what costs less is worth a look.
    const most = Math.min(mostSpares(facts), Math.ceil(best.cost - set.cost - 1e-9) - 1);
    if (most < least) continue;
    const found = fewestSpares(least, most, step, attempts(set));
    if (found.meets) best = found;
  }
  return best;
}

/** An even number of voters is no better than the odd one below it. */
function stepOf({ rule }: TierFacts): number {
  return rule === 'majority' ? 2 : 1;
}

/** Machines that are tried at most; those of another tier cannot be more, and more nodes are no more copies. */
function mostSpares({ machines, host, rule }: TierFacts): number {
  return host === undefined && rule !== 'write quorum' ? Math.max(4, machines) : 0;
}

/** What the search may leave out, relative to the objective. */
const enough = 1e-3;

/** Unavailability of a tier at the peak. */
export function unavailabilityOf(parts: Parts, facts: TierFacts, leftOut = 1e-9): number {
  const world = worldOf(parts, atPeak, [facts]);
  return tierUnavailability(world, combinationsOf(world, leftOut));
}

/** The fewest of least … most more machines with which an attempt meets, by bisection; else the most. */
function fewestSpares(
  least: number,
  most: number,
  step: number,
  attempt: (spares: number) => Mending,
): Mending {
  let high = Math.floor((most - least) / step);
  let found = attempt(least + high * step);
  if (!found.meets || high === 0) return found;
  const fewest = attempt(least);
  if (fewest.meets) return fewest;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const tried = attempt(least + middle * step);
    if (tried.meets) {
      high = middle;
      found = tried;
    } else low = middle;
  }
  return found;
}

function sized(parts: Parts, facts: TierFacts, machines: number): TierFacts {
  return machines === facts.machines ? facts : withMachines(parts.plan, facts, machines);
}

function spareText(spares: number): string {
  return spares === 1 ? '1 more machine' : `${spares} more machines`;
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => all.flatMap((set) => [set, [...set, item]]), [[]]);
}
