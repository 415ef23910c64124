import type { Plan, PlanQuantity, TierPlan } from '../plan/types.ts';

/** A quantity of the plan by its name; throws where the plan names one that it does not have. */
export function quantityOf(plan: Plan, name: string): PlanQuantity {
  const quantity = plan.quantities.get(name);
  if (!quantity) throw new RangeError(`the plan has no quantity ${name}`);
  return quantity;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with its thousands marked: `1,000`. */
export function counted(count: number): string {
  return whole.format(count);
}

/** A count with what is counted: `40 machines`, `1 node`. */
export function countedUnits(count: number, unit: string): string {
  return `${counted(count)} ${count === 1 ? unit : `${unit}s`}`;
}

/**
 * The count behind a quantity, without what is counted; amounts of bytes are no counts and keep their unit. A
 * constraint that no count meets has the count 0.
 */
export function countText(plan: Plan, name: string, count: number): string {
  if (count === 0) return 'none';
  const quantity = plan.quantities.get(name);
  return quantity?.unit === 'B' ? quantity.display : counted(count);
}

/** A tier's count with what is counted; amounts of bytes keep their own unit. */
export function tierCount(plan: Plan, { answers, count, names, counted: unit }: TierPlan): string {
  const quantity = plan.quantities.get(names.count);
  const text = quantity?.unit === 'B' ? quantity.display : countedUnits(count, unit);
  // A global tier is there once; where there is one region, that is no news.
  return plan.regions > 1 && answers.scope === 'global' ? `${text} in all` : text;
}
