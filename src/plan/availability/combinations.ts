import { enumerateCombinations } from '../../models/reliability/crossing-combinations.ts';
import { anyOf } from './event.ts';
import type { World } from './world.ts';

/** Combinations of what tiers share, as bits; see `sharedBits`. */
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

/** Chance of each combination: Π q over what holds, Π (1 - q) over what does not. */
export function weightsOf(world: World, actives: readonly number[]): number[] {
  const chances = sharedChances(world);
  return actives.map((active) => {
    let product = 1;
    for (let i = 0; i < chances.length; i++) {
      const q = chances[i] as number;
      product *= (active & (1 << i)) === 0 ? 1 - q : q;
    }
    return product;
  });
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
