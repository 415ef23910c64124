import { binomialPmf } from '../statistics/poisson-binomial.ts';
import type { ReplicaFamily } from './families.ts';
import { subsetFailures } from './families-subsets.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/** How the groups behind alpha-factors were tested; it decides what a factor means. */
export type Testing = 'staggered' | 'non-staggered';

/**
 * Beta-factor: a share β of a replica's failures takes all replicas.
 *
 * P(all n down) = βQ + (1 - βQ)·((1-β)Q)^n; floor βQ. Q: unavailability of a replica; β in [0, 1]. The common event
 * and the replica's own are independent, so the marginal βQ + (1-βQ)(1-β)Q is a little below Q (by β(1-β)Q²).
 * Source: Fleming 1975; NUREG/CR-5485 §5. Throws a RangeError for values outside [0, 1].
 */
export function betaFactor(unavailability: number, beta: number): ReplicaFamily {
  requireProbability('unavailability of a replica', unavailability);
  requireProbability('beta', beta);
  const common = beta * unavailability;
  const own = (1 - beta) * unavailability;
  return {
    name: 'beta-factor',
    marginal: common + (1 - common) * own,
    floor: own === 1 ? 1 : common,
    failures(n) {
      requireCount('number of replicas', n, 1);
      const pmf = binomialPmf(n, own).map((value) => (1 - common) * value);
      pmf[n] = (pmf[n] as number) + common;
      return pmf;
    },
  };
}

/**
 * Multiple Greek letter: ρ_2 = β, ρ_3 = γ, ρ_4 = δ, ..., the chance that an event that takes k-1 replicas takes one more.
 *
 * Q_k = Π_{i<=k} ρ_i · (1 - ρ_{k+1}) · Q / C(m-1, k-1), with m = 1 + number of factors and ρ_{m+1} = 0.
 * Source: Fleming and Kalinowski 1983; NUREG/CR-5485 §5. Throws a RangeError for values outside [0, 1].
 */
export function multipleGreekLetter(unavailability: number, factors: readonly number[]): ReplicaFamily {
  return basicParameter('multiple Greek letter', unavailability, greekShares(factors));
}

/**
 * Alpha-factor: α_k is the share of failure events that take k of the m replicas.
 *
 * Staggered testing: Q_k = α_k·Q / C(m-1,k-1). Non-staggered: Q_k = k·α_k·Q / (α_t·C(m-1,k-1)), α_t = Σ kα_k. The two
 * differ by up to the group size for the same numbers, so the testing has to be named.
 * Source: Mosleh and Siu 1987; NUREG/CR-5485 §5. α must add up to 1 (within 1e-9).
 * Throws a RangeError for values outside [0, 1] or another sum.
 */
export function alphaFactor(
  unavailability: number,
  alphas: readonly number[],
  testing: Testing,
): ReplicaFamily {
  return basicParameter(`alpha-factor, ${testing} testing`, unavailability, alphaShares(alphas, testing));
}

/**
 * Phi-factor: Q_k = φ_k·Q for every set of k replicas.
 *
 * It is here because tools offer it. It does not keep the marginal: a replica is down with Σ C(m-1,k-1) φ_k Q, which is
 * more than Q, so the comparison with P^n at the same P is not fair. Throws a RangeError for values outside [0, 1].
 */
export function phiFactor(unavailability: number, phis: readonly number[]): ReplicaFamily {
  let ways = 1;
  const shares = phis.map((phi, i) => {
    requireProbability(`phi ${i + 1}`, phi);
    if (i > 0) ways *= (phis.length - i) / i;
    return phi * ways;
  });
  return basicParameter('phi-factor', unavailability, shares);
}

/** Share of a replica's failures that come in events of k replicas, k = 1.., from Greek letters. They add up to 1. */
export function greekShares(factors: readonly number[]): number[] {
  factors.forEach((factor, i) => {
    requireProbability(`factor ${i + 2}`, factor);
  });
  let reached = 1;
  return Array.from({ length: factors.length + 1 }, (_, i) => {
    const further = factors[i] ?? 0;
    const share = reached * (1 - further);
    reached *= further;
    return share;
  });
}

/** Share of a replica's failures that come in events of k replicas, k = 1.., from alpha-factors. They add up to 1. */
export function alphaShares(alphas: readonly number[], testing: Testing): number[] {
  requireCount('number of alpha-factors', alphas.length, 1);
  alphas.forEach((alpha, i) => {
    requireProbability(`alpha ${i + 1}`, alpha);
  });
  const sum = alphas.reduce((total, alpha) => total + alpha, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new RangeError(`alpha-factors must add up to 1, not ${sum}`);
  if (testing === 'staggered') return alphas.map((alpha) => alpha / sum);
  const mean = alphas.reduce((total, alpha, i) => total + (i + 1) * alpha, 0);
  return alphas.map((alpha, i) => ((i + 1) * alpha) / mean);
}

/** Greek letters that say the same as the shares: ρ_{k+1} = Σ_{j>k} s_j / Σ_{j>=k} s_j. */
export function greekFromShares(shares: readonly number[]): number[] {
  const from = shares.map((_, k) => shares.slice(k).reduce((sum, share) => sum + share, 0));
  return from.slice(1).map((beyond, k) => (beyond === 0 ? 0 : beyond / (from[k] as number)));
}

/**
 * Chance of an event that takes one given set of k replicas and no other: Q_k = s_k·Q / C(m-1, k-1), k = 1..m.
 *
 * shares: s_k, the share of a replica's failures that come in events of k. Throws a RangeError for a Q outside [0, 1].
 */
export function eventProbabilities(unavailability: number, shares: readonly number[]): number[] {
  requireProbability('unavailability of a replica', unavailability);
  let ways = 1;
  return shares.map((share, i) => {
    requirePositive(`share of events of ${i + 1}`, share, 'zero allowed');
    if (i > 0) ways *= (shares.length - i) / i;
    return (share * unavailability) / ways;
  });
}

/**
 * Family of independent events that each take a set of replicas (the basic parameter model).
 *
 * For n above the group size m that was observed, what took all m is assumed to take all n, and what took fewer
 * keeps its share of a replica's failures; for n below m, n of the m are looked at. The floor is s_m·Q.
 */
function basicParameter(name: string, unavailability: number, shares: readonly number[]): ReplicaFamily {
  requireCount('group size', shares.length, 2);
  const events = eventProbabilities(unavailability, shares);
  let ways = 1;
  let up = 0;
  events.forEach((event, i) => {
    if (i > 0) ways *= (shares.length - i) / i;
    up += ways * Math.log1p(-event);
  });
  const last = shares.at(-1) ?? 0;
  return {
    name,
    marginal: -Math.expm1(up) + 0,
    floor: events[0] === 1 ? 1 : last * unavailability,
    failures(n) {
      requireCount('number of replicas', n, 1);
      const extended =
        n <= shares.length ? shares : [...shares.slice(0, -1), ...gap(n - shares.length), last];
      return subsetFailures(eventProbabilities(unavailability, extended), n);
    },
  };
}

function gap(length: number): number[] {
  return new Array<number>(length).fill(0);
}
