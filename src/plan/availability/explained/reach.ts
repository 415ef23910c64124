import type { RecoveryPoint } from '../../../models/reliability/recovery.ts';
import type { Dependency } from '../../../spec/types.ts';
import { dependencyOf } from '../dependencies.ts';
import type { Parts } from '../parts.ts';
import type { TierFacts } from '../tier-facts.ts';
import type { AvailabilityPlan, Question } from '../types.ts';
import { numberName } from './number.ts';

/** Names of what the numbers of a tier, or of the service, are made from. */
export interface Reach {
  readonly naive: (id: string, question: Question) => readonly string[];
  readonly independent: (id: string, question: Question) => readonly string[];
  readonly correlated: (id: string, question: Question) => readonly string[];
  /** What a tier shares with others or may lose, without its demand. */
  readonly shared: (id: string) => readonly string[];
  /** What stands behind a cause of the rankings. */
  readonly cause: (title: string) => readonly string[];
  /** How long what fails stays away. */
  readonly repairs: readonly string[];
  readonly observed: (id: string) => readonly string[];
  readonly objective: (id: string) => string;
  /** Steps of a failover. */
  readonly failover: (id: string) => readonly string[];
  readonly data: (id: string) => DataNames;
}

/** What the recovery of a tier's data is made from. */
export interface DataNames {
  readonly points: (from: RecoveryPoint['from']) => readonly string[];
  readonly restore: readonly string[];
  readonly disks: readonly string[];
  readonly bursts: readonly string[];
}

const machine = 'failures.machine.unavailability';
export const placementNames = ['spread', 'machinesPerRack', 'racksPerPower', 'powersPerSwitch'].map(
  (each) => `placement.${each}`,
);

/** Reads from a plan and the parts of its model what reaches which tier. */
export function reachOf(parts: Parts, made: AvailabilityPlan): Reach {
  const { facts, causes, spec } = parts;
  const tiers = new Map(facts.map((tier) => [tier.id, tier]));
  const measured = made.evidence !== undefined;
  const inputs = made.inputs.map(({ name }) => name);
  const failing = (level: string) =>
    inputs.filter((name) => new RegExp(`^failures\\.${level}(\\.\\w+)?\\.unavailability$`).test(name));
  const places = ['rack', 'power', 'switch', 'zone', 'region'].flatMap(failing);
  const of = (id: string) => tiers.get(id) as TierFacts;
  const needs = (id: string, question: Question) => [
    ...(question === 'steady' && of(id).rule === 'load' ? ['workload.traffic'] : []),
    ...machinesOf(parts, of(id)),
  ];
  const shared = (id: string): string[] => [
    machine,
    ...places,
    ...placementNames,
    'domains.zones',
    ...causes
      .filter((cause) => cause.rate > 0 && cause.tiers.includes(id))
      .map(({ kind }) => `causes.${kind}.unavailability`),
    ...(of(id).host === undefined ? [numberName(id, 'grey')] : []),
    ...(parts.failovers.has(id) ? [numberName(id, 'failover.unavailability')] : []),
  ];
  const needed = namesIn(dependencyOf(spec, facts));
  const whole = (what: string) => (question: Question) => [
    'dependencies',
    ...needed.map((id) => numberName(id, what, question)),
  ];
  const either =
    (what: string, own: (id: string, question: Question) => readonly string[]) =>
    (id: string, question: Question) => {
      // Within a mission the long run is read.
      const read = question === 'mission' ? 'steady' : question;
      return id === 'service' ? whole(what)(read) : own(id, read);
    };
  return {
    naive: either('naive', (id) => [machine, countName(parts, of(id))]),
    independent: either('independent', (id, question) => [machine, ...needs(id, question)]),
    correlated: either('correlated', (id, question) => [...needs(id, question), ...shared(id)]),
    shared,
    cause: (title) => causeNames(parts, title, failing, shared),
    repairs: inputs.filter((name) => /^failures\.(?!grey\.).*\.repair$/.test(name)),
    observed: (id) => (measured ? ['incidents'] : observedNames(parts, id)),
    objective: (id) => (id === 'service' ? 'objectives.availability.target' : `${id}.objective`),
    failover: (id) => inputs.filter((name) => name.startsWith(`${id}.failover.`)),
    data: (id) => dataNames(parts, of(id), inputs),
  };
}

function dataNames(parts: Parts, facts: TierFacts, inputs: readonly string[]): DataNames {
  const { id } = facts;
  const { plan, spec } = parts;
  const tier = spec.tiers.find((each) => each.id === id);
  const own = inputs.filter((name) => name.startsWith(`${id}.data.`));
  const restore = [
    ...inputs.filter((name) => name.startsWith('restore.')),
    ...own.filter((name) => /\.(?:bytes|network|restoreBandwidth)$/.test(name)),
    ...[countName(parts, facts)].filter((name) => plan.quantities.has(name)),
  ];
  const isAsynchronous = tier?.data?.replication.value === 'asynchronous';
  const points: Record<RecoveryPoint['from'], readonly string[]> = {
    replica: ['replication', ...(isAsynchronous ? ['lagWorst'] : [])],
    log: ['logEvery', 'backupEvery'],
    backup: ['backupEvery', 'backupTakes'],
    nothing: ['replication'],
  };
  const made = [`${id}.data.replication`];
  const disks = ['durability.disk', ...own.filter((name) => name.endsWith('.rebuild')), 'mission.length'];
  return {
    points: (from) =>
      points[from]
        .map((what) => `${id}.data.${what}`)
        .filter((name) => own.includes(name) || made.includes(name)),
    restore,
    disks: [`${id}.data.copies`, ...disks],
    bursts: [`${id}.data.copies`, ...disks, 'durability.burst', 'durability.lethality', 'domains.zones'],
  };
}

function observedNames({ spec }: Parts, id: string): string[] {
  const seen = spec.tiers.find((tier) => tier.id === id)?.observed ?? {};
  return Object.keys(seen).map((each) => `tiers.${id}.observed.${each}`);
}

/** The count of a tier, or of the one whose machines it runs on. */
function countName({ plan }: Parts, { id, host = id }: TierFacts): string {
  return plan.tiers.find((tier) => tier.id === host)?.names.count ?? `${host}.count`;
}

/** What decides how many machines there are and how many are needed. */
function machinesOf(parts: Parts, facts: TierFacts): string[] {
  const { rule, host = facts.id } = facts;
  const names = [`${host}.load`, `${host}.machine.cores`];
  const rules = {
    load: names,
    'write quorum': [`${host}.replicas`, `${host}.writeQuorum`],
    majority: [],
    all: [],
  };
  return [countName(parts, facts), ...rules[rule].filter((name) => parts.plan.quantities.has(name))];
}

const levels: Readonly<Record<string, string>> = {
  'single machines': 'machine',
  racks: 'rack',
  power: 'power',
  switches: 'switch',
  zones: 'zone',
  'zone overheating': 'zone',
  'zone router': 'zone',
  region: 'region',
};

function causeNames(
  { causes, failovers, facts }: Parts,
  title: string,
  failing: (level: string) => string[],
  shared: (id: string) => string[],
): string[] {
  const level = levels[title];
  const kind = causes.find((cause) => cause.title === title)?.kind;
  if (kind !== undefined) return [`causes.${kind}.unavailability`];
  if (level !== undefined) {
    const all = failing(level);
    const part = title.split(' ')[1];
    const own = all.filter((name) => name.split('.')[2] === part);
    return own.length > 0 ? own : all;
  }
  if (title === 'failover')
    return [...failovers.keys()].map((id) => numberName(id, 'failover.unavailability'));
  // Grey machines.
  return facts.flatMap(({ id }) => shared(id).filter((name) => name === numberName(id, 'grey')));
}

/** Tiers of an expression, each once. */
export function namesIn(at: Dependency): string[] {
  if (typeof at === 'string') return [at];
  const parts = 'and' in at ? at.and : 'or' in at ? at.or : at.of;
  return [...new Set(parts.flatMap(namesIn))];
}
