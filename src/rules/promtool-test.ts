import { durationText } from '../models/slo/duration.ts';
import { type BlockValue, blockYaml } from './block-yaml.ts';
import { burnTests } from './burn-tests.ts';
import { checkModel } from './check-model.ts';
import type { AlertExpectation, RuleTest, Segment, TestSeries, ValueExpectation } from './rule-test.ts';
import { sanityTests } from './sanity-tests.ts';
import type { RuleModel } from './types.ts';

/** All tests of a model's rules. Throws a RangeError for a model that cannot be written. */
export function ruleTests(model: RuleModel): RuleTest[] {
  checkModel(model);
  return [...burnTests(model), ...sanityTests(model)];
}

/** A file for `promtool test rules`. */
export interface PromtoolFile {
  readonly name: string;
  readonly text: string;
  /** What reading the text would give. */
  readonly value: unknown;
}

/**
 * The files that `promtool test rules` runs against a rule file beside them, one for each step: the interval of evaluation
 * belongs to a whole file, and three days at the step of the fast alerts would take minutes.
 */
export function promtoolTests(model: RuleModel, ruleFileName: string): PromtoolFile[] {
  const bySteps = new Map<number, RuleTest[]>();
  for (const test of ruleTests(model)) {
    bySteps.set(test.stepSeconds, [...(bySteps.get(test.stepSeconds) ?? []), test]);
  }
  const base = ruleFileName.replace(/\.rules\.ya?ml$|\.ya?ml$/, '');
  return [...bySteps].map(([step, tests]) => {
    const value = promtoolValue(tests, ruleFileName);
    return { name: `${base}.${durationText(step)}.test.yml`, value, text: blockYaml(value) };
  });
}

/**
 * Tests of one step as promtool reads them. Alerts are asked for by the series ALERTS, which has no texts to be kept in
 * step with. Throws a RangeError for tests of several steps.
 */
export function promtoolFile(tests: readonly RuleTest[], ruleFileName: string): string {
  return blockYaml(promtoolValue(tests, ruleFileName));
}

function promtoolValue(tests: readonly RuleTest[], ruleFileName: string): Record<string, BlockValue> {
  const [step = 60, ...others] = new Set(tests.map(({ stepSeconds }) => stepSeconds));
  if (others.length > 0)
    throw new RangeError(`tests of one file must have one step, not ${step} s and ${others} s`);
  return {
    rule_files: [ruleFileName],
    evaluation_interval: durationText(step),
    tests: tests.map(testEntry),
  };
}

function testEntry({ name, stepSeconds, series, alerts, values }: RuleTest): Record<string, BlockValue> {
  return {
    name,
    interval: durationText(stepSeconds),
    input_series: series.map((each) => ({ series: seriesText(each), values: valuesText(each) })),
    promql_expr_test: [...alerts.map(alertEntry), ...values.map(valueEntry)],
  };
}

function alertEntry({ at, alert, firing }: AlertExpectation): Record<string, BlockValue> {
  const expr = `ALERTS{alertname="${alert}",alertstate="firing"}`;
  const samples = firing.map((labels) => ({
    labels: seriesText({ metric: 'ALERTS', labels: { alertname: alert, alertstate: 'firing', ...labels } }),
    value: 1,
  }));
  return { expr, eval_time: momentText(at), exp_samples: samples };
}

function valueEntry({ at, expr, value }: ValueExpectation): Record<string, BlockValue> {
  const samples = value === undefined ? [] : [{ labels: '{}', value }];
  return { expr, eval_time: momentText(at), exp_samples: samples };
}

function seriesText({ metric, labels }: Pick<TestSeries, 'metric' | 'labels'>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`;
}

/** `0+5x3 20+0x4`: promtool's `a+bxn` is n + 1 values, so each segment begins with its own first step. */
function valuesText({ first, segments }: TestSeries): string {
  let value = first;
  const parts: string[] = [`${first}`];
  for (const { steps, perStep } of segments.filter((segment: Segment) => segment.steps > 0)) {
    parts.push(`${value + perStep}${perStep < 0 ? '-' : '+'}${Math.abs(perStep)}x${steps - 1}`);
    value += steps * perStep;
  }
  return parts.join(' ');
}

function momentText(at: number): string {
  return at === 0 ? '0s' : durationText(at);
}
