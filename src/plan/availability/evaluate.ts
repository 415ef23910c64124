import { type Combinations, combinationsOf, weightsOf } from './combinations.ts';
import { type Chances, chancesOf, TierChances } from './conditional.ts';
import type { ServiceLogic } from './logic.ts';
import { sameInside, type TierModel, type World } from './world.ts';

/** Unavailabilities of the service and of each tier, by id. */
export interface Reading {
  readonly service: number;
  readonly tiers: ReadonlyMap<string, number>;
}

/** One world, read at an instant of the peak and over the day. */
export interface Evaluation {
  readonly peak: Reading;
  readonly day: Reading;
  /** Chance of the combinations that were left out: every figure is too small by at most this. */
  readonly leftOut: number;
}

/** One combination of what tiers share, with what follows from it. */
interface Case {
  readonly active: number;
  readonly service: Chances;
  /** In the order of the world's tiers. */
  readonly tiers: readonly Chances[];
}

/** A world worked out combination by combination; other worlds are weighed against the same combinations. */
export interface Prepared {
  readonly world: World;
  readonly logic: ServiceLogic;
  readonly cases: readonly Case[];
  readonly leftOut: number;
}

/**
 * Works a world out: conditions on zones, region and the causes that take several tiers, over given combinations or
 * the most probable ones until what is left weighs at most `tolerance`; within one, tiers fail independently.
 */
export function prepare(world: World, logic: ServiceLogic, over: number | Combinations): Prepared {
  const { actives, leftOut } = typeof over === 'number' ? combinationsOf(world, over) : over;
  return { world, logic, leftOut, cases: workedOut(world, logic, actives) };
}

/** The same combinations in another world: worked out again only where something inside of tiers differs. */
export function evaluateIn({ world: base, logic, cases, leftOut }: Prepared, world: World): Evaluation {
  const actives = cases.map(({ active }) => active);
  const chances = weightsOf(world, actives);
  const possible = actives.map((_, i) => i).filter((i) => (chances[i] as number) > 0);
  const weights = possible.map((i) => chances[i] as number);
  const same = world === base || sameInside(base, world);
  const all = same
    ? possible.map((i) => cases[i] as Case)
    : workedOut(
        world,
        logic,
        possible.map((i) => actives[i] as number),
      );
  return {
    peak: readingOf(world, all, weights, 'peak'),
    day: readingOf(world, all, weights, 'day'),
    leftOut,
  };
}

/** Chances of all cases, each by its weight. */
function readingOf(
  { tiers }: World,
  cases: readonly Case[],
  weights: readonly number[],
  which: 'peak' | 'day',
): Reading {
  let service = 0;
  const sums = new Float64Array(tiers.length);
  for (let i = 0; i < cases.length; i++) {
    const one = cases[i] as Case;
    const weight = weights[i] as number;
    service += weight * one.service[which];
    for (let tier = 0; tier < sums.length; tier++) {
      sums[tier] = (sums[tier] as number) + weight * (one.tiers[tier] as Chances)[which];
    }
  }
  return { service, tiers: new Map(tiers.map(({ id }, i) => [id, sums[i] as number])) };
}

/** The same with only the most probable combinations, at least `weight` each: for comparisons between worlds. */
export function narrowed(prepared: Prepared, weight: number): Prepared {
  const weights = weightsOf(
    prepared.world,
    prepared.cases.map(({ active }) => active),
  );
  return { ...prepared, cases: prepared.cases.filter((_, i) => (weights[i] as number) >= weight) };
}

/**
 * What each tier means to the service: Birnbaum B = Σ P B_i, what a perfect tier would save Σ P B_i q_i, and U with the tier
 * failed for certain, all over the combinations of what tiers share and the levels of demand.
 */
export function importancesIn({ world, logic, cases }: Prepared) {
  const weights = weightsOf(
    world,
    cases.map(({ active }) => active),
  );
  const chances = world.tiers.map((tier) => new TierChances(world, tier));
  const needed = neededBy(world, logic);
  const q = new Float64Array(needed.length);
  const sums = logic.names.map((name) => ({ name, birnbaum: 0, saved: 0, failed: 0 }));
  // Many combinations take all tiers at once, and then nothing depends on the demand.
  const lost = importancesAt(logic, q.fill(1));
  cases.forEach(({ active, tiers }, index) => {
    const joined = joinedOf(needed, chances, tiers, active);
    const add = (p: number, at: readonly { birnbaum: number; saved: number; failed: number }[]) =>
      at.forEach(({ birnbaum, saved, failed }, i) => {
        const sum = sums[i] as (typeof sums)[number];
        sum.birnbaum += p * birnbaum;
        sum.saved += p * saved;
        sum.failed += p * failed;
      });
    if (joined.every(({ certain }) => certain)) add(weights[index] as number, lost);
    else {
      world.demand.forEach(({ weight }, level) => {
        add(weight * (weights[index] as number), importancesAt(logic, atLevel(joined, level, q)));
      });
    }
  });
  return sums;
}

function importancesAt(logic: ServiceLogic, q: Float64Array) {
  const birnbaum = logic.birnbaum(q);
  const now = logic.probability(q);
  return Array.from(q, (chance, i) => {
    const b = birnbaum[i] as number;
    return { birnbaum: b, saved: b * chance, failed: now + b * (1 - chance) };
  });
}

function workedOut(world: World, logic: ServiceLogic, actives: readonly number[]): Case[] {
  const chances = world.tiers.map((tier) => new TierChances(world, tier));
  const needed = neededBy(world, logic);
  const q = new Float64Array(needed.length);
  return actives.map((active) => {
    const tiers = chances.map((tier) => tier.given(active));
    const joined = joinedOf(needed, chances, tiers, active);
    const levels = new Float64Array(world.demand.length);
    if (isLost(logic, joined)) levels.fill(1);
    else {
      for (let level = 0; level < levels.length; level++) {
        levels[level] = logic.probability(atLevel(joined, level, q));
      }
    }
    return { active, service: chancesOf(world, levels), tiers };
  });
}

/** A tier that the service needs: its place in the world, and whether the service needs its host as well. */
interface Needed {
  readonly index: number;
  readonly isGuest: boolean;
}

function neededBy(world: World, { names }: ServiceLogic): Needed[] {
  return names.map((name) => {
    const index = world.tiers.findIndex(({ id }) => id === name);
    const host = world.tiers[index]?.host;
    return { index, isGuest: host !== undefined && names.includes(host) };
  });
}

/** Chances of the tiers that the service needs; a guest's machines are counted with its host. */
function joinedOf(
  needed: readonly Needed[],
  chances: readonly TierChances[],
  tiers: readonly Chances[],
  active: number,
): Chances[] {
  return needed.map(({ index, isGuest }) =>
    isGuest ? (chances[index] as TierChances).asGuest(active) : (tiers[index] as Chances),
  );
}

function atLevel(joined: readonly Chances[], level: number, q: Float64Array): Float64Array {
  for (let i = 0; i < joined.length; i++) q[i] = (joined[i] as Chances).levels[level] as number;
  return q;
}

/** Whether the tiers that are down for certain take the service along, whatever the others do. */
function isLost(logic: ServiceLogic, joined: readonly Chances[]): boolean {
  const certain = joined.map((chances) => (chances.certain ? 1 : 0));
  return certain.includes(1) && logic.probability(certain) === 1;
}

/**
 * Unavailability of the only tier of a world, at the peak, over its combinations: what `evaluateIn` says, without the
 * rest of it, for those who try many numbers of machines.
 */
export function tierUnavailability(world: World, { actives, weights }: Combinations): number {
  const tier = new TierChances(world, world.tiers[0] as TierModel);
  return actives.reduce((sum, active, i) => sum + (weights[i] as number) * tier.given(active).peak, 0);
}
