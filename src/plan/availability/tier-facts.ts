import { majorityOf } from '../../models/reliability/quorum.ts';
import type { Plan, TierPlan } from '../types.ts';

/** What the fleet plan says about a tier that matters for its availability. */
export interface TierFacts {
  readonly id: string;
  readonly title: string;
  /** Machines that a request can be served by: all, or those that keep a copy of its record. */
  readonly machines: number;
  /** Machines that there are. */
  readonly nodes: number;
  /** Why so many machines are needed: `load`, or the quorum that must be left. */
  readonly rule: 'load' | 'majority' | 'write quorum' | 'all';
  /** Machines that are needed while the demand is a share of the peak. */
  readonly need: (demand: number) => number;
  /** Tier on whose machines it runs. */
  readonly host?: string;
  /** Allowed unavailability, where the tier promises an availability. */
  readonly objective?: number;
}

/** Facts of every tier that stands on machines; a service bought by the byte is not modelled. */
export function tierFacts(plan: Plan): TierFacts[] {
  return plan.tiers.flatMap((tier) => {
    const machines = machinesOf(plan, tier);
    return machines === undefined || machines < 1 ? [] : [factsOf(plan, tier, machines)];
  });
}

/** Facts with another number of machines: quorums follow it, loads do not. */
export function withMachines(plan: Plan, { id }: TierFacts, machines: number): TierFacts {
  const tier = plan.tiers.find((each) => each.id === id);
  if (tier === undefined) throw new RangeError(`the plan has no tier ${id}`);
  return factsOf(plan, tier, machines);
}

/** The copies of one record as a tier of their own, each on its own machine. */
export function withCopies(facts: TierFacts, copies: number): TierFacts {
  return { ...facts, machines: copies, need: (demand) => Math.min(copies, facts.need(demand)) };
}

function factsOf(plan: Plan, tier: TierPlan, machines: number): TierFacts {
  const host = hostOf(plan, tier);
  const target = tier.answers.guarantees?.availability;
  return {
    id: tier.id,
    title: tier.title,
    nodes: machines,
    ...needOf(plan, host ?? tier, machines),
    ...(host === undefined ? {} : { host: host.id }),
    ...(target === undefined ? {} : { objective: complement(target.exact) }),
  };
}

/** Machines of a tier; undefined where what is counted is no machine. */
function machinesOf(plan: Plan, { id, count, names }: TierPlan): number | undefined {
  const unit = plan.quantities.get(names.count)?.unit;
  if (unit === 'B') return undefined;
  if (unit !== 'core') return Math.round(count);
  return Math.ceil(count / (plan.quantities.get(`${id}.machine.cores`)?.value ?? 1));
}

function needOf(plan: Plan, tier: TierPlan, machines: number): Pick<TierFacts, 'machines' | 'rule' | 'need'> {
  const replicas = value(plan, `${tier.id}.replicas`);
  const write = value(plan, `${tier.id}.writeQuorum`);
  if (replicas !== undefined && write !== undefined) {
    // A request is about one record, and needs a quorum of the machines that keep a copy of it.
    const copies = Math.min(machines, replicas);
    return { machines: copies, rule: 'write quorum', need: () => Math.min(copies, write) };
  }
  if (tier.constraints.some(({ kind, required }) => kind === 'quorum' && required)) {
    const need = majorityOf(machines);
    return { machines, rule: 'majority', need: () => need };
  }
  const load = value(plan, `${tier.id}.load`);
  if (load === undefined) return { machines, rule: 'all', need: () => machines };
  const perMachine =
    unitOf(plan, `${tier.id}.load`) === 'core' ? (value(plan, `${tier.id}.machine.cores`) ?? 1) : 1;
  const need = (demand: number) =>
    Math.min(machines, Math.max(1, Math.ceil((load * demand) / perMachine - 1e-9)));
  return { machines, rule: 'load', need };
}

/** The tier whose count a co-located tier takes over. */
function hostOf(plan: Plan, tier: TierPlan): TierPlan | undefined {
  const beside = tier.constraints.find(({ kind, binding }) => kind === 'co-located' && binding);
  const inputs = beside === undefined ? [] : (plan.quantities.get(beside.quantity)?.inputs ?? []);
  return plan.tiers.find(({ id, names }) => id !== tier.id && inputs.includes(names.count));
}

function value(plan: Plan, name: string): number | undefined {
  return plan.quantities.get(name)?.value;
}

function unitOf(plan: Plan, name: string): string | undefined {
  return plan.quantities.get(name)?.unit;
}

/** 1 - target in decimals: the float subtraction would leave 0.00010000000000000009. */
export function complement(exact: string): number {
  const digits = exact.replace(/^0?\./, '');
  return Number(`${(10n ** BigInt(digits.length) - BigInt(digits)).toString()}e-${digits.length}`);
}
