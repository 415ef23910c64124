import { Decimal, exactText, readDecimal } from './decimal.ts';

/**
 * Share of bad events that an objective leaves room for, exact: b = 1 − objective, `0.999` gives `0.001`.
 *
 * objective: share of good events as decimal text, inside (0, 1). Floats would leave 0.0010000000000000009.
 * Throws a RangeError for text that is no decimal, and for an objective without room or without a promise.
 */
export function errorBudget(objective: string): string {
  return exactText(new Decimal(1).minus(readObjective(objective)));
}

/** The exact share that a percentage names: `99.9` gives `0.999`. Throws a RangeError unless it lies inside (0, 100). */
export function objectiveOfPercent(percent: string): string {
  const share = exactText(readDecimal('objective', percent).div(100));
  readObjective(share, `${percent} %`);
  return share;
}

/** An objective as percentage, exact: `0.999` gives `99.9`. Throws a RangeError as `errorBudget`. */
export function percentOfObjective(objective: string): string {
  return exactText(readObjective(objective).times(100));
}

/** The decimal of an objective. Throws a RangeError unless it lies inside (0, 1). */
export function readObjective(objective: string, shown: string = objective): Decimal {
  const share = readDecimal('objective', objective);
  if (share.gte(1)) throw new RangeError(`objective must lie below 1 to leave a budget, not ${shown}`);
  if (share.lte(0)) throw new RangeError(`objective must lie above 0 to promise anything, not ${shown}`);
  return share;
}

/**
 * The rule of the extra nine, exact: a critical dependency offers a tenth of the unavailability of its service.
 *
 * `0.9999` gives `0.99999`. Treynor, Dahlin, Rau, Beyer, The Calculus of Service Availability, ACM Queue 15(2), 2017.
 * Throws a RangeError as `errorBudget`.
 */
export function extraNineObjective(objective: string): string {
  const budget = new Decimal(1).minus(readObjective(objective));
  return exactText(new Decimal(1).minus(budget.div(10)));
}
