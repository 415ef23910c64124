import type { Plan } from '../types.ts';

/** A quantity that every plan has, in base units. Throws a RangeError where it is missing. */
export function planned(plan: Plan, name: string): number {
  const found = plan.quantities.get(name);
  if (found === undefined) throw new RangeError(`the plan has no quantity ${name}`);
  return found.value;
}

/** A quantity that a plan may have. */
export function perhaps(plan: Plan, name: string): number | undefined {
  return plan.quantities.get(name)?.value;
}

/** Decimal text of a quantity: the shortest that reads back as the same float is what the user wrote. */
export function plannedText(plan: Plan, name: string): string {
  return String(planned(plan, name));
}
