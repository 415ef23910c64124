import { requireCount, requireProbability } from '../reliability/ranges.ts';

/**
 * Counts of independent events. All sums have positive terms only, so a tail of 1e-80 keeps its relative accuracy;
 * methods by Fourier transform return noise of 1e-16 there.
 */

/** Values below this are left out: they would be subnormal, which is slow, and change no sum above 1e-280. */
const negligible = 1e-290;

/**
 * Distribution of a binomial count: f(k) = C(n,k) p^k (1-p)^(n-k) for k = 0..n.
 *
 * n: trials; p: chance of each. Computed outwards from the mode by ratios of neighbours and normalised, so nothing
 * over- or underflows; entries below 1e-290 of the mode are 0. Relative error about n·1e-16.
 * Throws a RangeError for n that is not a whole number >= 0 or p outside [0, 1].
 */
export function binomialPmf(n: number, p: number): Float64Array {
  requireCount('number of trials', n);
  requireProbability('probability', p);
  const pmf = new Float64Array(n + 1);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  if (p === 0 || p === 1) {
    pmf[mode] = 1;
    return pmf;
  }
  const odds = p / (1 - p);
  pmf[mode] = 1;
  let sum = 1;
  for (let k = mode, value = 1; k < n && value > negligible; k += 1) {
    value *= ((n - k) / (k + 1)) * odds;
    pmf[k + 1] = value;
    sum += value;
  }
  for (let k = mode, value = 1; k > 0 && value > negligible; k -= 1) {
    value *= k / (n - k + 1) / odds;
    pmf[k - 1] = value;
    sum += value;
  }
  for (let k = 0; k <= n; k += 1) pmf[k] = (pmf[k] as number) / sum;
  return pmf;
}

/**
 * Distribution of the number of independent events that happen: f(k) for k = 0..n (Poisson-binomial).
 *
 * probabilities: the chance of each event. Recursion of Barlow and Heidtmann (IEEE Trans. Reliability R-33, 1984),
 * f_i(k) = (1-p_i) f_{i-1}(k) + p_i f_{i-1}(k-1); n²/2 steps. Throws a RangeError for a chance outside [0, 1].
 */
export function poissonBinomialPmf(probabilities: ArrayLike<number>): Float64Array {
  const n = probabilities.length;
  const pmf = new Float64Array(n + 1);
  pmf[0] = 1;
  // Entries above `top` are still zero; skipping subnormal ones keeps the inner loop fast.
  let top = 0;
  for (let i = 0; i < n; i += 1) {
    const p = probabilities[i] as number;
    requireProbability('probability', p);
    const q = 1 - p;
    pmf[top + 1] = p * (pmf[top] as number);
    for (let k = top; k > 0; k -= 1) pmf[k] = q * (pmf[k] as number) + p * (pmf[k - 1] as number);
    pmf[0] = q * (pmf[0] as number);
    top += 1;
    while (top > 0 && (pmf[top] as number) < negligible) {
      pmf[top] = 0;
      top -= 1;
    }
  }
  return pmf;
}

/**
 * Chance that at least k of the independent events happen.
 *
 * The recursion keeps the counts below k and collects the rest in one state that is never left (n·k steps); all terms
 * are positive. Throws a RangeError for a chance outside [0, 1] or a k that is not a whole number >= 0.
 */
export function atLeast(k: number, probabilities: ArrayLike<number>): number {
  requireCount('number of events', k);
  const n = probabilities.length;
  if (k === 0) return 1;
  if (k > n) return 0;
  const below = new Float64Array(k);
  below[0] = 1;
  let reached = 0;
  for (let i = 0; i < n; i += 1) {
    const p = probabilities[i] as number;
    requireProbability('probability', p);
    reached += p * (below[k - 1] as number);
    for (let j = Math.min(i + 1, k - 1); j > 0; j -= 1) {
      below[j] = (1 - p) * (below[j] as number) + p * (below[j - 1] as number);
    }
    below[0] = (1 - p) * (below[0] as number);
  }
  return reached;
}

/** Sum of the entries from..to-1, smallest first where the tail falls, so that small terms are not lost. */
export function sumBetween(pmf: ArrayLike<number>, from: number, to: number): number {
  const first = Math.max(0, from);
  const last = Math.min(pmf.length, to) - 1;
  let sum = 0;
  const rising = last >= first && (pmf[first] as number) <= (pmf[last] as number);
  if (rising) for (let k = first; k <= last; k += 1) sum += pmf[k] as number;
  else for (let k = last; k >= first; k -= 1) sum += pmf[k] as number;
  return Math.min(1, sum);
}
