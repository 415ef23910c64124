import { requirePositive } from '../reliability/ranges.ts';
import { betaQuantile, normalQuantile } from './distribution-functions.ts';
import { type Estimated, tailOf } from './interval.ts';

/** How the group is tested: all members at once, or in turns. It decides how events weigh in the Greek letters. */
export type TestingScheme = 'staggered' | 'non-staggered';

/** Common-cause parameters of a group of m, estimated from its events. */
export interface AlphaFactorFit {
  /** alpha_k for k = 1..m: share of events that fail exactly k members. */
  readonly alpha: readonly Estimated[];
  /** Σ k·alpha_k, the mean size of an event. */
  readonly meanSize: number;
  /** Greek letters: share of a member's failures that are shared at all, and of those, shared by three or more, ... */
  readonly greek: readonly Estimated[];
  readonly events: number;
}

/**
 * Alpha-factors from the number of events n_k that failed exactly k of m members, k = 1..m.
 *
 * alpha_k = (a_k + n_k) / Σ (a_j + n_j) with Dirichlet prior a (none unless given); intervals are the beta marginals
 * of the posterior, with 1/2 in each class (Jeffreys) where no prior was given. Greek letters are
 * Σ_{k>j} w_k alpha_k / Σ_{k>=j} w_k alpha_k for j = 1..m−1, with w_k = k for non-staggered testing and 1 for
 * staggered; their intervals by the delta method on the logit. Mosleh, Fleming et al., NUREG/CR-5485 (1998), 5.
 * The denominator of alpha is the number of events, not of failed members: a report in circulation prints the latter.
 * Throws a RangeError for fewer than 2 classes, negative counts, or no event.
 */
export function fitAlphaFactors(
  events: readonly number[],
  confidence: number,
  scheme: TestingScheme,
  prior?: readonly number[],
): AlphaFactorFit {
  const m = events.length;
  if (m < 2) throw new RangeError(`a common-cause group needs at least 2 members, not ${m}`);
  if (prior !== undefined && prior.length !== m) {
    throw new RangeError(`the prior has ${prior.length} classes where the group has ${m} members`);
  }
  for (const n of events) requirePositive('number of events', n, 'zero allowed');
  const weights = events.map((n, i) => n + (prior?.[i] ?? 0));
  const total = sum(weights);
  requirePositive('number of events', total);
  const alpha = weights.map((weight) => weight / total);
  const posterior = prior === undefined ? weights.map((weight) => weight + 0.5) : weights;
  const loads = alpha.map((a, i) => (scheme === 'non-staggered' ? (i + 1) * a : a));
  return {
    alpha: alpha.map((value, i) =>
      marginal(value, posterior[i] as number, sum(posterior), total, confidence),
    ),
    meanSize: sum(alpha.map((a, i) => (i + 1) * a)),
    greek: loads.slice(1).map((_, i) => greekLetter(alpha, loads, i + 1, total, confidence)),
    events: sum(events),
  };
}

function marginal(value: number, mass: number, all: number, total: number, confidence: number): Estimated {
  const tail = tailOf(confidence);
  return {
    value,
    standardError: Math.sqrt((value * (1 - value)) / (total + 1)),
    interval: {
      low: mass === 0 ? 0 : betaQuantile(tail, mass, all - mass, 'lower'),
      high: mass === 0 ? 0 : betaQuantile(tail, mass, all - mass, 'upper'),
      confidence,
    },
  };
}

/** Share of the load of classes k > j in that of classes k >= j; `from` is j. */
function greekLetter(
  alpha: readonly number[],
  loads: readonly number[],
  from: number,
  total: number,
  confidence: number,
): Estimated {
  const above = sum(loads.slice(from));
  const whole = sum(loads.slice(from - 1));
  const value = whole === 0 ? 0 : above / whole;
  let variance = 0;
  alpha.forEach((a, i) => {
    if (a === 0 || i < from - 1) return;
    const slope = ((loads[i] as number) / a) * ((i >= from ? 1 : 0) - value);
    variance += (a * slope ** 2) / whole ** 2 / (total + 1);
  });
  const standardError = Math.sqrt(variance);
  return { value, standardError, interval: logitInterval(value, standardError, confidence) };
}

/** On the edge, where the delta method says nothing, the interval is the whole range. */
function logitInterval(value: number, standardError: number, confidence: number): Estimated['interval'] {
  const z = normalQuantile(tailOf(confidence), 'upper');
  if (value <= 0 || value >= 1) return { low: 0, high: 1, confidence };
  const odds = value / (1 - value);
  const factor = Math.exp((z * standardError) / (value * (1 - value)));
  const share = (x: number) => x / (1 + x);
  return { low: share(odds / factor), high: share(odds * factor), confidence };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
