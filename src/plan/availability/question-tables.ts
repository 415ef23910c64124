import { demonstratedMission, demonstratedUnavailability, type Observation } from './demonstrated.ts';
import { type Evaluation, evaluateIn, type Prepared } from './evaluate.ts';
import type { TierFacts } from './tier-facts.ts';
import type { AvailabilityRow, Owner, Question, QuestionTable } from './types.ts';
import { changed, moved, namesIn, shortest, type World, without } from './world.ts';

const hoursPerYear = 8766;

/** What a table is made from. */
export interface QuestionFacts {
  readonly tiers: readonly TierFacts[];
  readonly serviceObjective: number;
  readonly windowHours: number;
  readonly missionHours: number;
  /** By tier id; `service` for the whole. */
  readonly observed: ReadonlyMap<string, Observation>;
}

/** Unavailability and outages per hour of the service and of every tier in one world. */
interface Behaviour {
  readonly now: Evaluation;
  readonly frequency: Evaluation;
}

/** A world worked out, with and without what its machines have in common, and who owns what. */
export interface Analysis {
  readonly prepared: Prepared;
  readonly owners: ReadonlyMap<string, readonly Owner[]>;
  readonly correlated: Behaviour;
  readonly independent: Behaviour;
}

export function analyse(prepared: Prepared): Analysis {
  const { world } = prepared;
  return {
    prepared,
    owners: ownersIn(prepared),
    correlated: behaviourIn(prepared, world),
    independent: behaviourIn(prepared, onlyMachines(world)),
  };
}

/**
 * How often: dU/dε of the world moved along its outage frequency, by a central difference.
 *
 * ε is a thousandth of the shortest repair time: the error of the difference is of the order 1e-6 relative, its
 * rounding below 1e-9.
 */
export function behaviourIn(prepared: Prepared, world: World): Behaviour {
  const now = evaluateIn(prepared, world);
  const brief = shortest(world);
  if (!Number.isFinite(brief)) return { now, frequency: scaled(now, now, 1) };
  const epsilon = 1e-3 * brief;
  const more = evaluateIn(prepared, moved(world, epsilon));
  const less = evaluateIn(prepared, moved(world, -epsilon));
  return { now, frequency: scaled(more, less, 2 * epsilon) };
}

function scaled(more: Evaluation, less: Evaluation, by: number): Evaluation {
  const difference = (a: number, b: number) => Math.max(0, (a - b) / by);
  return {
    service: difference(more.service, less.service),
    tiers: new Map([...more.tiers].map(([id, value]) => [id, difference(value, less.tiers.get(id) ?? 0)])),
    leftOut: more.leftOut,
  };
}

/** Share of the service's and each tier's unavailability that each cause owns: 1 - U without it / U. */
export function ownersIn(prepared: Prepared): ReadonlyMap<string, readonly Owner[]> {
  const { world } = prepared;
  const now = evaluateIn(prepared, world);
  const others = namesIn(world).map((name) => ({ name, other: evaluateIn(prepared, without(world, name)) }));
  const rank = (read: (evaluation: Evaluation) => number): Owner[] =>
    others
      .map(({ name, other }) => ({ name, share: Math.max(0, 1 - read(other) / read(now)) }))
      .filter(({ share }) => share > 1e-6)
      .sort((a, b) => b.share - a.share);
  return new Map([
    ['service', rank(({ service }) => service)],
    ...world.tiers.map(({ id }) => [id, rank(({ tiers }) => tiers.get(id) ?? 0)] as const),
  ]);
}

/** Nothing fails but machines, each on its own. */
export function onlyMachines(world: World): World {
  const { machine } = world.hardware;
  return changed(world, (event) => (event === machine ? event : { ...event, unavailability: 0 }));
}

/** One table: every tier and the service in one question. */
export function questionTable(
  question: Question,
  { prepared, owners, correlated, independent }: Analysis,
  facts: QuestionFacts,
): QuestionTable {
  const naive = naiveBehaviour(prepared, facts);
  const row = (id: string, read: (evaluation: Evaluation) => number): Omit<AvailabilityRow, 'title'> =>
    rowOf(id, question, facts, owners.get(id) ?? [], {
      correlated: readings(correlated, read),
      independent: readings(independent, read),
      naive: readings(naive, read),
      leftOut: correlated.now.leftOut,
    });
  const rows = facts.tiers.map((tier) => ({
    ...row(tier.id, ({ tiers }) => tiers.get(tier.id) ?? 0),
    ...objectiveOf(question, tier.objective, correlated.now.tiers.get(tier.id) ?? 0),
    title: tier.title,
    needed: tier.need(1),
    machines: tier.machines,
    ...(tier.host === undefined ? {} : { host: tier.host }),
  }));
  const service = {
    ...row('service', (evaluation) => evaluation.service),
    ...objectiveOf(question, facts.serviceObjective, correlated.now.service),
    title: 'the service',
  };
  return { question, rows, service };
}

/** P^N for every tier, with the frequency N P^N / r of N machines that are repaired at the same time. */
function naiveBehaviour({ world, logic }: Prepared, { tiers }: QuestionFacts): Behaviour {
  const { unavailability, hours } = world.hardware.machine;
  const chances = new Map(tiers.map(({ id, machines }) => [id, unavailability ** machines]));
  const rates = new Map(
    tiers.map(({ id, machines }) => [id, (machines * unavailability ** machines) / hours]),
  );
  const q = logic.names.map((name) => chances.get(name) ?? 0);
  const frequency = logic.names.reduce((sum, name, i) => {
    const at = (value: number) => logic.probability(q.map((each, j) => (i === j ? value : each)));
    return sum + (at(1) - at(0)) * (rates.get(name) ?? 0);
  }, 0);
  return {
    now: { service: logic.probability(q), tiers: chances, leftOut: 0 },
    frequency: { service: frequency, tiers: rates, leftOut: 0 },
  };
}

interface Reading {
  readonly chance: number;
  readonly perHour: number;
}

function readings({ now, frequency }: Behaviour, read: (evaluation: Evaluation) => number): Reading {
  return { chance: read(now), perHour: read(frequency) };
}

function rowOf(
  id: string,
  question: Question,
  { missionHours, windowHours, observed }: QuestionFacts,
  owners: readonly Owner[],
  {
    correlated,
    independent,
    naive,
    leftOut,
  }: {
    readonly correlated: Reading;
    readonly independent: Reading;
    readonly naive: Reading;
    readonly leftOut: number;
  },
): Omit<AvailabilityRow, 'title'> {
  const seen = observed.get(id);
  const meanOutageHours = correlated.perHour > 0 ? correlated.chance / correlated.perHour : 0;
  const mission = question === 'mission';
  const value = (reading: Reading) => (mission ? withinMission(reading, missionHours) : reading.chance);
  return {
    id,
    naive: value(naive),
    independent: value(independent),
    correlated: value(correlated),
    correlatedAtMost: Math.min(1, value(correlated) + leftOut),
    factor: value(correlated) / value(naive),
    demonstrated: mission
      ? demonstratedMission(seen, missionHours)
      : demonstratedUnavailability(seen, meanOutageHours),
    dominant: owners[0] ?? { name: 'nothing', share: 0 },
    minutes: correlated.chance * (mission ? missionHours : windowHours) * 60,
    ...(question === 'instant' ? {} : { outagesPerYear: correlated.perHour * hoursPerYear, meanOutageHours }),
  };
}

/**
 * Chance of at least one outage within a mission that begins in the long run's state: 1 - (1-U) exp(-w T / (1-U)).
 *
 * Outages are taken to begin as a Poisson process, which holds well while they are short and rare. At most U + w T
 * whatever their pattern.
 */
export function withinMission({ chance, perHour }: Reading, hours: number): number {
  if (chance >= 1) return 1;
  return -Math.expm1(Math.log1p(-chance) - (perHour * hours) / (1 - chance));
}

function objectiveOf(question: Question, objective: number | undefined, unavailability: number) {
  if (question === 'mission' || objective === undefined) return {};
  return { objective, met: unavailability <= objective };
}
