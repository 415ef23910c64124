import erfc from '@stdlib/math-base-special-erfc';
import type { PayloadMix } from './types.ts';

/** Upper ends of the classes, as shares of all payloads; finer in the tail, which decides the high percentiles. */
const classEnds = [0.1, 0.25, 0.5, 0.7, 0.85, 0.95, 0.99, 1] as const;

/** How the width of the distribution is known: its 99th percentile in bytes, or standard deviation over mean. */
export type Width = { readonly p99: number } | { readonly spread: number };

/**
 * Classes of a lognormal payload distribution that is cut off at a maximum.
 * ln X ~ N(mu, sigma^2) given X <= max; mu and sigma are found so that the mean of the cut distribution is `mean`
 * and its 99th percentile is `p99`; with `spread` (s / mean before the cut), sigma^2 = ln(1 + spread^2) and only mu
 * is found. A class is represented by the mean of what falls into it, so that the mix has exactly the given mean.
 * Symbols: mean, max, p99 in bytes; spread a ratio. Source: Johnson, Kotz, Balakrishnan, Continuous Univariate
 * Distributions 1 (1994), ch. 14. Holds for 0 < mean < max and mean < p99 <= max, spread > 0.
 * Throws RangeError outside these ranges and where no cut lognormal has that mean, p99 and maximum.
 */
export function lognormalMix(mean: number, max: number, width: Width): PayloadMix {
  if (!(mean > 0 && mean < max))
    throw new RangeError(`mean must lie between 0 and max, got ${mean} of ${max}`);
  const sigma = 'spread' in width ? sigmaOfSpread(width.spread) : sigmaOfP99(mean, max, width.p99);
  const mu = locationOf(mean, max, sigma);
  if (mu === undefined)
    throw new RangeError(`no lognormal of width ${sigma} cut at max has the mean ${mean}`);
  const classes = classesOf(mu, sigma, max);
  // The means of the classes add up to the mean but for rounding; take that out too.
  const sum = classes.reduce((total, each) => total + each.share * each.bytes, 0);
  return {
    classes: classes.map(({ bytes, share }) => ({ bytes: Math.min(max, (bytes * mean) / sum), share })),
    meanBytes: mean,
    maxBytes: max,
  };
}

function sigmaOfSpread(spread: number): number {
  if (!(spread > 0 && Number.isFinite(spread))) throw new RangeError(`spread must be above 0, got ${spread}`);
  return Math.sqrt(Math.log1p(spread * spread));
}

function sigmaOfP99(mean: number, max: number, p99: number): number {
  if (!(p99 > mean && p99 <= max)) throw new RangeError(`p99 must lie between mean and max, got ${p99}`);
  const excess = (sigma: number): number => {
    const mu = locationOf(mean, max, sigma);
    return mu === undefined ? Number.NaN : quantile(0.99, mu, sigma, max) - p99;
  };
  // The percentile rises with the width up to a point; the first width that reaches it is the plain one.
  let narrow = 1e-3;
  for (let wide = 0.05; wide <= 6; wide += 0.05) {
    const there = excess(wide);
    if (Number.isNaN(there)) break;
    if (there >= 0) return bisect(excess, narrow, wide);
    narrow = wide;
  }
  throw new RangeError(`no lognormal cut at ${max} has the mean ${mean} and the p99 ${p99}`);
}

/** The mu at which the cut distribution has the mean; undefined where even a high mu does not reach it. */
function locationOf(mean: number, max: number, sigma: number): number | undefined {
  const excess = (mu: number): number => cutMean(mu, sigma, max) - mean;
  const low = Math.log(mean) - sigma * sigma;
  const high = Math.log(max) + 5 * sigma;
  return excess(high) < 0 || excess(low) > 0 ? undefined : bisect(excess, low, high);
}

function cutMean(mu: number, sigma: number, max: number): number {
  return partialMean(mu, sigma, max) / normalCdf((Math.log(max) - mu) / sigma);
}

/** E[X; X <= x] of the uncut lognormal. */
function partialMean(mu: number, sigma: number, x: number): number {
  return Math.exp(mu + (sigma * sigma) / 2) * normalCdf((Math.log(x) - mu) / sigma - sigma);
}

function quantile(p: number, mu: number, sigma: number, max: number): number {
  if (p >= 1) return max;
  const kept = normalCdf((Math.log(max) - mu) / sigma);
  return Math.exp(mu + sigma * bisect((z) => normalCdf(z) - p * kept, -9, 9));
}

function classesOf(mu: number, sigma: number, max: number): { bytes: number; share: number }[] {
  const kept = normalCdf((Math.log(max) - mu) / sigma);
  let share = 0;
  let below = 0;
  return classEnds.map((end) => {
    const upTo = partialMean(mu, sigma, quantile(end, mu, sigma, max)) / kept;
    const one = { share: end - share, bytes: (upTo - below) / (end - share) };
    share = end;
    below = upTo;
    return one;
  });
}

function normalCdf(z: number): number {
  return erfc(-z * Math.SQRT1_2) / 2;
}

/** Root of an increasing function between two ends, to the last bits. */
function bisect(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let step = 0; step < 100; step += 1) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
