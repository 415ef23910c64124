import type { AvailabilityView } from './availability.ts';
import type { FleetView } from './fleet.ts';
import { renderFleet } from './fleet-formats.ts';
import type { Page } from './palette.ts';

type PlanView = FleetView & Pick<AvailabilityView, 'availability'>;

/**
 * The whole plan in one of the formats: the fleet, and below it how often it fails; a table of that for people, all of it
 * in a document and as data. CSV is one table, so it holds the fleet alone.
 */
export async function renderPlan(
  view: PlanView,
  format: 'table' | 'markdown' | 'csv' | 'json',
  page: Page,
): Promise<string> {
  const { plan, cited, availability, findings } = view;
  if (format === 'csv') return renderFleet(view, format, page);
  if (format === 'json') {
    const { planJson } = await import('./plan-json.ts');
    const { availabilityJson } = await import('./availability-json.ts');
    return `${JSON.stringify(planJson(plan, cited, availabilityJson(availability)), null, 2)}\n`;
  }
  const fleet = await renderFleet(view, format, page);
  const { availabilityBrief, availabilityMarkdown } = await import('./availability.ts');
  const below = { availability, findings, inputs: false };
  return `${fleet}\n${format === 'table' ? availabilityBrief(below, page) : availabilityMarkdown(below)}`;
}
