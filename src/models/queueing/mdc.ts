import { mmcMeanWait, offeredLoad, type Pool } from './mmc.ts';
import { smoothSum } from './series.ts';

/** exp(-x) beyond this changes no sum; beyond underflow the wait is 0. */
const negligible = 42;
const underflow = 740;
/** Up to so many terms a plain loop is faster than quadrature. */
const plainLoop = 400;

/**
 * Exact mean wait in queue of M/D/c, in s: Poisson arrivals, c servers, every service takes exactly D.
 *
 *   Wq = (D/a) Σ_{l>=1} (1/l) E[(N_l - l c)+],  N_l ~ Poisson(l a)
 *
 * D: service time (s); a = λ D: offered load. Source: Spitzer's identity on the random walk of the queue seen every
 * D seconds (Crommelin 1932; Franx 2001). All terms are positive, so nothing cancels; the Poisson weights come
 * from the saddle point (Loader 2000), and long sums from Euler-Maclaurin. Relative error below 1e-8 for utilization
 * up to 0.9999 and up to 100,000 servers; 0 where the wait is below 1e-300.
 * Throws a RangeError for impossible input and for a >= c.
 */
export function mdcMeanWait(pool: Pool): number {
  const a = offeredLoad(pool);
  const c = pool.servers;
  if (a === 0) return 0;
  if (c === 1) return mmcMeanWait(pool) / 2;
  const spare = (c - a) / c;
  const decay = c * divergence(spare);
  if (decay > underflow) return 0;
  const term = (l: number) => (weight(l * c, l * decay) * excess(l * c, a / c, spare)) / l;
  return (pool.serviceTime / a) * smoothSum(term, 1, Math.ceil(negligible / decay));
}

/** Poisson weight at k for a mean below k, given the exponent k (ρ - 1 - ln ρ): e^-exponent / (√(2πk) e^δ(k)). */
function weight(k: number, exponent: number): number {
  return Math.exp(-exponent - stirlingError(k)) / Math.sqrt(2 * Math.PI * k);
}

/** E[(N - k)+] / P(N = k) for N ~ Poisson(ρ k): Σ_{i>=1} i Π_{h=1..i} ρ k/(k + h). k need not be whole. */
function excess(k: number, utilization: number, spare: number): number {
  const mean = k * utilization;
  const terms = Math.ceil(Math.min(negligible / spare, 9.5 * Math.sqrt(k) + negligible));
  if (terms > plainLoop) {
    const logMean = Math.log(utilization);
    return smoothSum((i) => i * Math.exp(i * logMean - logRising(k, i)), 1, terms);
  }
  let product = 1;
  let sum = 0;
  for (let i = 1; i <= terms; i += 1) {
    product *= mean / (k + i);
    sum += i * product;
  }
  return sum;
}

/** ln Π_{h=1..i} (k + h)/k, from Stirling's formula with its error terms. */
function logRising(k: number, i: number): number {
  return (k + i + 0.5) * Math.log1p(i / k) - i + stirlingError(k + i) - stirlingError(k);
}

/** ln n! - ln(√(2πn) (n/e)^n): the error of Stirling's formula, for n >= 1 that need not be whole. */
function stirlingError(n: number): number {
  if (n < 16) return stirlingError(n + 1) + (n + 0.5) * Math.log1p(1 / n) - 1;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n;
}

/** ρ - 1 - ln ρ for ρ = 1 - spare, without loss of digits near ρ = 1. */
function divergence(spare: number): number {
  if (spare > 0.1) return -spare - Math.log1p(-spare);
  let power = spare * spare;
  let sum = 0;
  for (let j = 2; power > 1e-18 * sum; j += 1) {
    sum += power / j;
    power *= spare;
  }
  return sum;
}
