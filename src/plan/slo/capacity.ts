import type { TierFacts } from '../availability/tier-facts.ts';
import type { Model } from './mode.ts';
import { pathCapacity, pathShare } from './path.ts';
import { perhaps } from './planned.ts';

/**
 * Capacity of a tier with some of its machines up, over the demand of the peak: n' / load for tiers that share a load,
 * so that max(0, 1 − (n − k) / (n ρ)) of the requests are shed; all or nothing for quorums and for what has no spare.
 */
export function capacityOf({ plan, parts }: Model, facts: TierFacts, up: number): number {
  const { id, rule, host, machines, need } = facts;
  if (rule !== 'load') return up >= Math.min(machines, need(1)) ? Number.POSITIVE_INFINITY : 0;
  const loaded = host ?? id;
  const load = perhaps(plan, `${loaded}.load`) ?? 0;
  const isCores = plan.quantities.get(`${loaded}.load`)?.unit === 'core';
  const perMachine = isCores ? (perhaps(plan, `${loaded}.machine.cores`) ?? 1) : 1;
  // With a host, the machines that are lost are its own.
  const machinesUp = host === undefined ? up : (up * hostMachines(parts.facts, host, machines)) / machines;
  return load > 0 ? (machinesUp * perMachine) / load : Number.POSITIVE_INFINITY;
}

function hostMachines(facts: readonly TierFacts[], host: string, otherwise: number): number {
  return facts.find(({ id }) => id === host)?.machines ?? otherwise;
}

/** Capacity of the path of a request while some tiers have fewer machines up; others lack nothing. */
export function pathCapacityWith(model: Model, up: ReadonlyMap<string, number>): number {
  return pathCapacity(model.path, (tier) => {
    const facts = model.parts.facts.find(({ id }) => id === tier);
    const left = up.get(tier);
    return facts === undefined || left === undefined
      ? Number.POSITIVE_INFINITY
      : capacityOf(model, facts, left);
  });
}

/** Share of the requests that fail while some tiers fail a share of theirs. */
export function pathShareWith({ path }: Model, failing: ReadonlyMap<string, number>): number {
  return pathShare(path, (tier) => failing.get(tier) ?? 0);
}

/** A tier with as many machines up, and those that run on its machines with it. */
export function upWithGuests({ parts }: Model, facts: TierFacts, up: number): Map<string, number> {
  const guests = parts.facts.filter(({ host }) => host === facts.id);
  return new Map([facts, ...guests].map(({ id, machines }) => [id, Math.min(machines, up)]));
}
