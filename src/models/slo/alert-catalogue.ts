import { requirePositive } from '../reliability/ranges.ts';
import data from './alert-catalogue.json' with { type: 'json' };
import type { AlertSeverity, BurnAlert } from './burn-alert.ts';
import { factorOfBudget } from './burn-rate.ts';
import { durationSeconds } from './duration.ts';

/** A window as duration, or as divisor of the period. */
type WindowEntry = string | number;

interface AlertEntry {
  readonly name: string;
  readonly severity: AlertSeverity;
  /** Either the share of the budget that may go, from which the factor follows, or the factor itself. */
  readonly budgetPercent?: string;
  readonly factor?: string;
  readonly long: WindowEntry;
  readonly short: WindowEntry;
  readonly for?: WindowEntry;
}

/** A published set of alerts, with its source and the period for which it was written. */
export interface AlertCatalogue {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly periodDays: number;
  readonly alerts: readonly AlertEntry[];
}

const known = data.catalogues as readonly AlertCatalogue[];

/** All published sets of burn alerts. */
export function alertCatalogues(): readonly AlertCatalogue[] {
  return known;
}

/**
 * The alerts of a published set for a period: factors follow from the share of the budget, k = p P / L, or windows from
 * the period, rounded to whole minutes, whichever way the set is stated.
 *
 * periodSeconds: P; the set's own period where left out. A short period can round a window to 0 s, which the lints
 * name. Throws a RangeError for a set that is not in the catalogue, or a period that is not above 0.
 */
export function catalogueAlerts(id: string, periodSeconds?: number): BurnAlert[] {
  const found = known.find((each) => each.id === id);
  if (found === undefined) {
    throw new RangeError(`alerts must be one of ${known.map((each) => each.id).join(', ')}, not ${id}`);
  }
  const period = periodSeconds ?? found.periodDays * 86_400;
  requirePositive('period', period);
  return found.alerts.map((entry) => {
    const longSeconds = windowOf(entry.long, period);
    return {
      name: entry.name,
      severity: entry.severity,
      factor: entry.factor ?? factorOfBudget(entry.budgetPercent ?? '', longSeconds, period),
      longSeconds,
      shortSeconds: windowOf(entry.short, period),
      forSeconds: entry.for === undefined ? 0 : windowOf(entry.for, period),
    };
  });
}

function windowOf(entry: WindowEntry, period: number): number {
  return typeof entry === 'string' ? durationSeconds(entry) : Math.round(period / entry / 60) * 60;
}
