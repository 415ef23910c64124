import type { BurnAlert } from '../models/slo/burn-alert.ts';
import { durationText } from '../models/slo/duration.ts';
import { alertNames, identity } from './conventions.ts';
import { evaluateAlerts } from './evaluate.ts';
import { counts, eventSeries, type Series } from './example-series.ts';
import { type AlertExpectation, type TestSeries, valuesOf } from './rule-test.ts';
import type { Trace } from './trace.ts';
import type { RuleModel, ServiceObjective } from './types.ts';
import { gridOf } from './window-ratio.ts';

/** Steps with the same number of good and bad events each. */
export interface Phase {
  readonly steps: number;
  readonly good: number;
  readonly bad: number;
}

/** The series that the phases of an objective make, each named once. Kinds of bad events come equally often. */
export function phaseSeries(objective: ServiceObjective, phases: readonly Phase[]): TestSeries[] {
  const { good, bad, badKinds } = eventSeries(objective.indicator);
  const all = new Map([...good, ...bad, ...badKinds].map((series) => [seriesKey(series), series]));
  const has = (list: readonly Series[], key: string) => list.some((series) => seriesKey(series) === key);
  return [...all].map(([key, series]) => ({
    ...series,
    first: 0,
    segments: phases.map((phase) => ({
      steps: phase.steps,
      perStep:
        (has(good, key) ? phase.good : 0) + (has(bad, key) ? phase.bad : 0) + part(phase, badKinds, key),
    })),
  }));
}

/** Whole events of one kind; what cannot be divided goes to the first ones. */
function part({ bad }: Phase, kinds: readonly Series[], key: string): number {
  const at = kinds.findIndex((series) => seriesKey(series) === key);
  if (at === -1) return 0;
  return Math.floor(bad / kinds.length) + (at < bad % kinds.length ? 1 : 0);
}

/**
 * Which alerts of one name fire at given moments of a test, over all objectives of a model: those that share series with
 * the tested one are hurt by its events too. Found by running the rules' meaning over the series.
 */
export function expectedFirings(
  model: RuleModel,
  series: readonly TestSeries[],
  stepSeconds: number,
  name: string,
  moments: readonly number[],
): AlertExpectation[] {
  const read = series.map((each) => ({ series: each, values: valuesOf(each) }));
  const runs = model.objectives.flatMap((objective) => {
    const trace = traceOf(objective, read, stepSeconds);
    const alert = objective.alerts.find((each) => each.name === name);
    if (trace === undefined || alert === undefined) return [];
    const grid = gridOf(trace, stepSeconds);
    const [run] = evaluateAlerts(trace, objective.objective, [alert], grid);
    return run === undefined ? [] : [{ labels: firingLabels(objective, alert), firings: run.firings }];
  });
  return moments.map((at) => ({
    at,
    alert: alertNames.burn(name),
    firing: runs
      .filter(({ firings }) =>
        firings.some(({ firedAt, clearedAt = Infinity }) => firedAt <= at && at < clearedAt),
      )
      .map(({ labels }) => labels),
  }));
}

/** Labels of a firing burn alert. */
export function firingLabels(objective: ServiceObjective, alert: BurnAlert): Record<string, string> {
  return {
    ...identity(objective),
    severity: alert.severity,
    window: durationText(alert.longSeconds),
  };
}

/** What an objective counts of the series; undefined where none of them is its own. */
function traceOf(
  { indicator }: ServiceObjective,
  read: readonly { readonly series: TestSeries; readonly values: readonly number[] }[],
  stepSeconds: number,
): Trace | undefined {
  const length = Math.max(0, ...read.map(({ values }) => values.length));
  const total = new Float64Array(length);
  const part = new Float64Array(length);
  let any = false;
  for (const { series, values } of read) {
    const counted = counts(indicator, series);
    any ||= counted.total;
    if (!counted.total && !counted.bad && !counted.good) continue;
    for (let i = 0; i < length; i += 1) {
      if (counted.total) total[i] = (total[i] as number) + (values[i] as number);
      if (counted.bad || counted.good) part[i] = (part[i] as number) + (values[i] as number);
    }
  }
  if (!any) return undefined;
  const other = total.map((all, i) => all - (part[i] as number));
  return indicator.kind === 'latency'
    ? { start: 0, stepSeconds, good: part, bad: other }
    : { start: 0, stepSeconds, good: other, bad: part };
}

function seriesKey({ metric, labels }: Series): string {
  return `${metric}${JSON.stringify(labels)}`;
}
