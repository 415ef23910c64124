import { alertNumbers, type BurnAlert } from '../models/slo/burn-alert.ts';
import { errorBudget } from '../models/slo/objective.ts';
import { milliseconds, type Trace } from './trace.ts';
import { type Grid, type PrometheusVersion, windowRatios } from './window-ratio.ts';

/** A time during which an alert fired. Without `clearedAt` it still fires at the end of the trace. */
export interface Firing {
  readonly firedAt: number;
  readonly clearedAt?: number;
}

export interface EvaluatedAlert {
  readonly alert: string;
  readonly firings: readonly Firing[];
}

/**
 * Runs burn alerts over a trace as Prometheus would run the rules that are printed for them: at each moment of the grid
 * the alert is active while both windows lie above factor × budget, and fires once it was active for its `for`.
 *
 * The threshold is the float product of both decimals, as in the rule. Throws a RangeError for impossible windows or an
 * impossible objective.
 */
export function evaluateAlerts(
  trace: Trace,
  objective: string,
  alerts: readonly BurnAlert[],
  grid: Grid,
  version: PrometheusVersion = 2,
): EvaluatedAlert[] {
  const budget = Number(errorBudget(objective));
  const known = new Map<number, Float64Array>();
  const ratios = (window: number): Float64Array => {
    const found = known.get(window) ?? windowRatios(trace, window, grid, version);
    known.set(window, found);
    return found;
  };
  return alerts.map((alert) => {
    const { factor, long, short, wait } = alertNumbers(alert);
    const threshold = factor * budget;
    return { alert: alert.name, firings: firingsOf(ratios(long), ratios(short), threshold, wait, grid) };
  });
}

/** NaN is above nothing, so a moment without sample ends an alert, as it does in Prometheus. */
function firingsOf(
  long: Float64Array,
  short: Float64Array,
  threshold: number,
  wait: number,
  grid: Grid,
): Firing[] {
  const firings: Firing[] = [];
  const every = milliseconds(grid.stepSeconds);
  const needed = Math.ceil(milliseconds(wait) / every);
  const time = (at: number) => grid.first + (at * every) / 1000;
  let active = 0;
  let firedAt: number | undefined;
  for (let at = 0; at < grid.count; at += 1) {
    const on = (long[at] as number) > threshold && (short[at] as number) > threshold;
    active = on ? active + 1 : 0;
    if (on && firedAt === undefined && active > needed) firedAt = time(at);
    if (!on && firedAt !== undefined) {
      firings.push({ firedAt, clearedAt: time(at) });
      firedAt = undefined;
    }
  }
  if (firedAt !== undefined) firings.push({ firedAt });
  return firings;
}
