import { compileLogic, type Logic } from '../../models/reliability/bdd-logic.ts';
import { evaluatorOf } from '../../models/reliability/bdd-probability.ts';
import { enumerateCombinations } from '../../models/reliability/crossing-combinations.ts';
import { type Shared, TierChances } from './conditional.ts';
import { anyOf } from './event.ts';
import { sameInside, type World } from './world.ts';

/** Unavailabilities of one world. */
export interface Evaluation {
  readonly service: number;
  /** By tier id. */
  readonly tiers: ReadonlyMap<string, number>;
  /** Chance of the combinations that were left out: every figure is too small by at most this. */
  readonly leftOut: number;
}

/** When the service fails in terms of tiers that fail; compiled once. */
export interface ServiceLogic {
  readonly names: readonly string[];
  readonly probability: (q: ArrayLike<number>) => number;
  /** P(failed | name failed) - P(failed | name well), without a subtraction of near-equals. */
  readonly birnbaum: (q: ArrayLike<number>) => ArrayLike<number>;
}

export function serviceLogic(failure: Logic): ServiceLogic {
  const compiled = compileLogic(failure);
  return { names: compiled.names, ...evaluatorOf(compiled) };
}

/** A tier that is a service of its own; without a decision diagram, since nothing is to be decided. */
export function tierLogic(id: string): ServiceLogic {
  return { names: [id], probability: (q) => q[0] as number, birnbaum: () => [1] };
}

/** One combination of what tiers share, with what follows from it. */
interface Case {
  readonly active: number;
  readonly service: number;
  /** In the order of the world's tiers. */
  readonly tiers: Float64Array;
}

/** A world worked out combination by combination; other worlds are weighed against the same combinations. */
export interface Prepared {
  readonly world: World;
  readonly logic: ServiceLogic;
  readonly cases: readonly Case[];
  readonly leftOut: number;
}

/**
 * Works a world out: conditions on zones, region and the causes that take several tiers, most probable combinations
 * first, until what is left weighs at most `tolerance`; within a combination tiers fail independently.
 */
export function prepare(world: World, logic: ServiceLogic, tolerance: number): Prepared {
  const chances = sharedChances(world);
  if (chances.length > 30) {
    throw new RangeError(`number of zones and shared causes must be at most 30, not ${chances.length}`);
  }
  const { combinations, leftOut } = enumerateCombinations(chances, tolerance);
  return {
    world,
    logic,
    leftOut,
    cases: workedOut(
      world,
      logic,
      combinations.map(({ active }) => active),
    ),
  };
}

/** The same combinations in another world: worked out again only where something inside of tiers differs. */
export function evaluateIn({ world: base, logic, cases, leftOut }: Prepared, world: World): Evaluation {
  const same = world === base || sameInside(base, world);
  const all = same
    ? cases
    : workedOut(
        world,
        logic,
        cases.map(({ active }) => active),
      );
  const weights = weightsOf(world, all);
  const total = (value: (one: Case) => number) =>
    all.reduce((sum, one, i) => sum + (weights[i] as number) * value(one), 0);
  return {
    service: total((one) => one.service),
    tiers: new Map(world.tiers.map(({ id }, i) => [id, total((one) => one.tiers[i] as number)])),
    leftOut,
  };
}

/**
 * What each tier means to the service: Birnbaum B = Σ P B_i, what a perfect tier would save Σ P B_i q_i, and U with the tier
 * failed for certain, all over the combinations of what tiers share and the levels of demand.
 */
export function importancesIn({ world, logic, cases }: Prepared) {
  const weights = weightsOf(world, cases);
  const tiers = world.tiers.map((tier) => new TierChances(world, tier));
  const sums = logic.names.map((name) => ({ name, birnbaum: 0, saved: 0, failed: 0 }));
  cases.forEach(({ active }, index) => {
    const { joined } = tiersGiven(world, logic, tiers, sharedOf(world, active));
    eachHour(world, logic, joined, (q, weight) => {
      const p = weight * (weights[index] as number);
      const birnbaum = logic.birnbaum(q);
      const now = logic.probability(q);
      sums.forEach((sum, i) => {
        const [b, chance] = [birnbaum[i] as number, q[i] as number];
        sum.birnbaum += p * b;
        sum.saved += p * b * chance;
        sum.failed += p * (now + b * (1 - chance));
      });
    });
  });
  return sums;
}

function workedOut(world: World, logic: ServiceLogic, actives: readonly number[]): Case[] {
  const tiers = world.tiers.map((tier) => new TierChances(world, tier));
  return actives.map((active) => {
    const { chances, joined } = tiersGiven(world, logic, tiers, sharedOf(world, active));
    let service = 0;
    eachHour(world, logic, joined, (q, weight) => {
      service += weight * logic.probability(q);
    });
    return { active, service, tiers: Float64Array.from(chances, (each) => meanOf(world, each)) };
  });
}

function meanOf({ demand }: World, chances: Float64Array): number {
  return demand.reduce((sum, { weight }, level) => sum + weight * (chances[level] as number), 0);
}

/** Chances of every tier at each level of demand, and what each adds beside the tier whose machines it runs on. */
function tiersGiven(world: World, logic: ServiceLogic, tiers: readonly TierChances[], shared: Shared) {
  const chances = tiers.map((tier) => tier.given(shared));
  const joined = world.tiers.map(({ host }, i) =>
    host !== undefined && logic.names.includes(host)
      ? (tiers[i] as TierChances).asGuest(shared)
      : (chances[i] as Float64Array),
  );
  return { chances, joined };
}

/** Visits the chances of the tiers that the service needs, one level of demand after the other. */
function eachHour(
  world: World,
  logic: ServiceLogic,
  joined: readonly Float64Array[],
  visit: (q: Float64Array, weight: number) => void,
): void {
  const needed = logic.names.map((name) => joined[world.tiers.findIndex(({ id }) => id === name)]);
  const q = new Float64Array(needed.length);
  world.demand.forEach(({ weight }, hour) => {
    for (let i = 0; i < q.length; i++) q[i] = (needed[i] as Float64Array)[hour] as number;
    visit(q, weight);
  });
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
function weightsOf(world: World, cases: readonly Case[]): number[] {
  const chances = sharedChances(world);
  return cases.map(({ active }) =>
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

function sharedOf(world: World, active: number): Shared {
  const zones = world.zoneNames.length;
  const first = zones + world.region.length;
  return {
    zonesDown: active & ((1 << zones) - 1),
    regionDown: world.region.some((_, i) => (active & (1 << (zones + i))) !== 0),
    causes: active >> first,
  };
}
