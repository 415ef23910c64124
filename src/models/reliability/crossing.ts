import { condition } from './crossing-homes.ts';
import { nestCauses } from './crossing-nested.ts';
import { type EventLikelihood, eventUnavailability, type FailureDomain } from './domains.ts';
import { classify, type HitFinder } from './domains-classes.ts';
import type { CapacityDistribution } from './domains-distribution.ts';
import { type SurvivorOptions, survivorsOf } from './domains-survivors.ts';
import { ClassTable, type Hit } from './domains-table.ts';
import { requireProbability } from './ranges.ts';

/**
 * Something that takes machines across the domains: a software version, a config push, a poison request, a cohort of
 * clients, an expired certificate, the control plane.
 */
export type CrossingCause = {
  readonly name: string;
  /**
   * Which machines can be hit: for each attribute one of the values. Empty selects all machines.
   * Machines carry their own attributes, those of the domains above them, and `kind: name` of each such domain.
   */
  readonly affects: Readonly<Record<string, readonly string[]>>;
  /** Chance that an affected machine is taken, independently of the others, while the cause holds; 1 by default. */
  readonly share?: number;
} & EventLikelihood;

/** Distribution of surviving capacity, and what it was conditioned on. */
export interface CrossingSurvivors {
  /** What was left out (rare combinations, thin tails) is in its `dropped`. */
  readonly distribution: CapacityDistribution;
  /** Number of combinations of causes that were conditioned on. */
  readonly combinations: number;
}

/** Causes that fit into the bits of a signed 32-bit number. */
const mostCauses = 30;
const crossingTolerance = 1e-12;

/**
 * Distribution of the capacity that is up, with nested domains and independent crossing causes.
 *
 * f = Σ_S P(exactly the causes of S hold)·f_S, with f_S the tree convolution in which a machine that causes of S can
 * hit is down with chance 1 - (1-q)·Π(1-share). Combinations S are taken most probable first until what is left is
 * below half of the tolerance (1e-12); the other half is what convolutions may drop. Both are in `dropped`, so that
 * every reading is an interval that holds the exact value. Causes are conditioned on in the smallest subtree that
 * holds their machines, subtrees that a change of S does not touch are not computed again, combinations that take the
 * same machines are merged, and causes that take exactly one domain become events of it.
 * Tolerance 0 takes all combinations, up to 100,000.
 * Throws a RangeError for more than 30 causes, and as survivors() does.
 */
export function survivorsWithCauses(
  root: FailureDomain,
  causes: readonly CrossingCause[],
  options: SurvivorOptions = {},
): CrossingSurvivors {
  const { tolerance = crossingTolerance } = options;
  requireProbability('tolerance', tolerance);
  if (causes.length > mostCauses) {
    throw new RangeError(`number of crossing causes must be at most ${mostCauses}, not ${causes.length}`);
  }
  const probabilities = causes.map(eventUnavailability);
  const findHits = hitFinder(causes);
  const events = causes.map(({ name }, i) => ({ name, unavailability: probabilities[i] as number }));
  const { root: fleet, nested } = nestCauses(root, events, findHits);
  const crossing = (hits: readonly Hit[]) => hits.filter(({ cause }) => (nested & (1 << cause)) === 0);
  const table = new ClassTable();
  const withCauses = classify(table, fleet, (attributes) => crossing(findHits(attributes)));
  const conditioned = condition(table, withCauses, probabilities, tolerance / 2);
  const distribution = survivorsOf(table, conditioned.root, tolerance / 2);
  return { distribution, combinations: conditioned.combinations };
}

/** Finds the causes whose selection fits a machine's attributes. */
function hitFinder(causes: readonly CrossingCause[]): HitFinder {
  const selections = causes.map(({ name, affects, share = 1 }, cause) => {
    requireProbability(`share of cause ${name}`, share);
    return { cause, share, affects: Object.entries(affects) };
  });
  return (attributes) =>
    selections
      .filter(
        ({ share, affects }) =>
          share > 0 && affects.every(([key, values]) => values.includes(attributes[key] ?? '')),
      )
      .map(({ cause, share }) => ({ cause, share }));
}
