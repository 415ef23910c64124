import { either } from './event.ts';
import { type Condition, leftStanding } from './fleet.ts';
import type { CauseEvent, TierModel, World } from './world.ts';

/** A combination of the causes that take a part of one tier alone. */
interface OwnCombination {
  readonly probability: number;
  readonly causes: readonly CauseEvent[];
}

/** What holds at once of all that tiers share: bits for zones, and for causes in the order of the world. */
export interface Shared {
  readonly zonesDown: number;
  readonly regionDown: boolean;
  readonly causes: number;
}

/** Chance of being down at each level of demand, at the peak, and over the day. */
export interface Chances {
  readonly levels: Float64Array;
  readonly peak: number;
  readonly day: number;
}

/** Reads chances at the levels of demand of a world. */
export function chancesOf({ demand }: World, levels: Float64Array): Chances {
  let day = 0;
  let peak = 0;
  for (let i = 0; i < levels.length; i++) {
    const { weight = 0, level } = demand[i] ?? {};
    day += weight * (levels[i] as number);
    if (level === 1) peak = levels[i] as number;
  }
  return { levels, peak, day };
}

/** One tier in one world: its chances given what is shared, each computed once. */
export class TierChances {
  readonly #world: World;
  readonly #tier: TierModel;
  /** Bits of the shared causes that take the whole tier, and of those that take a part of it. */
  readonly #whole: number;
  readonly #part: number;
  /** Chance that the tier is taken whole by a cause of its own. */
  readonly #ownWhole: number;
  readonly #own: readonly OwnCombination[];
  readonly #apart: number;
  readonly #alone: Chances;
  readonly #down: Chances;
  readonly #known = new Map<string, Chances>();

  constructor(world: World, tier: TierModel) {
    this.#world = world;
    this.#tier = tier;
    const reaches = ({ tiers, unavailability }: CauseEvent) => unavailability > 0 && tiers.includes(tier.id);
    const isWhole = (cause: CauseEvent) => firstOf(tier.machines, cause.first) >= tier.machines;
    const bits = (holds: (cause: CauseEvent) => boolean) =>
      world.shared.reduce((sum, cause, i) => (holds(cause) ? sum | (1 << i) : sum), 0);
    this.#whole = bits((cause) => cause.tiers.includes(tier.id) && isWhole(cause));
    this.#part = bits((cause) => cause.tiers.includes(tier.id) && !isWhole(cause));
    const own = world.own.filter(reaches);
    this.#ownWhole = either(...own.filter(isWhole).map(({ unavailability }) => unavailability));
    this.#own = combinationsOf(own.filter((cause) => !isWhole(cause)));
    this.#apart = either(...tier.losses.map(({ unavailability }) => unavailability));
    const alone = either(this.#ownWhole, this.#apart);
    this.#alone = chancesOf(world, new Float64Array(world.demand.length).fill(alone));
    this.#down = { levels: new Float64Array(world.demand.length).fill(1), peak: 1, day: 1 };
  }

  /** Chance that the tier is down, at each level of demand. */
  given(shared: Shared): Chances {
    if (shared.regionDown || (shared.causes & this.#whole) !== 0) return this.#down;
    const part = shared.causes & this.#part;
    const key = `${shared.zonesDown},${part}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = chancesOf(this.#world, this.#chances(shared.zonesDown, this.#causes(part)));
    this.#known.set(key, made);
    return made;
  }

  /** What the tier adds to the one whose machines it runs on: its own causes and losses. */
  asGuest(shared: Shared): Chances {
    if (shared.regionDown || (shared.causes & this.#whole) !== 0) return this.#down;
    return this.#alone;
  }

  /** P(fewer than x machines are up), for x = 0 … machines + 1; failovers and grey failures are no lost machines. */
  capacityBelow(shared: Shared): Float64Array {
    const { machines } = this.#tier;
    const ones = new Float64Array(machines + 2).fill(1, 1);
    if (shared.regionDown || (shared.causes & this.#whole) !== 0) return ones;
    const sum = new Float64Array(machines + 2);
    for (const { probability, causes } of this.#own) {
      const all = [...this.#causes(shared.causes & this.#part), ...causes];
      const below = this.#world.fleet.below(
        machines,
        this.#tier.places,
        this.#condition(shared.zonesDown, all),
      );
      for (let x = 1; x < sum.length; x++) sum[x] = (sum[x] as number) + probability * (below[x] as number);
    }
    return sum.map((value, x) => (x === 0 ? 0 : either(this.#ownWhole, Math.min(1, value))));
  }

  #chances(zonesDown: number, shared: readonly CauseEvent[]): Float64Array {
    const { machines, places, needs } = this.#tier;
    const result = new Float64Array(needs.length);
    const least = Math.min(...needs);
    for (const { probability, causes } of this.#own) {
      const all = [...shared, ...causes];
      const condition = this.#condition(zonesDown, all);
      // Where too few are left for any demand, nothing has to be convolved.
      const hopeless = leftStanding(machines, places, condition) < least;
      const below = hopeless ? undefined : this.#world.fleet.below(machines, places, condition);
      const left = either(customersLost(machines, all), this.#apart, this.#ownWhole);
      for (let level = 0; level < needs.length; level++) {
        const down = below === undefined ? 1 : (below[needs[level] as number] as number);
        result[level] = (result[level] as number) + probability * (down + (1 - down) * left);
      }
    }
    return result;
  }

  #causes(bits: number): readonly CauseEvent[] {
    return bits === 0 ? [] : this.#world.shared.filter((_, i) => (bits & (1 << i)) !== 0);
  }

  #condition(zonesDown: number, causes: readonly CauseEvent[]): Condition {
    let taken = 0;
    let spared = 1;
    for (const { first, share } of causes) {
      taken = Math.max(taken, firstOf(this.#tier.machines, first));
      spared *= 1 - share;
    }
    return { zonesDown, taken, spared };
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

/** Machines that a share takes: at least one, since there is no part of a machine. */
function firstOf(machines: number, share: number): number {
  return share === 0 ? 0 : Math.min(machines, Math.max(1, Math.ceil(share * machines - 1e-9)));
}

function customersLost(machines: number, causes: readonly CauseEvent[]): number {
  let lost = 0;
  for (const { customers } of causes) lost += (1 - lost) * (customers?.(machines) ?? 0);
  return lost;
}
