import { combinationsOf } from './combinations.ts';
import { TierChances } from './conditional.ts';
import { atPeak, type Parts, worldOf } from './parts.ts';
import type { TierFacts } from './tier-facts.ts';
import type { CapacityRisk } from './types.ts';

/**
 * Capacity at risk of a tier: P(capacity < x), from the same zones, places and causes as everything else.
 *
 * Mean served share of the peak: Σ_k P(k up) min(1, k / need).
 */
export function capacityAtRisk(parts: Parts, facts: TierFacts): CapacityRisk {
  const { machines } = facts;
  const needed = facts.need(1);
  const below = capacityBelow(parts, facts);
  // E[max(0, need - up)] = Σ_{x=1..need} P(up < x)
  let shortfall = 0;
  for (let x = 1; x <= needed; x++) shortfall += below[x] as number;
  const shares = [1, 0.95, 0.9, 0.8, 2 / 3, 0.5, 1 / 3];
  const counts = new Set([machines, needed, ...shares.map((share) => Math.ceil(share * machines - 1e-9))]);
  const points = [...counts]
    .filter((count) => count > 0)
    .sort((a, b) => b - a)
    .map((count) => ({
      machines: count,
      risk: below[count] as number,
      servedShare: Math.min(1, count / needed),
    }));
  return { tier: facts.id, machines, needed, points, served: 1 - shortfall / needed };
}

/** P(fewer than x machines are up) for x = 0 … machines + 1, at an instant. */
export function capacityBelow(parts: Parts, facts: TierFacts): Float64Array {
  const world = worldOf(parts, atPeak, [facts]);
  const tier = world.tiers[0];
  if (tier === undefined) throw new RangeError(`tier ${facts.id} is not in its own world`);
  const chances = new TierChances(world, tier);
  const below = new Float64Array(facts.machines + 2);
  const { actives, weights } = combinationsOf(world, 1e-12);
  actives.forEach((active, i) => {
    const given = chances.capacityBelow(active);
    const weight = weights[i] as number;
    for (let x = 1; x < below.length; x++) below[x] = (below[x] as number) + weight * (given[x] as number);
  });
  return below.map((value) => Math.min(1, value));
}
