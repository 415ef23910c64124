import { binomialPmf } from '../statistics/poisson-binomial.ts';
import type { ReplicaFamily } from './families.ts';
import { requireCount, requireProbability } from './ranges.ts';

/** Parameters of the binomial failure rate model; all are chances at an instant. */
export interface BinomialShock {
  /** A replica is down for causes of its own. */
  readonly own: number;
  /** A shock holds. */
  readonly shock: number;
  /** A replica is taken by a shock that holds, independently of the others. */
  readonly lethality: number;
  /** A shock holds that takes all replicas for certain. */
  readonly lethalShock: number;
}

/**
 * Binomial failure rate: shocks that take each replica with the same chance, and lethal shocks that take all.
 *
 * f = ω·δ_n + (1-ω)·[(1-μ)·Bin(n, q) + μ·Bin(n, q + p(1-q))]; floor ω + (1-ω)μ where p = 1, else ω.
 * q own, μ shock, p lethality, ω lethal shock. Source: Vesely 1977, Atwood 1986 (Technometrics 28).
 * Throws a RangeError for values outside [0, 1].
 */
export function binomialFailureRate(parameters: BinomialShock): ReplicaFamily {
  const { own, shock, lethality, lethalShock } = parameters;
  for (const [name, value] of Object.entries(parameters)) requireProbability(name, value);
  const shocked = own + lethality * (1 - own);
  return mixtureOfBinomials('binomial failure rate', [
    { weight: lethalShock, unavailability: 1 },
    { weight: (1 - lethalShock) * (1 - shock), unavailability: own },
    { weight: (1 - lethalShock) * shock, unavailability: shocked },
  ]);
}

/** One kind of situation: how often it is met and how likely a replica is down in it. */
export interface Situation {
  readonly weight: number;
  readonly unavailability: number;
}

/**
 * Eckhardt and Lee: replicas fail independently given the situation, but situations differ in difficulty.
 *
 * f(k) = Σ_s w_s·C(n,k)·θ_s^k (1-θ_s)^(n-k); P(both of two) = E[θ²] = μ² + Var(θ). Floor: the weight of situations
 * with θ = 1. Source: Eckhardt and Lee, IEEE TSE SE-11 (1985). Weights must add up to 1 (within 1e-9).
 * Throws a RangeError for values outside [0, 1] or another sum.
 */
export function eckhardtLee(situations: readonly Situation[]): ReplicaFamily {
  for (const { weight, unavailability } of situations) {
    requireProbability('weight of a situation', weight);
    requireProbability('unavailability in a situation', unavailability);
  }
  const sum = situations.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new RangeError(`weights of situations must add up to 1, not ${sum}`);
  return mixtureOfBinomials('Eckhardt-Lee', situations);
}

/**
 * Beta-binomial: the difficulty of the situation has a beta distribution with mean p and a = p(1/ρ-1), b = (1-p)(1/ρ-1).
 *
 * f(k) = C(n,k)·B(a+k, b+n-k)/B(a,b), ρ the correlation of two replicas. Floor 0 for ρ < 1, but P(all n) falls only
 * as n^-b: slowly. ρ = 0 is independence, ρ = 1 one common fate (floor p).
 * Source: Griffiths 1973; for disks and nodes Bakkaloglu et al., CMU-CS-02-129 (2002).
 * Throws a RangeError for p or ρ outside [0, 1].
 */
export function betaBinomial(p: number, correlation: number): ReplicaFamily {
  requireProbability('unavailability of a replica', p);
  requireProbability('correlation', correlation);
  const name = 'beta-binomial';
  if (correlation === 0 || p === 0 || p === 1) {
    return mixtureOfBinomials(name, [{ weight: 1, unavailability: p }]);
  }
  if (correlation === 1) {
    return mixtureOfBinomials(name, [
      { weight: p, unavailability: 1 },
      { weight: 1 - p, unavailability: 0 },
    ]);
  }
  return { name, marginal: p, floor: 0, failures: (n) => betaBinomialPmf(n, p, correlation) };
}

/**
 * Logarithms of f by ratios of neighbours from f(0) = Π (b+j)/(a+b+j), so that nothing over- or underflows; everything is
 * multiplied by ρ, because a and b grow without bound as ρ goes to 0.
 */
function betaBinomialPmf(n: number, p: number, rho: number): Float64Array {
  requireCount('number of replicas', n, 1);
  const a = p * (1 - rho);
  const b = (1 - p) * (1 - rho);
  let log = 0;
  for (let j = 0; j < n; j += 1) log += Math.log1p(-a / (a + b + j * rho));
  const pmf = new Float64Array(n + 1);
  pmf[0] = Math.exp(log);
  for (let k = 0; k < n; k += 1) {
    log += Math.log(((n - k) / (k + 1)) * ((a + k * rho) / (b + (n - k - 1) * rho)));
    pmf[k + 1] = Math.exp(log);
  }
  return pmf;
}

function mixtureOfBinomials(name: string, situations: readonly Situation[]): ReplicaFamily {
  const marginal = situations.reduce((sum, { weight, unavailability }) => sum + weight * unavailability, 0);
  const floor = situations.reduce(
    (sum, { weight, unavailability }) => (unavailability === 1 ? sum + weight : sum),
    0,
  );
  return {
    name,
    marginal,
    floor,
    failures(n) {
      requireCount('number of replicas', n, 1);
      const pmf = new Float64Array(n + 1);
      for (const { weight, unavailability } of situations) {
        if (weight === 0) continue;
        binomialPmf(n, unavailability).forEach((value, k) => {
          pmf[k] = (pmf[k] as number) + weight * value;
        });
      }
      return pmf;
    },
  };
}
