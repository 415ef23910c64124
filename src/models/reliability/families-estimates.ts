import { requireCount, requirePositive } from './ranges.ts';

/**
 * Alpha-factors from counts: α_k = (a_k + n_k) / Σ (a_j + n_j).
 *
 * events: n_k, number of failure events that took k of the m replicas, k = 1..m; prior: a_k of a Dirichlet prior (none
 * by default; then it is the maximum-likelihood estimate). Mean of the Dirichlet posterior; NUREG/CR-5485 §5, App. D.
 * Throws a RangeError for negative counts, no event and no prior, or a prior of another length.
 */
export function alphaFromCounts(events: readonly number[], prior: readonly number[] = []): number[] {
  if (prior.length !== 0 && prior.length !== events.length) {
    throw new RangeError(`number of prior weights must be ${events.length}, not ${prior.length}`);
  }
  const weights = events.map((count, i) => {
    requireCount(`number of events of ${i + 1}`, count);
    const weight = prior[i] ?? 0;
    requirePositive(`prior weight of events of ${i + 1}`, weight, 'zero allowed');
    return count + weight;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  requirePositive('number of events', sum);
  return weights.map((weight) => weight / sum);
}

/** What shocks of a group look like: how often they come, seen or not, and how many members they take. */
export interface ShockEstimate {
  /** Chance that a shock takes a given member. */
  readonly lethality: number;
  /** Shocks per hour that took at least one member. */
  readonly visibleRate: number;
  /** Shocks per hour, with those that happened to take nobody. */
  readonly rate: number;
}

/**
 * Maximum-likelihood lethality and rate of binomial shocks, of which those that take nobody are not seen.
 *
 * Solves m·p / (1 - (1-p)^m) = mean size of the events seen; rate = visible rate / (1 - (1-p)^m).
 * events: number of shocks that took k of m members, k = 1..m; exposureHours: hours observed.
 * Source: Atwood 1986 (Technometrics 28). p is 0 where every event took one member; the rate is then unbounded.
 * Throws a RangeError for negative counts, no event, or an exposure that is not above 0.
 */
export function shocksFromCounts(events: readonly number[], exposureHours: number): ShockEstimate {
  requirePositive('exposure', exposureHours);
  const m = events.length;
  let count = 0;
  let members = 0;
  events.forEach((number, i) => {
    requireCount(`number of events of ${i + 1}`, number);
    count += number;
    members += (i + 1) * number;
  });
  requireCount('number of events', count, 1);
  const lethality = solveLethality(m, members / count);
  const visibleRate = count / exposureHours;
  return { lethality, visibleRate, rate: visibleRate / (-Math.expm1(m * Math.log1p(-lethality)) + 0) };
}

/** The mean size of a visible shock rises with p from 1 to m, so halving the interval finds the one root. */
function solveLethality(m: number, mean: number): number {
  if (mean <= 1) return 0;
  if (mean >= m) return 1;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 200 && low < high; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if ((m * middle) / -Math.expm1(m * Math.log1p(-middle)) < mean) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
