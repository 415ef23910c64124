import { timeBudget } from '../../models/slo/budget.ts';
import { type SplitRule, splitBudget } from '../../models/slo/budget-split.ts';
import { dependencyCeiling } from '../../models/slo/ceiling.ts';
import { Decimal, exactText } from '../../models/slo/decimal.ts';
import { extraNineObjective } from '../../models/slo/objective.ts';
import type { SplitSpec } from '../../spec/types.ts';
import { complement } from '../availability/tier-facts.ts';
import type { AvailabilityRow } from '../availability/types.ts';
import type { Model } from './mode.ts';
import { criticalTiers } from './path.ts';
import type { ObjectiveBudget, SplitPlan, TierShare } from './types.ts';

/** The budget of the service over the tiers without any of which a request fails, and what their promises leave at best. */
export function splitOf(model: Model, budget: ObjectiveBudget): SplitPlan {
  const { spec, path } = model;
  const critical = criticalTiers(path);
  const { rule, split } = ruleOf(model, spec.objectives.split.value, critical);
  const { parts, unallocated } = splitBudget(budget.budget, rule);
  const tiers = parts.map((part) => shareOf(model, part, budget));
  const extraNine = extraNineObjective(budget.objective);
  return {
    ...{ rule: split, tiers, unallocated, extraNine },
    ...ceilingOf(model, critical, budget),
    outside: tiers.map(({ tier }) => tier).filter((id) => !critical.includes(id)),
    without: critical.filter((id) => !tiers.some(({ tier }) => tier === id)),
    belowExtraNine: critical.filter((id) => {
      const promised = promiseOf(model, id);
      return promised !== undefined && new Decimal(promised).lt(extraNine);
    }),
  };
}

function ruleOf(
  model: Model,
  given: SplitSpec,
  critical: readonly string[],
): { readonly rule: SplitRule; readonly split: SplitPlan['rule'] } {
  if (given.rule === 'given') {
    const shares = given.shares.map(({ tier, share }) => ({ name: tier, share: share.exact }));
    return { rule: { kind: 'given', shares }, split: 'given' };
  }
  const costs = critical.map((name) => ({ name, cost: savedBy(model, name) }));
  const known = costs.some(({ cost }) => cost > 0);
  if (given.rule === 'cost' && known) return { rule: { kind: 'cost', costs }, split: 'cost' };
  return { rule: { kind: 'equal', names: critical }, split: 'equal' };
}

/** Minutes of a window that the service would save if the tier were perfect: what its model says that it costs. */
function savedBy({ availability }: Model, id: string): number {
  return Math.max(0, availability.parts.find((part) => part.id === id)?.minutesSaved ?? 0);
}

function shareOf(
  model: Model,
  part: { readonly name: string; readonly budget: string; readonly objective: string },
  whole: ObjectiveBudget,
): TierShare {
  const row = steadyRow(model, part.name);
  const promised = promiseOf(model, part.name);
  const own = Number(part.budget);
  return {
    tier: part.name,
    title: row?.title ?? part.name,
    ...{ budget: part.budget, objective: part.objective },
    seconds: own > 0 ? timeBudget(part.objective, whole.windowSeconds) : { text: '0', value: 0 },
    share: own / Number(whole.budget),
    ...(row === undefined ? {} : { modelled: row.correlated, fits: row.correlated <= own }),
    ...(promised === undefined
      ? {}
      : { promised, promiseFits: new Decimal(1).minus(promised).lte(part.budget) }),
  };
}

function ceilingOf(
  model: Model,
  critical: readonly string[],
  { objective, budget }: ObjectiveBudget,
): Pick<SplitPlan, 'ceiling'> {
  const promises = critical.flatMap((name) => {
    const promised = promiseOf(model, name);
    return promised === undefined ? [] : [{ name, unavailability: complement(promised) }];
  });
  if (promises.length === 0) return {};
  const { unavailability, counted } = dependencyCeiling(promises);
  const best = Number(exactText(new Decimal(1).minus(unavailability)));
  return {
    ceiling: {
      ...{ unavailability, best, counted },
      met: best >= Number(objective) && unavailability <= Number(budget),
    },
  };
}

function promiseOf({ spec }: Model, id: string): string | undefined {
  return spec.tiers.find((tier) => tier.id === id)?.answers.guarantees?.availability?.exact;
}

function steadyRow({ availability }: Model, id: string): AvailabilityRow | undefined {
  const steady = availability.tables.find(({ question }) => question === 'steady');
  return steady?.rows.find((row) => row.id === id);
}
