import { type CrossingCause, survivorsWithCauses } from './crossing.ts';
import { type DomainChild, type FailureDomain, isDomain } from './domains.ts';
import { type ProbabilityInterval, probabilityBelow } from './domains-distribution.ts';
import type { SurvivorOptions } from './domains-survivors.ts';

/** What the unavailability would be without one cause. */
export interface CauseOwner {
  readonly kind: 'crossing cause' | 'domain event' | 'machines';
  /** Name of the cause or of the events; `machines` for what machines do on their own. */
  readonly name: string;
  readonly without: ProbabilityInterval;
  /** Part of the unavailability that would go: 1 - without / unavailability, by lower bounds. */
  readonly share: number;
}

export interface Ownership {
  readonly unavailability: ProbabilityInterval;
  /** The one whose removal helps most comes first. */
  readonly owners: readonly CauseOwner[];
}

/**
 * Which cause owns the unavailability: the chance of less than `need` capacity, and the same with each cause removed.
 *
 * Events of one name are removed together, in all domains. Shares add up to more than 1 where two causes are needed for
 * an outage (each then owns it), to less where either is enough. Exact as survivorsWithCauses; one evaluation a name.
 * Throws a RangeError as survivorsWithCauses does.
 */
export function unavailabilityOwners(
  root: FailureDomain,
  causes: readonly CrossingCause[],
  need: number,
  options: SurvivorOptions = {},
): Ownership {
  const evaluate = (domain: FailureDomain, others: readonly CrossingCause[]) =>
    probabilityBelow(survivorsWithCauses(domain, others, options).distribution, need);
  const unavailability = evaluate(root, causes);
  const owner = (kind: CauseOwner['kind'], name: string, without: ProbabilityInterval): CauseOwner => {
    const share = unavailability.lower === 0 ? 0 : 1 - without.lower / unavailability.lower;
    return { kind, name, without, share };
  };
  const crossing = [...new Set(causes.map(({ name }) => name))].map((name) =>
    owner(
      'crossing cause',
      name,
      evaluate(
        root,
        causes.filter((cause) => cause.name !== name),
      ),
    ),
  );
  const events = [...eventNames(root)].map((name) =>
    owner('domain event', name, evaluate(withoutEvent(root, name), causes)),
  );
  const machines = owner('machines', 'machines', evaluate(withPerfectMachines(root), causes));
  const owners = [...crossing, ...events, machines].sort((a, b) => b.share - a.share);
  return { unavailability, owners };
}

function eventNames(domain: FailureDomain): Set<string> {
  const names = new Set(domain.events.map(({ name }) => name));
  for (const child of domain.children) {
    if (isDomain(child)) for (const name of eventNames(child)) names.add(name);
  }
  return names;
}

function withoutEvent(domain: FailureDomain, name: string): FailureDomain {
  const children = domain.children.map((child) => (isDomain(child) ? withoutEvent(child, name) : child));
  return { ...domain, children, events: domain.events.filter((event) => event.name !== name) };
}

function withPerfectMachines(domain: FailureDomain): FailureDomain {
  const perfect = (child: DomainChild): DomainChild =>
    isDomain(child) ? withPerfectMachines(child) : { ...child, unavailability: 0 };
  return { ...domain, children: domain.children.map(perfect) };
}
