import { Decimal } from '../../models/slo/decimal.ts';
import { percentOfObjective } from '../../models/slo/objective.ts';
import { creditExposure, safetyMargin } from '../../models/slo/service-credit.ts';
import type { Spec } from '../../spec/types.ts';
import { lossModes, type ModeCost } from './cost.ts';
import type { Day } from './day.ts';
import type { CreditPlan, ObjectiveBudget } from './types.ts';

/** Months are billed; thirty days stand for one. */
const monthSeconds = 30 * 86_400;
/** Steps lie far out, where a cell less or more is a small part of the chance. */
const cells = 200;

/** What the agreement of the spec is expected to cost, from the losses of the ledger; undefined where there is none. */
export function creditsOf(
  { objectives: { sla } }: Spec,
  { objective }: ObjectiveBudget,
  costs: readonly ModeCost[],
  day: Day,
): CreditPlan | undefined {
  if (sla === undefined) return undefined;
  const steps = sla.value.map(({ below, credit }) => ({
    belowPercent: percentOfObjective(below.exact),
    creditPercent: new Decimal(credit.exact).times(100).toFixed(),
  }));
  const modes = costs.flatMap((cost) => lossModes(cost, monthSeconds, day.meanRate * monthSeconds));
  return {
    ...creditExposure(steps, modes, 0, cells),
    margin: safetyMargin(percentOfObjective(objective), steps),
    monthSeconds,
  };
}
