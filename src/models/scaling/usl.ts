import { nonNegative, positive } from '../queueing/checks.ts';

/** Universal Scalability Law: throughput of one, contention and coherency. */
export interface UslModel {
  /** Throughput at N = 1, 1/s. */
  readonly lambda: number;
  /** Contention: the share that is serial, from 0 to below 1. */
  readonly sigma: number;
  /** Coherency: cost of each pair that must agree. */
  readonly kappa: number;
}

/** Where an inverse has an answer, or what the model can do at most. */
export type UslInverse =
  | {
      readonly kind: 'feasible';
      readonly concurrency: number;
      readonly throughput: number;
      readonly latency: number;
    }
  | { readonly kind: 'infeasible'; readonly reason: string; readonly limit: number };

/** The largest throughput: reached at a finite N, or only approached (Amdahl), or not bounded. */
export type UslPeak =
  | { readonly kind: 'peak'; readonly concurrency: number; readonly throughput: number }
  | { readonly kind: 'asymptote'; readonly throughput: number }
  | { readonly kind: 'unbounded' };

/**
 * Throughput at concurrency N: X(N) = λ N / (1 + σ(N - 1) + κ N(N - 1)), in 1/s.
 *
 * N: processes, cores or requests in flight, not necessarily whole. Source: Gunther, Guerrilla Capacity Planning, 2007,
 * eq. 4.30 with λ (Gunther and Schwartz). Throws a RangeError for N < 0, λ <= 0, σ outside [0, 1), κ < 0.
 */
export function uslThroughput(model: UslModel, concurrency: number): number {
  return (model.lambda * nonNegative('concurrency', concurrency)) / slowdown(checked(model), concurrency);
}

/** Latency at concurrency N, in s: R(N) = N/X(N) = (1 + σ(N - 1) + κ N(N - 1))/λ (Little). Throws as uslThroughput does. */
export function uslLatency(model: UslModel, concurrency: number): number {
  return slowdown(checked(model), nonNegative('concurrency', concurrency)) / model.lambda;
}

/**
 * Largest throughput: X(N*) = λ/(σ - κ + 2√(κ(1 - σ))) at N* = √((1 - σ)/κ); for κ = 0 the asymptote λ/σ; for σ = κ = 0 none.
 *
 * N* below 1 means that a second process already costs more than it brings. Source: Gunther 2007, eq. 4.33. Throws as uslThroughput does.
 */
export function uslPeak(model: UslModel): UslPeak {
  const { lambda, sigma, kappa } = checked(model);
  if (kappa > 0) {
    // Roots before the quotient: 1/κ overflows for the smallest κ.
    const parallel = Math.sqrt(1 - sigma);
    const coherent = Math.sqrt(kappa);
    const throughput = lambda / (sigma - kappa + 2 * coherent * parallel);
    return { kind: 'peak', concurrency: parallel / coherent, throughput };
  }
  return sigma > 0 ? { kind: 'asymptote', throughput: lambda / sigma } : { kind: 'unbounded' };
}

/**
 * Concurrency that gives throughput X: the smaller root of κN² + (σ - κ - λ/X)N + (1 - σ) = 0.
 *
 * X in 1/s. Infeasible above the largest throughput, which is then the limit. Some published implementations leave κ
 * out of this inverse and are 40 % off near the peak. Throws as uslThroughput does, and for X <= 0.
 */
export function uslAtThroughput(model: UslModel, throughput: number): UslInverse {
  const { lambda, sigma, kappa } = checked(model);
  positive('throughput', throughput);
  const linear = lambda / throughput + kappa - sigma;
  const peak = uslPeak(model);
  const beyond = peak.kind === 'peak' ? throughput > peak.throughput : linear <= 0;
  if (beyond && peak.kind !== 'unbounded') {
    return {
      kind: 'infeasible',
      reason: 'throughput above the largest of the model',
      limit: peak.throughput,
    };
  }
  // At the peak itself rounding may leave a discriminant just below 0.
  const discriminant = Math.max(0, linear * linear - 4 * kappa * (1 - sigma));
  // The root in this form does not cancel and holds for κ = 0 too.
  const concurrency = (2 * (1 - sigma)) / (linear + Math.sqrt(discriminant));
  return { kind: 'feasible', concurrency, throughput, latency: concurrency / throughput };
}

/**
 * Concurrency and throughput at latency R: the positive root of κN² + (σ - κ)N + (1 - σ - λR) = 0, and X = N/R.
 *
 * R in s. Infeasible at or below R(0) = (1 - σ)/λ, which is then the limit; with σ = κ = 0 latency is 1/λ at every N,
 * so no latency decides N. Some published implementations swap σ and κ here. Throws as uslThroughput does, and for R <= 0.
 */
export function uslAtLatency(model: UslModel, latency: number): UslInverse {
  const { lambda, sigma, kappa } = checked(model);
  positive('latency', latency);
  const constant = lambda * latency - (1 - sigma);
  if (constant <= 0) {
    return {
      kind: 'infeasible',
      reason: 'latency below the least of the model',
      limit: (1 - sigma) / lambda,
    };
  }
  if (sigma === 0 && kappa === 0) {
    return { kind: 'infeasible', reason: 'latency does not depend on concurrency', limit: 1 / lambda };
  }
  const linear = sigma - kappa;
  const root = Math.sqrt(linear * linear + 4 * kappa * constant);
  // Two forms of the same root; each adds numbers of one sign.
  const concurrency = linear >= 0 ? (2 * constant) / (linear + root) : (root - linear) / (2 * kappa);
  return { kind: 'feasible', concurrency, throughput: concurrency / latency, latency };
}

function slowdown({ sigma, kappa }: UslModel, n: number): number {
  return 1 + sigma * (n - 1) + kappa * n * (n - 1);
}

function checked(model: UslModel): UslModel {
  positive('throughput at concurrency 1 (lambda)', model.lambda);
  nonNegative('coherency (kappa)', model.kappa);
  if (!(model.sigma >= 0 && model.sigma < 1))
    throw new RangeError(`contention (sigma) must lie in [0, 1), not ${model.sigma}`);
  return model;
}
