import { requirePositive, requireProbability } from '../reliability/ranges.ts';

/**
 * Budget that an outage has spent when an alert that only waits fires: e · for / (b P).
 *
 * The instant rate crosses at once, so the wait is all; 1 h of full outage at 99.9 % of 30 days is 138.9 % of the
 * budget (the SRE workbook's table 5-3 rounds to 140 %). Shares of the period's budget.
 * Throws a RangeError for ratios outside [0, 1] or times that are not above 0.
 */
export function spentWhileWaiting(
  waitSeconds: number,
  budget: number,
  periodSeconds: number,
  errorRatio = 1,
): number {
  requirePositive('waiting time', waitSeconds);
  requirePositive('error budget', budget);
  requirePositive('period', periodSeconds);
  requireProbability('error ratio', errorRatio);
  return (errorRatio * waitSeconds) / (budget * periodSeconds);
}

/**
 * Budget that repeated spikes spend without any alert, since each is over before the wait: undefined where one spike
 * lasts long enough to fire. Throws a RangeError as `spentWhileWaiting`.
 */
export function spentBySpikes(
  spike: { readonly seconds: number; readonly errorRatio: number; readonly count: number },
  waitSeconds: number,
  budget: number,
  periodSeconds: number,
): number | undefined {
  const each = spentWhileWaiting(spike.seconds, budget, periodSeconds, spike.errorRatio);
  return spike.seconds >= waitSeconds ? undefined : each * spike.count;
}
