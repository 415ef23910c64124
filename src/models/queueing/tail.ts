import { nonNegative, share, whole } from './checks.ts';

/**
 * Percentile that each of n parallel parts must meet so that the slowest meets percentile p: p^(1/n).
 *
 * Parts respond independently. Source: Dean and Barroso, The Tail at Scale, CACM 56(2), 2013.
 * Throws a RangeError for p outside [0, 1] or n < 1.
 */
export function leafPercentile(rootPercentile: number, fanOut: number): number {
  share('root percentile', rootPercentile);
  return rootPercentile ** (1 / whole('fan-out', fanOut, 1));
}

/**
 * Chance that the slowest of n parallel parts is late: 1 - (1 - q)^n, through log1p and expm1.
 *
 * q: chance that one part is late; parts are independent. Source and errors as leafPercentile.
 */
export function fanOutLate(late: number, fanOut: number): number {
  share('chance that a part is late', late);
  return -Math.expm1(whole('fan-out', fanOut, 1) * Math.log1p(-late));
}

/**
 * Chance that a hedged request is later than t: P(T > t) below the delay d, P(T > t) P(T' > t - d) from there on.
 *
 * tail: P(T > t) of one attempt; a second attempt starts after d if the first has not answered, independently.
 * t, d in s. Source: Dean and Barroso 2013. The extra load is hedgedExtra(tail, d), which must fit into the tail
 * that was passed. Throws a RangeError for negative times.
 */
export function hedgedLate(tail: (t: number) => number, delay: number, t: number): number {
  nonNegative('hedge delay', delay);
  nonNegative('time', t);
  return t < delay ? tail(t) : tail(t) * tail(t - delay);
}

/** Share of requests that are sent twice when hedged after the delay: P(T > d). Throws a RangeError for d < 0. */
export function hedgedExtra(tail: (t: number) => number, delay: number): number {
  return tail(nonNegative('hedge delay', delay));
}
