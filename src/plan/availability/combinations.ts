import { enumerateCombinations } from '../../models/reliability/crossing-combinations.ts';
import type { Shared } from './conditional.ts';
import { anyOf } from './event.ts';
import type { World } from './world.ts';

/** Combinations of what tiers share: bits of zones, region and causes. */
export interface Combinations {
  readonly actives: readonly number[];
  /** Their chances in the world that they were enumerated in. */
  readonly weights: readonly number[];
  readonly leftOut: number;
}

/** The most probable combinations of a world, until those left out weigh at most `tolerance`. */
export function combinationsOf(world: World, tolerance: number): Combinations {
  const chances = sharedChances(world);
  if (chances.length > 30) {
    throw new RangeError(`number of zones and shared causes must be at most 30, not ${chances.length}`);
  }
  const { combinations, leftOut } = enumerateCombinations(chances, tolerance);
  return {
    actives: combinations.map(({ active }) => active),
    weights: combinations.map(({ probability }) => probability),
    leftOut,
  };
}

/** The most probable combinations of what tiers share, until those left out weigh at most `tolerance`. */
export function enumerateShared(world: World, tolerance: number): { shared: Shared; probability: number }[] {
  return enumerateCombinations(sharedChances(world), tolerance).combinations.map(
    ({ active, probability }) => ({
      shared: sharedOf(world, active),
      probability,
    }),
  );
}

/** Chance of each combination: Π q over what holds, Π (1 - q) over what does not. */
export function weightsOf(world: World, actives: readonly number[]): number[] {
  const chances = sharedChances(world);
  return actives.map((active) =>
    chances.reduce((product, q, i) => product * ((active & (1 << i)) === 0 ? 1 - q : q), 1),
  );
}

/** Chances of what tiers share, in the order of bits: zones, region, causes. */
function sharedChances(world: World): number[] {
  const zone = anyOf(world.zone);
  return [
    ...world.zoneNames.map(() => zone),
    ...world.region.map(({ unavailability }) => unavailability),
    ...world.shared.map(({ unavailability }) => unavailability),
  ];
}

export function sharedOf(world: World, active: number): Shared {
  const zones = world.zoneNames.length;
  const first = zones + world.region.length;
  return {
    zonesDown: active & ((1 << zones) - 1),
    regionDown: world.region.some((_, i) => (active & (1 << (zones + i))) !== 0),
    causes: active >> first,
  };
}
