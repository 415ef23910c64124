import type { Analysis, Behaviour } from './analysis.ts';
import { demonstratedMission, demonstratedUnavailability, type Proof } from './demonstrated.ts';
import type { Prepared, Reading } from './evaluate.ts';
import type { TierFacts } from './tier-facts.ts';
import type { AvailabilityRow, Owner, Question, QuestionTable } from './types.ts';

const hoursPerYear = 8766;

/** What a table is made from. */
export interface QuestionFacts {
  readonly tiers: readonly TierFacts[];
  readonly serviceObjective: number;
  readonly windowHours: number;
  readonly missionHours: number;
  /** By tier id; `service` for the whole. */
  readonly observed: ReadonlyMap<string, Proof>;
}

/** One table: every tier and the service in one question. */
export function questionTable(
  question: Question,
  prepared: Prepared,
  { owners, correlated, independent }: Analysis,
  facts: QuestionFacts,
): QuestionTable {
  const naive = naiveBehaviour(prepared, facts);
  const row = (id: string, read: (reading: Reading) => number): Omit<AvailabilityRow, 'title'> =>
    rowOf(id, question, facts, owners.get(id) ?? [], {
      correlated: outages(correlated, read),
      independent: outages(independent, read),
      naive: outages(naive, read),
      leftOut: prepared.leftOut,
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
    ...row('service', (reading) => reading.service),
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
    now: { service: logic.probability(q), tiers: chances },
    frequency: { service: frequency, tiers: rates },
  };
}

interface Outages {
  readonly chance: number;
  readonly perHour: number;
}

function outages({ now, frequency }: Behaviour, read: (reading: Reading) => number): Outages {
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
    readonly correlated: Outages;
    readonly independent: Outages;
    readonly naive: Outages;
    readonly leftOut: number;
  },
): Omit<AvailabilityRow, 'title'> {
  const seen = observed.get(id);
  const meanOutageHours = correlated.perHour > 0 ? correlated.chance / correlated.perHour : 0;
  const mission = question === 'mission';
  const value = (reading: Outages) => (mission ? withinMission(reading, missionHours) : reading.chance);
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
export function withinMission({ chance, perHour }: Outages, hours: number): number {
  if (chance >= 1) return 1;
  return -Math.expm1(Math.log1p(-chance) - (perHour * hours) / (1 - chance));
}

function objectiveOf(question: Question, objective: number | undefined, unavailability: number) {
  if (question === 'mission' || objective === undefined) return {};
  return { objective, met: unavailability <= objective };
}
