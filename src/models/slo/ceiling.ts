import { requireCount, requirePositive, requireProbability } from '../reliability/ranges.ts';

/** A dependency without which the service answers nothing. The same name at any depth is the same dependency. */
export interface CriticalDependency {
  readonly name: string;
  /** Share of time or requests in which it fails, as it promises or as it was measured. */
  readonly unavailability: number;
}

export interface Ceiling {
  /** Least unavailability that the service can have, however good it is itself. */
  readonly unavailability: number;
  /** The sum of the unavailabilities: what a calculation by hand gives, never below the exact value. */
  readonly sum: number;
  /** The dependencies that count, each once. */
  readonly counted: readonly CriticalDependency[];
}

/**
 * What dependencies leave at best: u = 1 − Π (1 − u_i) over distinct critical dependencies in series.
 *
 * Independent failures. Treynor, Dahlin, Rau, Beyer, The Calculus of Service Availability, ACM Queue 15(2), 2017.
 * Throws a RangeError for an unavailability outside [0, 1], and for one name with two values.
 */
export function dependencyCeiling(dependencies: readonly CriticalDependency[]): Ceiling {
  const known = new Map<string, CriticalDependency>();
  for (const each of dependencies) {
    requireProbability(`unavailability of ${each.name}`, each.unavailability);
    const before = known.get(each.name);
    if (before !== undefined && before.unavailability !== each.unavailability) {
      throw new RangeError(
        `dependency ${each.name} must have one unavailability, not ${before.unavailability} and ${each.unavailability}`,
      );
    }
    known.set(each.name, each);
  }
  const counted = [...known.values()];
  const logUp = counted.reduce((total, { unavailability }) => total + Math.log1p(-unavailability), 0);
  const sum = counted.reduce((total, { unavailability }) => total + unavailability, 0);
  return { unavailability: -Math.expm1(logUp), sum, counted };
}

/** Nodes of a tree of dependencies in which every node at every level needs `fanout` others: (f^levels − 1) / (f − 1). */
export function naiveDependencyTree(fanout: number, levels: number): number {
  requireCount('fan-out', fanout, 1);
  requireCount('number of levels', levels, 1);
  let nodes = 0;
  for (let level = 0; level < levels; level += 1) nodes += fanout ** level;
  return nodes;
}

/** Outages of one kind that a service takes in a window, and the share of the service that each of them takes. */
export interface OutageKind {
  readonly count: number;
  readonly share: number;
}

/**
 * Time in which each outage must be over for the budget to last: budget / Σ count · share.
 *
 * budget: time of full outage, in any unit, which the result has too. The Calculus of Service Availability: 27 min
 * over 1.6 full-outage equivalents leave 17 min. Throws a RangeError for no outage, or a share outside [0, 1].
 */
export function requiredResponse(budget: number, outages: readonly OutageKind[]): number {
  requirePositive('budget', budget);
  let weight = 0;
  for (const { count, share } of outages) {
    requirePositive('number of outages', count, 'zero allowed');
    requireProbability('share of an outage', share);
    weight += count * share;
  }
  requirePositive('number of full-outage equivalents', weight);
  return budget / weight;
}
