import { type FailoverPolicy, failoverCost } from '../reliability/failover-election.ts';
import { requirePositive } from '../reliability/ranges.ts';
import { chanceOfMiss } from './miss-chance.ts';

/** What losses of a primary cost an objective under one way of mending them. */
export interface FailoverBudget {
  /** Mean time without a primary per loss, in seconds. */
  readonly outage: number;
  /** Share of the budget that one loss spends. */
  readonly perLoss: number;
  /** Share of the budget that the expected losses of a period spend. */
  readonly expected: number;
  /** Whole losses that a period's budget pays for. */
  readonly lossesPaid: number;
  /** Chance that the losses of a period alone spend more than the budget. */
  readonly missChance: number;
}

/**
 * Sets a failover against the budget of a period: one loss costs t / (b P), and ⌊b P / t⌋ of them fit.
 *
 * policy: times in seconds; lossesPerPeriod: expected, Poisson; budgetSeconds: b P. One manual failover of an hour
 * spends 139 % of a month at 99.9 %. Throws a RangeError for negative times or a budget that is not above 0.
 */
export function failoverBudget(
  policy: FailoverPolicy,
  lossesPerPeriod: number,
  budgetSeconds: number,
): FailoverBudget {
  requirePositive('budget', budgetSeconds);
  requirePositive('losses of the primary', lossesPerPeriod, 'zero allowed');
  const { outage } = failoverCost(policy, 0);
  const perLoss = outage / budgetSeconds;
  const miss = chanceOfMiss([{ perPeriod: lossesPerPeriod, losses: [{ loss: perLoss, weight: 1 }] }], 1);
  return {
    outage,
    perLoss,
    expected: perLoss * lossesPerPeriod,
    lossesPaid: outage === 0 ? Infinity : Math.floor((budgetSeconds * (1 + 1e-12)) / outage),
    missChance: miss.high,
  };
}
