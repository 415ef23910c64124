import type { Logic } from './bdd-logic.ts';
import { analyseFailure, type Importance, type Part, type SystemBehaviour } from './importance.ts';
import { requireCount, requireProbability } from './ranges.ts';

/** When a service works, in terms of parts that work. A part that is not named is one that it can do without. */
export type Requirement =
  | string
  | { readonly and: readonly Requirement[] }
  | { readonly or: readonly Requirement[] }
  | { readonly atLeast: number; readonly of: readonly Requirement[] };

/**
 * When a service is down in terms of parts that are down: the dual of when it works.
 *
 * A series of needed parts fails with any of them; k of n work no longer when n − k + 1 are down.
 * @throws RangeError for an `atLeast` outside 1 … n.
 */
export function failureLogic(requirement: Requirement): Logic {
  if (typeof requirement === 'string') return requirement;
  if ('and' in requirement) return { or: requirement.and.map(failureLogic) };
  if ('or' in requirement) return { and: requirement.or.map(failureLogic) };
  requireCount('atLeast', requirement.atLeast, 1);
  const all = requirement.of.length;
  if (requirement.atLeast > all) {
    throw new RangeError(`atLeast must not exceed its ${all} operands, not ${requirement.atLeast}`);
  }
  return { atLeast: all - requirement.atLeast + 1, of: requirement.of.map(failureLogic) };
}

/** A service and what each of its dependencies may cost it. */
export interface ServiceBehaviour extends SystemBehaviour {
  /** The same expression with every mention of a part taken for a part of its own. */
  readonly sharedCountedApart: number;
}

/**
 * Exact behaviour of a service that needs other parts, shared parts counted once.
 *
 * See `analyseFailure` for equations and limits. `sharedCountedApart` is what a calculation by hand gives when the
 * two paths of a redundant pair go through the same part and nobody notices.
 * @throws RangeError for a part that is not given, an unavailability outside [0, 1], or an impossible `atLeast`.
 */
export function analyseService(
  requirement: Requirement,
  parts: Readonly<Record<string, Part>>,
): ServiceBehaviour {
  return {
    ...analyseFailure(failureLogic(requirement), parts),
    sharedCountedApart: unshared(requirement, parts),
  };
}

function unshared(requirement: Requirement, parts: Readonly<Record<string, Part>>): number {
  const copies: Record<string, Part> = {};
  let mentions = 0;
  const split = (at: Requirement): Requirement => {
    if (typeof at === 'string') {
      const name = `${at}#${mentions++}`;
      copies[name] = parts[at] as Part;
      return name;
    }
    if ('and' in at) return { and: at.and.map(split) };
    if ('or' in at) return { or: at.or.map(split) };
    return { atLeast: at.atLeast, of: at.of.map(split) };
  };
  return analyseFailure(failureLogic(split(requirement)), copies).unavailability;
}

/** How unavailable one part may be for its service to meet an objective, the others as they are. */
export interface DependencyBudget {
  readonly name: string;
  readonly unavailability: number;
  /** Largest unavailability that keeps the service within its objective; negative where not even 0 would. */
  readonly allowed: number;
  readonly met: boolean;
}

/**
 * The budget of each part: U(q_i) = U(perfect) + birnbaum_i q_i is a straight line in q_i, solved for the objective.
 *
 * `objective` is an unavailability. A negative budget means that this part alone cannot mend the service.
 * @throws RangeError for an objective outside [0, 1], and as `analyseService`.
 */
export function dependencyBudgets(
  requirement: Requirement,
  parts: Readonly<Record<string, Part>>,
  objective: number,
): DependencyBudget[] {
  requireProbability('objective unavailability', objective);
  const { unavailability, parts: known } = analyseService(requirement, parts);
  return known.map((part) => budgetOf(part, objective - unavailability / part.riskReduction));
}

/** `left`: what of the objective a perfect part would leave; U / riskReduction is U with a perfect part. */
function budgetOf(part: Importance, left: number): DependencyBudget {
  const unlimited = left >= 0 ? 1 : left;
  const allowed = part.birnbaum > 0 ? Math.min(1, left / part.birnbaum) : unlimited;
  return {
    name: part.name,
    unavailability: part.unavailability,
    allowed,
    met: part.unavailability <= allowed,
  };
}

/**
 * The rule of the extra nine: what a critical dependency should offer so that its share of the budget is small.
 *
 * One tenth of the service's unavailability (Treynor, Dahlin, Rau, Beyer, The Calculus of Service Availability, ACM
 * Queue 15(2), 2017). Ten such dependencies use up the whole budget: see `evenShare`.
 * @throws RangeError for an unavailability outside [0, 1].
 */
export function extraNine(objective: number): number {
  requireProbability('objective unavailability', objective);
  return objective / 10;
}

/**
 * Unavailability that each of n equal critical dependencies may have when they and the service itself, which keeps
 * the share `own` of the budget, together just meet the objective: q = 1 − (1 − U (1 − own))^(1/n).
 *
 * Independent dependencies in series. @throws RangeError for a probability outside [0, 1] or n below 1.
 */
export function evenShare(objective: number, dependencies: number, own = 0): number {
  requireProbability('objective unavailability', objective);
  requireProbability('share of the budget kept for the service itself', own);
  requireCount('number of dependencies', dependencies, 1);
  return -Math.expm1(Math.log1p(-objective * (1 - own)) / dependencies);
}
