import { requirePositive, requireProbability } from '../reliability/ranges.ts';
import { Decimal, decimalOf, printedText, readDecimal } from './decimal.ts';
import { errorBudget } from './objective.ts';

/**
 * Burn rate at which a share of the budget is spent within a window: k = p P / L, as decimal text.
 *
 * budgetPercent: 100 p as decimal text; longSeconds: L; periodSeconds: P. A quotient without finite decimal is cut
 * to 12 digits. SRE workbook, chapter 5: 2 % in 1 h of 30 days is 14.4. Throws a RangeError for a share outside
 * (0, 100] or times that are not above 0.
 */
export function factorOfBudget(budgetPercent: string, longSeconds: number, periodSeconds: number): string {
  requirePositive('long window', longSeconds);
  requirePositive('period', periodSeconds);
  const percent = readDecimal('share of the budget', budgetPercent);
  if (!(percent.gt(0) && percent.lte(100))) {
    throw new RangeError(`share of the budget must lie in (0, 100] %, not ${budgetPercent}`);
  }
  return printedText(percent.times(decimalOf('period', periodSeconds)).div(100).div(longSeconds));
}

/** Share of the budget that a burn rate spends within a window: p = k L / P. Throws a RangeError unless all are above 0. */
export function budgetSpent(factor: number, seconds: number, periodSeconds: number): number {
  requirePositive('burn rate', factor);
  requirePositive('window', seconds);
  requirePositive('period', periodSeconds);
  return (factor * seconds) / periodSeconds;
}

/** Time in which a burn rate spends the whole budget: P / k. Throws a RangeError unless both are above 0. */
export function exhaustionTime(factor: number, periodSeconds: number): number {
  requirePositive('burn rate', factor);
  requirePositive('period', periodSeconds);
  return periodSeconds / factor;
}

/** Burn rate of an error ratio: e / b. Throws a RangeError for ratios outside [0, 1] or a budget of 0. */
export function burnRateOf(errorRatio: number, budget: number): number {
  requireProbability('error ratio', errorRatio);
  requireProbability('error budget', budget);
  requirePositive('error budget', budget);
  return errorRatio / budget;
}

/** Highest burn rate that exists, that of a full outage: 1 / b. An alert with this factor or more never fires. */
export function highestBurnRate(objective: string): number {
  return new Decimal(1).div(errorBudget(objective)).toNumber();
}
