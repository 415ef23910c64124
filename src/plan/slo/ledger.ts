import { lossModes, type ModeCost } from './cost.ts';
import { difference, sumOf } from './exact.ts';
import { lineOf } from './line.ts';
import { type LineLosses, missChance } from './miss.ts';
import type { Ledger, ObjectiveBudget } from './types.ts';

/** Largest share of a budget that one line should take: the quarter of the risk analysis of Google CRE (2017). */
export const lineCap = 0.25;

/**
 * The ledger of a budget. What a line costs is rounded to a millionth of a request once; from there on lines, what is
 * spent and what is unspent are exact decimals that add up to the budget.
 */
export function ledgerOf(
  budget: ObjectiveBudget,
  costs: readonly ModeCost[],
  meanRate: number,
  largestMiss: number,
): Ledger {
  const { requests, seconds, windowSeconds } = budget;
  const drafts = costs.map((cost) =>
    lineOf(cost, { windowSeconds, meanRate, requests, asked: budget.asked.value, cap: lineCap }),
  );
  const spent = {
    requests: sumOf(drafts.map((line) => line.requests)),
    seconds: sumOf(drafts.map((line) => line.seconds)),
  };
  const lines = drafts
    .map((line) => ({
      ...line,
      spentShare: spent.requests.value > 0 ? line.requests.value / spent.requests.value : 0,
    }))
    .sort((a, b) => b.requests.value - a.requests.value);
  return {
    slo: budget.slo,
    objective: budget.objective,
    windowSeconds,
    budget: { requests, seconds },
    lines,
    spent: { ...spent, share: spent.requests.value / requests.value },
    unspent: { requests: difference(requests, spent.requests), seconds: difference(seconds, spent.seconds) },
    cap: lineCap,
    miss: missChance(lossesOf(costs, budget), Number(budget.budget), largestMiss),
  };
}

/** The losses of every line of a budget. */
export function lossesOf(
  costs: readonly ModeCost[],
  { windowSeconds, asked }: ObjectiveBudget,
): LineLosses[] {
  return costs.map((cost) => ({
    mode: cost.mode.mode,
    title: cost.mode.title,
    losses: lossModes(cost, windowSeconds, asked.value),
    steady: cost.mode.steady ?? 0,
  }));
}
