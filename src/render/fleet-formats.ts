import type { FleetView } from './fleet.ts';
import type { Page } from './palette.ts';

/** The fleet in one of the formats; what lays out tables is loaded only for those who read tables. */
export async function renderFleet(
  view: FleetView,
  format: 'table' | 'markdown' | 'csv' | 'json',
  page: Page,
): Promise<string> {
  if (format === 'json') {
    const { planJson } = await import('./plan-json.ts');
    return `${JSON.stringify(planJson(view.plan, view.cited), null, 2)}\n`;
  }
  const { fleetCsv, fleetMarkdown, fleetText } = await import('./fleet.ts');
  if (format === 'csv') return fleetCsv(view);
  return format === 'markdown' ? fleetMarkdown(view) : fleetText(view, page);
}
