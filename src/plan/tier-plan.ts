import type { Spec } from '../spec/types.ts';
import { never, type TierConstraint, type TierModel } from '../tiers/tier.ts';
import { parseUnit } from '../units/unit.ts';
import { baseValue } from './facts.ts';
import type { PlanConstraint, TierPlan } from './types.ts';

type Values = ReadonlyMap<string, number>;

/** One tier of the plan: its count, every constraint, and which of them bind. */
export function planTier(tier: TierModel, spec: Spec, values: Values): TierPlan {
  const given = spec.tiers.find(({ id }) => id === tier.id);
  const count = baseValue({ values }, tier.names.count);
  const constraints = tier.constraints.map((constraint) => planConstraint(tier, constraint, count, values));
  const explained = constraints.some(({ binding }) => binding);
  return {
    id: tier.id,
    title: given?.title ?? tier.title,
    counted: tier.counted,
    count: countIn(tier, count),
    names: tier.names,
    constraints: explained ? constraints : [...constraints, ownFormula(tier, count)],
    highlights: tier.highlights.filter((name) => values.has(name)),
    answers: given?.answers ?? {},
    ...(given?.onOverload === undefined ? {} : { onOverload: given.onOverload.value }),
  };
}

function planConstraint(
  tier: TierModel,
  { kind, quantity, when, meaning }: TierConstraint,
  count: number,
  values: Values,
): PlanConstraint {
  const required = when === undefined || (when !== never && baseValue({ values }, when) !== 0);
  const own = baseValue({ values }, quantity);
  return {
    kind,
    quantity,
    count: countIn(tier, own),
    required,
    binding: required && own === count,
    meaning,
  };
}

/** A count that no constraint explains was set by the user. */
function ownFormula(tier: TierModel, count: number): PlanConstraint {
  return {
    kind: 'own formula',
    quantity: tier.names.count,
    count: countIn(tier, count),
    required: true,
    binding: true,
    meaning: 'set by the user in place of the largest constraint',
  };
}

/** A count in what the tier counts: machines are whole numbers, TB have a factor of their own. */
function countIn({ counted }: TierModel, base: number): number {
  return counted === 'TB' ? base / parseUnit('TB').factor : base;
}
