import { describe, expect, it } from 'vitest';
import { alertNames } from '../../src/rules/conventions.ts';
import { evaluateAlerts } from '../../src/rules/evaluate.ts';
import { promtoolFile } from '../../src/rules/promtool-test.ts';
import { prometheusRules } from '../../src/rules/rule-file.ts';
import type { AlertExpectation, RuleTest, Segment } from '../../src/rules/rule-test.ts';
import { firingLabels } from '../../src/rules/scenario.ts';
import { type Trace, traceOfCounts } from '../../src/rules/trace.ts';
import type { ServiceObjective } from '../../src/rules/types.ts';
import { gridOf } from '../../src/rules/window-ratio.ts';
import { seeded } from '../models/reliability/repair-random.ts';
import { modelOf, plainObjective } from '../rules/models.ts';
import { hasEngine, runEngine } from './engine.ts';

const promtool = hasEngine('promtool');

/** Traffic that swings and pauses, with incidents at random times, lengths and ratios; all counts whole. */
function randomTrace(seed: number, step: number, steps: number, longest: number): Trace {
  const random = seeded(seed);
  const total = new Float64Array(steps);
  const bad = new Float64Array(steps);
  const swing = random();
  for (let i = 0; i < steps; i += 1) {
    total[i] = Math.floor(5000 * (1 + swing * Math.sin((i * 7) / steps)) * (0.8 + 0.4 * random()));
    bad[i] = Math.floor((total[i] as number) * 0.0004 * random());
  }
  for (let incident = 0; incident < 1 + Math.floor(random() * 5); incident += 1) {
    const from = Math.floor(random() * steps);
    const length = 1 + Math.floor(random() ** 2 * longest);
    // From hardly above the budget to a full outage.
    const ratio = 0.002 * 500 ** random();
    const pause = random() < 0.2;
    for (let i = from; i < Math.min(steps, from + length); i += 1) {
      if (pause) total[i] = 0;
      bad[i] = pause ? 0 : Math.floor((total[i] as number) * ratio);
    }
  }
  return traceOfCounts(step, step, total, bad);
}

/** A trace as a test: what the evaluator says at both sides of every change, and at every tenth step. */
function traceTest(
  name: string,
  objective: ServiceObjective,
  trace: Trace,
  step: number,
): RuleTest & { fired: number } {
  const segments = (values: Float64Array): Segment[] =>
    [...values.slice(1)].map((value, i) => ({ steps: 1, perStep: value - (values[i] as number) }));
  const runs = evaluateAlerts(trace, objective.objective, objective.alerts, gridOf(trace, step));
  const end = (trace.good.length - 1) * step;
  const alerts = runs.flatMap(({ firings }, i): AlertExpectation[] => {
    const alert = objective.alerts[i] as ServiceObjective['alerts'][number];
    const changes = firings.flatMap(({ firedAt, clearedAt }) => [firedAt, clearedAt ?? end]);
    const moments = new Set(changes.flatMap((at) => [at - step, at, at + step]));
    for (let at = 0; at <= end; at += 10 * step) moments.add(at);
    return [...moments]
      .filter((at) => at >= 0 && at <= end)
      .sort((a, b) => a - b)
      .map((at) => ({
        at,
        alert: alertNames.burn(alert.name),
        firing: firings.some(({ firedAt, clearedAt = Infinity }) => firedAt <= at && at < clearedAt)
          ? [firingLabels(objective, alert)]
          : [],
      }));
  });
  const series = (code: string, values: Float64Array) => ({
    metric: 'http_requests_total',
    labels: { code },
    first: 0,
    segments: segments(values),
  });
  return {
    name,
    stepSeconds: step,
    series: [series('200', trace.good), series('500', trace.bad)],
    alerts,
    values: [],
    fired: runs.reduce((sum, { firings }) => sum + firings.length, 0),
  };
}

describe.skipIf(!promtool)('our evaluator and promtool', () => {
  it.each([
    { kind: 'fast and medium', from: 0, part: 1, step: 60, steps: 420, longest: 60, count: 30 },
    // Shorter windows: promtool's storage makes blocks beside the evaluation of what lasts more than 36 hours.
    { kind: 'slow and drift', from: 2, part: 1 / 4, step: 225, steps: 460, longest: 120, count: 20 },
  ])(
    'agree on the evaluation at which $kind alerts fire and clear, in $count random traces',
    ({ from, part, step, steps, longest, count }) => {
      const base = plainObjective();
      const alerts = base.alerts.slice(from, from + 2);
      // A wait in half of them, which the windows alone do not have.
      const objective = {
        ...base,
        alerts: alerts.map((alert, i) => ({
          ...alert,
          ...{ longSeconds: alert.longSeconds * part, shortSeconds: alert.shortSeconds * part },
          forSeconds: i * 3 * step,
        })),
      };
      const tests = Array.from({ length: count }, (_, i) =>
        traceTest(`trace ${i}`, objective, randomTrace(1000 * from + i, step, steps, longest), step),
      );
      const firings = tests.reduce((sum, { fired }) => sum + fired, 0);
      expect(firings).toBeGreaterThan(count / 2);
      const files = {
        'slo.rules.yml': prometheusRules(modelOf(objective)),
        'slo.test.yml': promtoolFile(tests, 'slo.rules.yml'),
      };
      const { status, output } = runEngine('promtool', files, ['test', 'rules', 'slo.test.yml']);
      expect(output.slice(0, 2000)).not.toContain('FAILED');
      expect(status).toBe(0);
    },
    300_000,
  );
});
