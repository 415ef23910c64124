import type { AvailabilityView } from './availability.ts';
import type { Page } from './palette.ts';

/** The availability in one of the formats; what lays out tables is loaded only for those who read tables. */
export async function renderAvailability(
  view: AvailabilityView,
  format: 'table' | 'markdown' | 'csv' | 'json',
  page: Page,
): Promise<string> {
  if (format === 'json') {
    const { availabilityJson } = await import('./availability-json.ts');
    return `${JSON.stringify(availabilityJson(view.availability, view.question), null, 2)}\n`;
  }
  const { availabilityCsv, availabilityMarkdown, availabilityText } = await import('./availability.ts');
  if (format === 'csv') return availabilityCsv(view);
  return format === 'markdown' ? availabilityMarkdown(view) : availabilityText(view, page);
}
