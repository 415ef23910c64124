import { sumBetween } from '../statistics/poisson-binomial.ts';
import { requireCount } from './ranges.ts';

/**
 * How equal replicas fail together where no topology is known.
 *
 * A correlation coefficient alone does not say how likely three or more fail together; the family does.
 */
export interface ReplicaFamily {
  readonly name: string;
  /** Chance that one given replica is down. */
  readonly marginal: number;
  /** Limit of the chance that all n are down as n grows: no number of replicas gets below it. */
  readonly floor: number;
  /** f(k) for k = 0..n: the chance that exactly k of n replicas are down. */
  failures(n: number): Float64Array;
}

/**
 * Chance that at least k of n replicas of a family are down.
 *
 * Throws a RangeError for k < 0 or n < 1.
 */
export function atLeastDown(family: ReplicaFamily, k: number, n: number): number {
  requireCount('number of replicas down', k);
  requireCount('number of replicas', n, 1);
  return sumBetween(family.failures(n), k, n + 1);
}

/**
 * Unavailability of n replicas of a family of which `needed` must be up: P(at least n - needed + 1 are down).
 *
 * Throws a RangeError for needed outside 0..n.
 */
export function familyUnavailability(family: ReplicaFamily, needed: number, n: number): number {
  requireCount('number of replicas', n, 1);
  requireCount('number of replicas needed', needed);
  if (needed > n) throw new RangeError(`number of replicas needed must be at most ${n}, not ${needed}`);
  return atLeastDown(family, n - needed + 1, n);
}

/**
 * How many times too good P^n is: P(all n down) / P^n, with P the chance that one replica is down.
 *
 * Computed as a quotient; Infinity where P^n vanishes in binary64 and the family does not. 1 for independent replicas.
 */
export function naiveFactor(family: ReplicaFamily, n: number): number {
  const all = atLeastDown(family, n, n);
  return all === 0 ? 1 : all / family.marginal ** n;
}
