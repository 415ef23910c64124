import { Decimal, decimalOf, exactText } from './decimal.ts';
import { errorBudget } from './objective.ts';

/** An amount as exact decimal text, and as the nearest float for further calculation. */
export interface Exact {
  readonly text: string;
  readonly value: number;
}

/**
 * Time of full outage that an objective allows in a window: b P, exact; 99.9 % of 30 days leaves 2592 s.
 *
 * objective: decimal text inside (0, 1); windowSeconds: P. SRE book, appendix A.
 * Throws a RangeError for an impossible objective or a window that is not above 0.
 */
export function timeBudget(objective: string, windowSeconds: number): Exact {
  return share(objective, 'window', windowSeconds);
}

/**
 * Requests that may fail among those asked in a window: b N, exact; `whole` counts full requests.
 *
 * objective: decimal text inside (0, 1); requests: N, at least 0. SRE workbook, appendix B.
 * Throws a RangeError for an impossible objective or number of requests.
 */
export function requestBudget(objective: string, requests: number): Exact & { readonly whole: number } {
  const allowed = share(objective, 'number of requests', requests, 'zero allowed');
  return { ...allowed, whole: new Decimal(allowed.text).floor().toNumber() };
}

/** What is left of a budget after spending, exact, negative where it is overspent; and the share that is spent. */
export function remaining(budget: Exact, spent: number): Exact & { readonly spentShare: number } {
  const left = new Decimal(budget.text).minus(decimalOf('what was spent', spent));
  return { text: exactText(left), value: left.toNumber(), spentShare: spent / budget.value };
}

function share(objective: string, quantity: string, whole: number, zero?: 'zero allowed'): Exact {
  const all = decimalOf(quantity, whole);
  if (all.lt(0) || (all.eq(0) && zero === undefined)) {
    throw new RangeError(`${quantity} must be ${zero ? 'at least' : 'above'} 0, not ${whole}`);
  }
  const amount = all.times(errorBudget(objective));
  return { text: exactText(amount), value: amount.toNumber() };
}
