import type { PlanFacts } from './findings.ts';

/** Value of a quantity in base units; a name that the sheet lacks is a mistake in our code. */
export function baseValue({ values }: Pick<PlanFacts, 'values'>, name: string): number {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`no quantity ${name} in the sheet`);
  return value;
}

/** A quantity as people read it. */
export function shown({ quantities }: Pick<PlanFacts, 'quantities'>, name: string): string {
  const quantity = quantities.get(name);
  if (quantity === undefined) throw new RangeError(`no quantity ${name} in the plan`);
  return quantity.display;
}
