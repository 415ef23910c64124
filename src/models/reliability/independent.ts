import { atLeast, binomialPmf, sumBetween } from '../statistics/poisson-binomial.ts';
import { requireCount, requireProbability } from './ranges.ts';

/**
 * Unavailability of parts that all are needed: U = 1 - Π(1 - u_i), through log1p and expm1.
 *
 * u_i: unavailability of each part; parts fail independently. No parts give 0.
 * Throws a RangeError for an unavailability outside [0, 1].
 */
export function seriesUnavailability(unavailabilities: readonly number[]): number {
  let log = 0;
  for (const u of unavailabilities) {
    requireProbability('unavailability', u);
    log += Math.log1p(-u);
  }
  return -Math.expm1(log) + 0;
}

/**
 * Unavailability of n equal parts that all are needed: U = 1 - (1 - u)^n, through log1p and expm1.
 *
 * u: unavailability of each part; parts fail independently. Throws a RangeError for u outside [0, 1] or n < 0.
 */
export function seriesOfEqualUnavailability(n: number, unavailability: number): number {
  requireCount('number of parts', n);
  requireProbability('unavailability', unavailability);
  return n === 0 ? 0 : -Math.expm1(n * Math.log1p(-unavailability)) + 0;
}

/**
 * Unavailability of parts of which one is enough: U = Π u_i.
 *
 * u_i: unavailability of each part; parts fail independently.
 * Throws a RangeError for no part at all or an unavailability outside [0, 1].
 */
export function parallelUnavailability(unavailabilities: readonly number[]): number {
  requireCount('number of parallel parts', unavailabilities.length, 1);
  let product = 1;
  for (const u of unavailabilities) {
    requireProbability('unavailability', u);
    product *= u;
  }
  return product;
}

/**
 * Unavailability of n independent parts of which `needed` must be up: U = P(at least n - needed + 1 are down).
 *
 * Parts may be unequal (Poisson-binomial, Barlow and Heidtmann 1984), positive terms only.
 * Throws a RangeError for needed < 0 or > n, or an unavailability outside [0, 1].
 */
export function kOfNUnavailability(needed: number, unavailabilities: readonly number[]): number {
  requireNeeded(needed, unavailabilities.length);
  return atLeast(unavailabilities.length - needed + 1, unavailabilities);
}

/**
 * Unavailability of n equal independent parts of which `needed` must be up: U = Σ_{j > n-needed} C(n,j) u^j (1-u)^(n-j).
 *
 * u: unavailability of each part. Throws a RangeError as kOfNUnavailability does.
 */
export function kOfEqualUnavailability(needed: number, n: number, unavailability: number): number {
  requireCount('number of parts', n);
  requireNeeded(needed, n);
  return sumBetween(binomialPmf(n, unavailability), n - needed + 1, n + 1);
}

/**
 * Chance that all n replicas are down if nothing connected them: P^n.
 *
 * P: unavailability of one replica. This is what the correlated models are set against, never an answer by itself.
 * Throws a RangeError for P outside [0, 1] or n < 1.
 */
export function naiveUnavailability(p: number, n: number): number {
  requireProbability('unavailability of a replica', p);
  requireCount('number of replicas', n, 1);
  return p ** n;
}

/**
 * Smallest n with P^n < R: the number of replicas that independence would pick.
 *
 * P: unavailability of one replica; R: unavailability that is allowed. Infinity where no n is enough (P = 1 or
 * R = 0). Throws a RangeError for values outside [0, 1].
 */
export function naiveReplicas(p: number, allowed: number): number {
  requireProbability('unavailability of a replica', p);
  requireProbability('allowed unavailability', allowed);
  if (p < allowed) return 1;
  if (p === 1 || allowed === 0) return Number.POSITIVE_INFINITY;
  // The logarithms may miss a boundary by one ulp, so their answer is checked against the power itself.
  let n = Math.max(1, Math.floor(Math.log(allowed) / Math.log(p)) - 1);
  while (p ** n >= allowed) n += 1;
  return n;
}

function requireNeeded(needed: number, n: number): void {
  requireCount('number of parts needed', needed);
  if (needed > n) throw new RangeError(`number of parts needed must be at most ${n}, not ${needed}`);
}
