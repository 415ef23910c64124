import type { Spec } from '../spec/types.ts';
import { never, type TierConstraint, type TierModel } from '../tiers/tier.ts';
import type { PlanConstraint, PlanQuantity, TierPlan } from './types.ts';

type Values = ReadonlyMap<string, number>;

/** One tier of the plan: its count, every constraint, and which of them bind. */
export function planTier(
  tier: TierModel,
  spec: Spec,
  quantities: ReadonlyMap<string, PlanQuantity>,
  values: Values,
): TierPlan {
  const given = spec.tiers.find(({ id }) => id === tier.id);
  const count = baseValue(values, tier.names.count);
  const constraints = tier.constraints.map((constraint) =>
    planConstraint(constraint, count, quantities, values),
  );
  const byOverride = !constraints.some(({ binding }) => binding);
  return {
    id: tier.id,
    title: given?.title ?? tier.title,
    counted: tier.counted,
    count: shown(quantities, tier.names.count),
    names: tier.names,
    constraints: byOverride ? [...constraints, ownFormula(tier, quantities)] : constraints,
    highlights: tier.highlights.filter((name) => quantities.has(name)),
    answers: given?.answers ?? {},
    ...(given?.onOverload === undefined ? {} : { onOverload: given.onOverload.value }),
  };
}

function planConstraint(
  { kind, quantity, when, meaning }: TierConstraint,
  count: number,
  quantities: ReadonlyMap<string, PlanQuantity>,
  values: Values,
): PlanConstraint {
  const required = when === undefined || (when !== never && baseValue(values, when) !== 0);
  return {
    kind,
    quantity,
    count: shown(quantities, quantity),
    required,
    binding: required && baseValue(values, quantity) === count,
    meaning,
  };
}

/** A count that no constraint explains was set by the user. */
function ownFormula(tier: TierModel, quantities: ReadonlyMap<string, PlanQuantity>): PlanConstraint {
  return {
    kind: 'own formula',
    quantity: tier.names.count,
    count: shown(quantities, tier.names.count),
    required: true,
    binding: true,
    meaning: 'set by the user in place of the largest constraint',
  };
}

function baseValue(values: Values, name: string): number {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`no quantity ${name} in the sheet`);
  return value;
}

function shown(quantities: ReadonlyMap<string, PlanQuantity>, name: string): number {
  const quantity = quantities.get(name);
  if (quantity === undefined) throw new RangeError(`no quantity ${name} in the plan`);
  return quantity.value;
}
