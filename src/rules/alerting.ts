import type { BurnAlert } from '../models/slo/burn-alert.ts';
import { budgetSpent } from '../models/slo/burn-rate.ts';
import { Decimal, printedText } from '../models/slo/decimal.ts';
import { durationText } from '../models/slo/duration.ts';
import { errorBudget, percentOfObjective } from '../models/slo/objective.ts';
import { alertNames, identity, recorded, records } from './conventions.ts';
import { binary, call, type Expr, grouped, literal, series } from './promql.ts';
import { windowsOf } from './recording.ts';
import type { Cadence, Rule, ServiceObjective } from './types.ts';

/** One alert for each burn alert of an objective: both windows above factor × budget. */
export function burnRules(objective: ServiceObjective): Rule[] {
  return objective.alerts.map((alert) =>
    alertRule(
      alertNames.burn(alert.name),
      burnCondition(objective, alert),
      alert.forSeconds,
      { ...identity(objective), severity: alert.severity, window: durationText(alert.longSeconds) },
      burnAnnotations(objective, alert),
    ),
  );
}

/**
 * What makes the other alerts worthless when it happens: no data at all, and counts that contradict each other.
 *
 * No data counts as a full outage, so it waits as long as the first alert would take to notice one, with four scrapes
 * on top, in whole minutes. More bad events than events, or fewer than none, is a mistake of the metrics.
 */
export function sanityRules(objective: ServiceObjective, { scrapeSeconds }: Cadence): Rule[] {
  const [shortest = 0] = windowsOf(objective);
  const bad = series(recorded(records.bad(shortest), objective));
  const total = series(recorded(records.total(shortest), objective));
  const labels = { ...identity(objective), window: durationText(shortest) };
  const named = `${objective.service} ${objective.slo}`;
  return [
    alertRule(
      alertNames.absent,
      call('absent', call('sum', series(objective.indicator.total))),
      absentWait(objective, scrapeSeconds),
      { ...labels, severity: 'page' },
      {
        summary: `${named}: no data`,
        description: `No series matches what the objective counts, so none of its alerts can fire. ${objective.description}`,
      },
    ),
    alertRule(
      alertNames.contradiction,
      binary('or', binary('>', bad, total), binary('<', bad, literal('0'))),
      2 * shortest,
      { ...labels, severity: 'ticket' },
      {
        summary: `${named}: the counts contradict each other`,
        description:
          'More events are bad than there are events, or fewer than none: check the metrics of the objective.',
      },
    ),
  ];
}

/** An alerting rule of an expression. */
export function alertRule(
  alert: string,
  expr: Expr,
  forSeconds: number,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): Rule {
  return { kind: 'alert', alert, expr: expr.text, forSeconds, labels, annotations, reads: expr.reads };
}

/** How long data may be missing before somebody is paged, in seconds. */
export function absentWait(objective: ServiceObjective, scrapeSeconds: number): number {
  const budget = errorBudget(objective.objective);
  const noticed = objective.alerts.map(({ factor, longSeconds, forSeconds }) =>
    new Decimal(factor).times(budget).times(longSeconds).plus(forSeconds).toNumber(),
  );
  return Math.ceil((Math.min(...noticed) + 4 * scrapeSeconds) / 60) * 60;
}

function burnCondition(objective: ServiceObjective, alert: BurnAlert): Expr {
  const threshold = grouped(binary('*', literal(alert.factor), literal(errorBudget(objective.objective))));
  const above = (window: number) =>
    binary('>', series(recorded(records.ratio(window), objective)), threshold);
  if (alert.shortSeconds === alert.longSeconds) return above(alert.longSeconds);
  return binary('and', above(alert.longSeconds), above(alert.shortSeconds), ['window']);
}

function burnAnnotations(objective: ServiceObjective, alert: BurnAlert): Record<string, string> {
  const { service, slo, periodSeconds, runbook } = objective;
  const factor = Number(alert.factor);
  const spent = new Decimal(budgetSpent(factor, alert.longSeconds, periodSeconds)).times(100);
  const period = durationText(periodSeconds);
  const left = durationText(Math.max(60, Math.round(periodSeconds / factor / 60) * 60));
  return {
    summary: `${service} ${slo}: the error budget burns at ${alert.factor} times its rate`,
    description:
      `{{ $value | humanizePercentage }} of the events of ${durationText(alert.longSeconds)} were bad; ` +
      `${percentOfObjective(objective.objective)} % good are promised. ` +
      `At this alert's rate ${printedText(spent.toSignificantDigits(3))} % of the budget of ${period} go in ` +
      `${durationText(alert.longSeconds)}, and all of it in ${left}.`,
    ...(runbook === undefined ? {} : { runbook_url: runbook }),
  };
}
