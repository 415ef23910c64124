import { Decimal, decimalOf, exactText, readDecimal } from './decimal.ts';

/** How the budget of a system is divided among its tiers. Shares are decimal texts of the whole budget. */
export type SplitRule =
  /** Every tier gets the share that was decided for it; what the shares leave stays unallocated. */
  | { readonly kind: 'given'; readonly shares: readonly { readonly name: string; readonly share: string }[] }
  /** Every tier gets as much as any other. */
  | { readonly kind: 'equal'; readonly names: readonly string[] }
  /** Every tier gets in proportion to what its model says that it will cost. */
  | { readonly kind: 'cost'; readonly costs: readonly { readonly name: string; readonly cost: number }[] };

export interface BudgetPart {
  readonly name: string;
  /** Unavailability that the part may have, exact. */
  readonly budget: string;
  readonly objective: string;
}

export interface BudgetSplit {
  readonly parts: readonly BudgetPart[];
  /** Budget that no part has, exact; parts and this add up to the whole without remainder. */
  readonly unallocated: string;
}

/** Digits of a share that does not end, such as a third. */
const shareDigits = 15;

/**
 * Divides an error budget over the parts of a system in series, so that the parts and what is unallocated add up to
 * it exactly.
 *
 * Unavailabilities of parts in series add up (to second order, and always on the safe side). A share that has no
 * finite decimal is cut after 15 digits, and the last part takes what the cuts leave.
 * budget: decimal text; reserve: share of it that no part gets. Throws a RangeError for shares that exceed the whole,
 * a name given twice, no part at all, or costs that are negative or all zero.
 */
export function splitBudget(budget: string, rule: SplitRule, reserve = '0'): BudgetSplit {
  const whole = readDecimal('error budget', budget);
  const kept = readDecimal('reserve', reserve);
  if (!(whole.gt(0) && whole.lt(1)))
    throw new RangeError(`error budget must lie inside (0, 1), not ${budget}`);
  if (!(kept.gte(0) && kept.lt(1))) throw new RangeError(`reserve must lie in [0, 1), not ${reserve}`);
  const shares = rule.kind === 'given' ? givenShares(rule.shares, kept) : weighted(weightsOf(rule), kept);
  requireDistinct(shares.map(({ name }) => name));
  const parts = shares.map(({ name, share }) => {
    const own = whole.times(share);
    return { name, budget: exactText(own), objective: exactText(new Decimal(1).minus(own)) };
  });
  const given = parts.reduce((sum, part) => sum.plus(part.budget), new Decimal(0));
  return { parts, unallocated: exactText(whole.minus(given)) };
}

interface Share {
  readonly name: string;
  readonly share: Decimal;
}

function givenShares(shares: readonly { name: string; share: string }[], kept: Decimal): Share[] {
  const read = shares.map(({ name, share }) => ({ name, share: readDecimal(`share of ${name}`, share) }));
  for (const { name, share } of read) {
    if (share.lt(0)) throw new RangeError(`share of ${name} must be at least 0, not ${share}`);
  }
  const sum = read.reduce((total, { share }) => total.plus(share), kept);
  if (sum.gt(1)) throw new RangeError(`shares and reserve must not exceed 1, and add up to ${sum}`);
  return read;
}

function weightsOf(rule: Exclude<SplitRule, { kind: 'given' }>): Share[] {
  if (rule.kind === 'equal') return rule.names.map((name) => ({ name, share: new Decimal(1) }));
  return rule.costs.map(({ name, cost }) => {
    if (!(cost >= 0)) throw new RangeError(`cost of ${name} must be at least 0, not ${cost}`);
    return { name, share: decimalOf(`cost of ${name}`, cost) };
  });
}

function weighted(weights: readonly Share[], kept: Decimal): Share[] {
  const sum = weights.reduce((total, { share }) => total.plus(share), new Decimal(0));
  if (weights.length === 0) throw new RangeError('number of parts must be at least 1, not 0');
  if (sum.eq(0)) throw new RangeError('costs must not all be 0');
  const all = new Decimal(1).minus(kept);
  let left = all;
  return weights.map(({ name, share }, i) => {
    const exact = all.times(share).div(sum);
    const own = i === weights.length - 1 ? left : exact.toDecimalPlaces(shareDigits, Decimal.ROUND_DOWN);
    left = left.minus(own);
    return { name, share: own };
  });
}

function requireDistinct(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`part ${twice} is given twice`);
}
