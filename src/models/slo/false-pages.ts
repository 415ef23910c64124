import { requirePositive, requireProbability } from '../reliability/ranges.ts';
import { poissonAtLeast, poissonChance } from '../statistics/poisson.ts';
import { smallestErrorRatio } from './alert-incident.ts';
import { alertNumbers, type BurnAlert } from './burn-alert.ts';

/** Traffic at which an alert is asked how often it fires by chance. */
export interface SteadyTraffic {
  readonly requestsPerSecond: number;
  /** Share of requests that fail although nothing is wrong. */
  readonly errorRatio: number;
}

/** Bad requests that a window must hold for its ratio to exceed the threshold. */
export function badRequestsNeeded(threshold: number, requests: number): number {
  return Math.floor(threshold * requests * (1 + 1e-12)) + 1;
}

/**
 * How often an alert fires per second though errors are only the usual background, exact for the model below.
 *
 * Bad requests come as a Poisson process of rate λ = r e₀, requests at the constant rate r, so a window W fires with
 * m_W = ⌊k b r W⌋ + 1 bad requests. Only an arrival can turn the condition on, and it finds X bad requests in the
 * short window and Y in the rest of the long one, independent Poisson counts. So the rate of beginnings is
 *   λ [ P(X = m_S − 1) P(Y ≥ m_L − m_S) + Σ_{x ≥ m_S} P(X = x) P(Y = m_L − 1 − x) ].
 * Every beginning counts, also of an alert that flickers; evaluation on a grid sees no more than that, and a `for` is
 * neglected: it can only lower the rate. Errors that come in bursts fire more often; those are incidents.
 * Throws a RangeError for a rate that is not above 0, ratios outside [0, 1] or bad windows.
 */
export function falseFiringRate(
  alert: BurnAlert,
  budget: number,
  { requestsPerSecond, errorRatio }: SteadyTraffic,
): number {
  requirePositive('request rate', requestsPerSecond);
  requireProbability('background error ratio', errorRatio);
  const { long, short } = alertNumbers(alert);
  const threshold = smallestErrorRatio(alert, budget);
  if (threshold >= 1 || errorRatio === 0) return 0;
  const badRate = requestsPerSecond * errorRatio;
  const needLong = badRequestsNeeded(threshold, requestsPerSecond * long);
  const needShort = badRequestsNeeded(threshold, requestsPerSecond * short);
  const inShort = badRate * short;
  const inRest = badRate * (long - short);
  const opensShort =
    poissonChance(needShort - 1, inShort) * poissonAtLeast(Math.max(0, needLong - needShort), inRest);
  return badRate * (opensShort + opensLong(needLong, needShort, inShort, inRest));
}

/** Pages (or tickets) by chance in a span of time, such as the 2,592,000 s of 30 days. */
export function falsePages(
  alert: BurnAlert,
  budget: number,
  traffic: SteadyTraffic,
  seconds: number,
): number {
  requirePositive('time', seconds);
  return falseFiringRate(alert, budget, traffic) * seconds;
}

/**
 * Σ_{x ≥ m_S} P(X = x) P(Y = m_L − 1 − x). Terms rise to one largest and fall from it, so they are summed from there
 * outwards until they no longer count.
 */
function opensLong(needLong: number, needShort: number, inShort: number, inRest: number): number {
  const last = needLong - 1;
  if (needShort > last) return 0;
  const mode = Math.round(last * (inShort / (inShort + inRest)));
  const start = Math.min(last, Math.max(needShort, mode));
  const term = (x: number) => poissonChance(x, inShort) * poissonChance(last - x, inRest);
  let sum = term(start);
  for (const step of [1, -1]) {
    for (let x = start + step; x >= needShort && x <= last; x += step) {
      const next = term(x);
      if (next <= sum * 1e-18) break;
      sum += next;
    }
  }
  return sum;
}
