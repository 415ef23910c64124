import { durationText } from '../models/slo/duration.ts';
import { errorBudget } from '../models/slo/objective.ts';
import { identity, recorded, records } from './conventions.ts';
import { binary, call, type Expr, literal, series } from './promql.ts';
import type { Indicator, Rule, ServiceObjective } from './types.ts';

/** All windows that the alerts of an objective look at, shortest first. */
export function windowsOf({ alerts }: Pick<ServiceObjective, 'alerts'>): number[] {
  const all = alerts.flatMap(({ shortSeconds, longSeconds }) => [shortSeconds, longSeconds]);
  return [...new Set(all)].sort((a, b) => a - b);
}

/**
 * Counts and their quotient for every window: events and bad events are recorded by themselves, so that windows, periods
 * and services can be added before anything is divided. No traffic gives no sample instead of 0/0.
 */
export function windowRules(objective: ServiceObjective): Rule[] {
  return windowsOf(objective).flatMap((window) => {
    const labels = { ...identity(objective), window: durationText(window) };
    const total = records.total(window);
    const bad = records.bad(window);
    return [
      recordRule(total, totalOf(objective.indicator, window), labels),
      recordRule(bad, badOf(objective.indicator, window), labels),
      recordRule(records.ratio(window), quotient(bad, total, objective), labels),
    ];
  });
}

/**
 * What the whole period says: sums of the recorded counts, divided once. The mean of recorded ratios, which others take,
 * weighs a quiet hour like a busy one and is NaN for the whole period after minutes without traffic.
 */
export function periodRules(objective: ServiceObjective): Rule[] {
  const [shortest = 0] = windowsOf(objective);
  const over = (metric: string) =>
    call('sum_over_time', series(recorded(metric, objective), objective.periodSeconds));
  const none = binary('>', over(records.total(shortest)), literal('0'));
  const labels = { ...identity(objective), window: durationText(objective.periodSeconds) };
  const ratio = series(recorded(records.periodRatio, objective));
  const budget = errorBudget(objective.objective);
  return [
    recordRule(records.objective, call('vector', literal(objective.objective)), identity(objective)),
    recordRule(records.budget, call('vector', literal(budget)), identity(objective)),
    recordRule(records.periodRatio, binary('/', over(records.bad(shortest)), none), labels),
    recordRule(records.budgetLeft, binary('-', literal('1'), binary('/', ratio, literal(budget))), labels),
  ];
}

/** A recording rule of an expression. */
export function recordRule(record: string, expr: Expr, labels: Readonly<Record<string, string>>): Rule {
  return { kind: 'record', record, expr: expr.text, labels, reads: expr.reads };
}

function quotient(bad: string, total: string, objective: ServiceObjective): Expr {
  const some = binary('>', series(recorded(total, objective)), literal('0'));
  return binary('/', series(recorded(bad, objective)), some);
}

function totalOf({ total }: Indicator, window: number): Expr {
  return sumOfIncrease(series(total, window));
}

/** Bad events; where no series of them exists yet, none, as long as there is traffic. */
function badOf(indicator: Indicator, window: number): Expr {
  const total = totalOf(indicator, window);
  if (indicator.kind === 'latency') return binary('-', total, sumOfIncrease(series(indicator.good, window)));
  const none = binary('*', literal('0'), total);
  const parts = indicator.bad.map((bad) => binary('or', sumOfIncrease(series(bad, window)), none));
  return parts.reduce((sum, part) => binary('+', sum, part));
}

function sumOfIncrease(range: Expr): Expr {
  return call('sum', call('increase', range));
}
