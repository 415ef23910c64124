import { durationText } from '../models/slo/duration.ts';
import { absentWait } from './alerting.ts';
import { stepFor } from './burn-scenarios.ts';
import { alertNames, identity, recorded, records } from './conventions.ts';
import { eventSeries } from './example-series.ts';
import { packs } from './packs.ts';
import { selectorText } from './promql.ts';
import { windowsOf } from './recording.ts';
import type { RuleTest, TestSeries } from './rule-test.ts';
import { phaseSeries } from './scenario.ts';
import type { Invariant, RuleModel, Selector, ServiceObjective } from './types.ts';

/** Tests of what must hold whatever burns: data that is missing or contradicts itself, quiet times, and the invariants. */
export function sanityTests(model: RuleModel): RuleTest[] {
  return [
    ...absentTest(model),
    ...quietTests(model),
    ...model.objectives.flatMap((objective) => contradictionTest(model, objective)),
    ...model.invariants.flatMap(invariantTests),
  ];
}

function absentTest(model: RuleModel): RuleTest[] {
  const waits = model.objectives.map((objective) => absentWait(objective, model.cadence.scrapeSeconds));
  if (waits.length === 0) return [];
  const step = 60;
  const all = (at: number) => ({
    at,
    alert: alertNames.absent,
    firing: model.objectives
      .filter((_, i) => (waits[i] as number) <= at)
      .map((objective) => ({ ...shortLabels(objective), severity: 'page' })),
  });
  const first = Math.min(...waits);
  const last = Math.max(...waits);
  return [
    {
      name: 'without any data every objective says so, and none before its time',
      stepSeconds: step,
      // Something must be there for the test to have a length.
      series: [{ metric: 'up', labels: {}, first: 1, segments: [{ steps: last / step + 2, perStep: 0 }] }],
      alerts: [all(first - step), all(last + step)],
      values: [],
    },
  ];
}

/**
 * A busy hour with 1 % errors and a slower one with 10 %, quiet times around both: no sample while it is quiet, and the
 * period counts events, 30 of 1,200, and not the mean of two ratios. Quiet edges make every event count equally often.
 */
function quietTests({ objectives }: RuleModel): RuleTest[] {
  const members = objectives.map((objective) => {
    const [shortest = 300] = windowsOf(objective);
    const step = Math.min(60, stepFor(shortest));
    const hour = Math.ceil(3600 / step);
    const busy = { steps: hour, good: 990, bad: 10 };
    const slower = { steps: hour, good: 180, bad: 20 };
    const quiet = { steps: Math.ceil((shortest + 600) / step), good: 0, bad: 0 };
    const phases = [quiet, busy, quiet, slower, quiet];
    const inside = (2 * quiet.steps + hour - 1) * step;
    const end = phases.reduce((sum, { steps }) => sum + steps, 0) * step;
    const own = (metric: string) => selectorText(recorded(metric, objective));
    return {
      key: String(shortest),
      objective,
      step,
      series: phaseSeries(objective, phases),
      values: [
        { at: inside, expr: own(records.ratio(shortest)) },
        { at: end, expr: `round(1e6 * sum(${own(records.periodRatio)}))`, value: 25_000 },
      ],
    };
  });
  return packs(members).map((pack) => ({
    name: `a time without requests neither counts nor spoils the period: ${pack
      .map(({ objective }) => `${objective.service} ${objective.slo}`)
      .join(', ')}`,
    stepSeconds: pack[0]?.step ?? 60,
    series: pack.flatMap(({ series }) => series),
    alerts: [],
    values: pack.flatMap(({ values }) => values),
  }));
}

/** Only where bad events have a metric of their own can there be more of them than events. */
function contradictionTest(model: RuleModel, objective: ServiceObjective): RuleTest[] {
  const { good, bad, badKinds } = eventSeries(objective.indicator);
  const [shortest = 300] = windowsOf(objective);
  const step = Math.min(60, stepFor(shortest));
  const shared = model.objectives.some(
    (other) => other !== objective && other.indicator.total.metric === objective.indicator.total.metric,
  );
  const [all] = good;
  const part = objective.indicator.kind === 'latency' ? good[1] : badKinds[0];
  const apart = objective.indicator.kind === 'latency' || bad.length > 0;
  if (all === undefined || part === undefined || shared || !apart) return [];
  const length = Math.ceil((4 * shortest) / step);
  const grows = (series: typeof all, perStep: number): TestSeries => ({
    ...series,
    first: 0,
    segments: [{ steps: length, perStep }],
  });
  return [
    {
      name: `${objective.service} ${objective.slo}: counts that contradict each other are noticed`,
      stepSeconds: step,
      series: [grows(all, 100), grows(part, 150)],
      alerts: [
        {
          at: length * step,
          alert: alertNames.contradiction,
          firing: [{ ...shortLabels(objective), severity: 'ticket' }],
        },
      ],
      values: [],
    },
  ];
}

function shortLabels(objective: ServiceObjective): Record<string, string> {
  const [shortest = 0] = windowsOf(objective);
  return { ...identity(objective), window: durationText(shortest) };
}

/** Balanced messages raise nothing, whatever waits; one in a hundred lost does, and so does one delivered twice. */
function invariantTests(invariant: Invariant): RuleTest[] {
  const step = 60;
  const length = Math.ceil((invariant.windowSeconds + invariant.forSeconds) / step) + 2;
  const labels = {
    service: invariant.service,
    slo: invariant.name,
    tier: invariant.tier,
    window: durationText(invariant.windowSeconds),
    severity: 'ticket',
  };
  const share = Math.max(0.01, 3 * Number(invariant.tolerance));
  const of = (name: string, arriving: number, fires: boolean): RuleTest => ({
    name: `${invariant.service} ${invariant.name}: ${name}`,
    stepSeconds: step,
    series: messageSeries(invariant, length, arriving),
    alerts: [{ at: length * step, alert: alertNames.unaccounted, firing: fires ? [labels] : [] }],
    values: [],
  });
  return [
    of('messages that all end somewhere are no alert', 1, false),
    of('messages that are lost are noticed', 1 - share, true),
    of('messages that come from nowhere are noticed', 1 + share, true),
  ];
}

const sentPerStep = 12_000;

/** Of what is sent, the first way out takes all but a tenth, the others share half of that, and the rest piles up. */
function messageSeries(invariant: Invariant, steps: number, arriving: number): TestSeries[] {
  const { sent, ended, held } = invariant;
  const series = ({ metric, matchers }: Selector, perStep: number, more = {}): TestSeries => ({
    metric,
    labels: { ...Object.fromEntries(matchers.map(({ label, value }) => [label, value])), ...more },
    first: 0,
    segments: [{ steps, perStep }],
  });
  // Each client of the queue reports the state of the whole of it.
  const reported = (selector: Selector) =>
    ['client-1', 'client-2'].map((instance) => series(selector, each, { instance }));
  const others = ended.length + held.length - 1;
  const each = others === 0 ? 0 : Math.floor(sentPerStep / 10 / others);
  const main = sentPerStep - each * others;
  const [first, ...rest] = ended;
  return [
    series(sent, sentPerStep),
    ...(first === undefined ? [] : [series(first, Math.round(main * arriving))]),
    ...rest.map((selector) => series(selector, each)),
    ...held.flatMap(reported),
  ];
}
