import { requirePositive, requireProbability } from '../reliability/ranges.ts';

/** A constant state of errors, and a worse one that begins in it. Ratios of bad to all events. */
export interface ErrorStates {
  readonly normal: number;
  readonly attack: number;
}

/**
 * Time of the worse state until the window's budget is spent, when every slice of time weighs the same:
 * T = W (b − n) / (a − n). OpenSLO's RatioTimeslices.
 *
 * budget: b, share of bad; window: W in any unit, which the result has too; n, a: error ratios. Infinity where the
 * worse state does not exceed the normal one; 0 where the normal one is beyond the budget already.
 * Throws a RangeError for ratios outside [0, 1].
 */
export function timeToExhaust(budget: number, window: number, { normal, attack }: ErrorStates): number {
  requireStates(budget, window, { normal, attack });
  if (normal >= budget) return 0;
  return attack > normal ? (window * (budget - normal)) / (attack - normal) : Infinity;
}

/**
 * Further events of the worse state until the budget is spent, when every event weighs the same:
 * (n N + a x) / (N + x) = b, so x = N (b − n) / (a − b). OpenSLO's Occurrences.
 *
 * baseline: N, events in the normal state within the window. Infinity where the worse state stays within the budget.
 * Throws a RangeError for ratios outside [0, 1].
 */
export function eventsToExhaust(budget: number, baseline: number, { normal, attack }: ErrorStates): number {
  requireStates(budget, baseline, { normal, attack });
  if (normal >= budget) return 0;
  return attack > budget ? (baseline * (budget - normal)) / (attack - budget) : Infinity;
}

function requireStates(budget: number, whole: number, { normal, attack }: ErrorStates): void {
  requireProbability('error budget', budget);
  requirePositive('window', whole);
  requireProbability('normal error ratio', normal);
  requireProbability('error ratio of the worse state', attack);
}
