import type { AvailabilityPlan, Question } from '../plan/availability/types.ts';
import type { AvailabilityDocument } from './availability-document.ts';

/** The availability as the object of `--json`: exact numbers, null where a number is infinite. */
export function availabilityJson(plan: AvailabilityPlan, question?: Question): AvailabilityDocument {
  const tables = plan.tables.filter((table) => question === undefined || table.question === question);
  return finite({ ...plan, tables }) as AvailabilityDocument;
}

/** A value as JSON can hold it: null where a number is infinite, which JSON does not know. */
export function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, finite(each)]));
}
