import { type Effect, effectOf, firstOf, joined, nothing } from './effects.ts';
import { either } from './event.ts';
import type { TierFleet } from './tier-fleet.ts';
import type { CauseEvent, TierModel, World } from './world.ts';

/** A combination of the causes that take a part of one tier alone. */
interface OwnCombination {
  readonly probability: number;
  readonly causes: readonly CauseEvent[];
}

/** Chance of being down at each level of demand, at the peak, and over the day. */
export interface Chances {
  readonly levels: Float64Array;
  readonly peak: number;
  readonly day: number;
  /** Down at every level, for certain. */
  readonly certain: boolean;
}

/** Reads chances at the levels of demand of a world. */
export function chancesOf({ demand }: World, levels: Float64Array): Chances {
  let day = 0;
  let peak = 0;
  let certain = true;
  for (let i = 0; i < levels.length; i++) {
    const { weight = 0, level } = demand[i] ?? {};
    const chance = levels[i] as number;
    day += weight * chance;
    if (level === 1) peak = chance;
    if (chance !== 1) certain = false;
  }
  return { levels, peak, day, certain };
}

/** Bits of a combination of what tiers share: zones, then the region, then causes in the order of the world. */
export interface SharedBits {
  readonly zones: number;
  /** Bits of everything that takes all machines of the region. */
  readonly region: number;
  /** Place of the first cause. */
  readonly firstCause: number;
}

export function sharedBits({ zoneNames, region }: World): SharedBits {
  const zones = zoneNames.length;
  return {
    zones: (1 << zones) - 1,
    region: ((1 << region.length) - 1) << zones,
    firstCause: zones + region.length,
  };
}

/** One tier in one world: its chances given a combination of what tiers share, each computed once. */
export class TierChances {
  readonly #world: World;
  readonly #tier: TierModel;
  readonly #fleet: TierFleet;
  readonly #bits: SharedBits;
  /** Bits of what takes the whole tier, of the zones that it stands in, and of causes that take a part of it. */
  readonly #whole: number;
  readonly #zones: number;
  readonly #part: number;
  /** Chance that the tier is taken whole by a cause of its own. */
  readonly #ownWhole: number;
  readonly #own: readonly { readonly probability: number; readonly effect: Effect }[];
  readonly #apart: number;
  /** Chance of either of the two. */
  readonly #left: number;
  readonly #alone: Chances;
  readonly #down: Chances;
  readonly #least: number;
  /** Whether every demand needs the same. */
  readonly #steady: boolean;
  readonly #known = new Map<number, Chances>();

  constructor(world: World, tier: TierModel) {
    const { machines, places, needs, losses } = tier;
    this.#world = world;
    this.#tier = tier;
    this.#fleet = world.fleet.of(machines, places);
    this.#bits = sharedBits(world);
    const isWhole = (cause: CauseEvent) => firstOf(machines, cause.first) >= machines;
    const bits = (holds: (cause: CauseEvent) => boolean) =>
      world.shared.reduce(
        (sum, cause, i) =>
          cause.tiers.includes(tier.id) && holds(cause) ? sum | (1 << (this.#bits.firstCause + i)) : sum,
        0,
      );
    this.#whole = this.#bits.region | bits(isWhole);
    this.#part = bits((cause) => !isWhole(cause));
    // Of more zones than machines the last ones are empty.
    this.#zones = this.#bits.zones & ((1 << Math.min(places.zones, machines)) - 1);
    const own = world.own.filter(
      ({ tiers, unavailability }) => unavailability > 0 && tiers.includes(tier.id),
    );
    this.#ownWhole = either(...own.filter(isWhole).map(({ unavailability }) => unavailability));
    this.#own = combinationsOf(own.filter((cause) => !isWhole(cause))).map(({ probability, causes }) => ({
      probability,
      effect: effectOf(machines, causes),
    }));
    this.#apart = either(...losses.map(({ unavailability }) => unavailability));
    const level = (chance: number) => chancesOf(world, new Float64Array(needs.length).fill(chance));
    this.#left = either(this.#ownWhole, this.#apart);
    this.#alone = level(this.#left);
    this.#down = level(1);
    this.#least = Math.min(...needs);
    this.#steady = needs.every((need) => need === this.#least);
  }

  /** Chance that the tier is down, at each level of demand. `active`: bits of what holds. */
  given(active: number): Chances {
    if ((active & this.#whole) !== 0) return this.#down;
    const matters = active & (this.#zones | this.#part);
    const known = this.#known.get(matters);
    if (known !== undefined) return known;
    const made = chancesOf(this.#world, this.#chances(matters));
    this.#known.set(matters, made);
    return made;
  }

  /** What the tier adds to the one whose machines it runs on: its own causes and losses. */
  asGuest(active: number): Chances {
    return (active & this.#whole) === 0 ? this.#alone : this.#down;
  }

  /** P(fewer than x machines are up), for x = 0 … machines + 1; failovers and grey failures are no lost machines. */
  capacityBelow(active: number): Float64Array {
    const { machines } = this.#tier;
    if ((active & this.#whole) !== 0) return new Float64Array(machines + 2).fill(1, 1);
    const sum = new Float64Array(machines + 2);
    const zonesDown = active & this.#zones;
    const shared = this.#effect(active);
    for (const { probability, effect } of this.#own) {
      const { taken, spared } = joined(shared, effect);
      const { below } = this.#fleet.given({ zonesDown, taken, spared });
      for (let x = 1; x < sum.length; x++) sum[x] = (sum[x] as number) + probability * (below[x] as number);
    }
    return sum.map((value, x) => (x === 0 ? 0 : either(this.#ownWhole, Math.min(1, value))));
  }

  #chances(active: number): Float64Array {
    const { needs } = this.#tier;
    const result = new Float64Array(needs.length);
    const zonesDown = active & this.#zones;
    const shared = this.#effect(active);
    let first = 0;
    for (const { probability, effect } of this.#own) {
      const { taken, spared, lost } = joined(shared, effect);
      const survivors = this.#fleet.given({ zonesDown, taken, spared });
      // Where too few are left for any demand, nothing has to be convolved.
      const below = survivors.left < this.#least ? undefined : survivors.below;
      const left = lost === 0 ? this.#left : either(lost, this.#apart, this.#ownWhole);
      const chance = (need: number) => {
        const down = below === undefined ? 1 : (below[need] as number);
        return probability * (down + (1 - down) * left);
      };
      if (this.#steady) first += chance(this.#least);
      else
        for (let i = 0; i < needs.length; i++) result[i] = (result[i] as number) + chance(needs[i] as number);
    }
    return this.#steady ? result.fill(first) : result;
  }

  /** What the shared causes do that take a part of the tier. */
  #effect(active: number): Effect {
    const part = active & this.#part;
    if (part === 0) return nothing;
    const { firstCause } = this.#bits;
    const causes = this.#world.shared.filter((_, i) => (part & (1 << (firstCause + i))) !== 0);
    return effectOf(this.#tier.machines, causes);
  }
}

/** Combinations of causes that hold or do not; a tier has few of its own, so all are taken. */
function combinationsOf(causes: readonly CauseEvent[]): OwnCombination[] {
  return causes.reduce<OwnCombination[]>(
    (all, cause) =>
      all.flatMap((one) => [
        { ...one, probability: one.probability * (1 - cause.unavailability) },
        { probability: one.probability * cause.unavailability, causes: [...one.causes, cause] },
      ]),
    [{ probability: 1, causes: [] }],
  );
}
