import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import { type PromtoolFile, promtoolTests } from '../../src/rules/promtool-test.ts';
import { ruleFile } from '../../src/rules/rule-file.ts';
import { ruleGroups } from '../../src/rules/rule-groups.ts';
import type { Indicator, RuleGroup, RuleModel } from '../../src/rules/types.ts';
import { sloVector } from '../models/slo/vectors.ts';
import { exampleModel, modelOf, plainObjective } from '../rules/models.ts';
import { hasEngine, runEngine } from './engine.ts';

const promtool = hasEngine('promtool');
const minutes = 60_000;
const rulesName = 'slo.rules.yml';

function test(groups: readonly RuleGroup[], tests: readonly PromtoolFile[]) {
  const files = Object.fromEntries(tests.map(({ name, text }) => [name, text]));
  const names = tests.map(({ name }) => name);
  return runEngine('promtool', { [rulesName]: ruleFile(groups), ...files }, ['test', 'rules', ...names]);
}

/** Rules of a model with the text of every expression, or the rules themselves, changed. */
function changed(model: RuleModel, change: (group: RuleGroup) => RuleGroup): RuleGroup[] {
  return ruleGroups(model).map(change);
}

function expressions(change: (expr: string, name: string) => string): (group: RuleGroup) => RuleGroup {
  return (group) => ({
    ...group,
    rules: group.rules.map((rule) => ({
      ...rule,
      expr: change(rule.expr, rule.kind === 'record' ? rule.record : rule.alert),
    })),
  });
}

describe.skipIf(!promtool)('promtool', () => {
  it('takes the rules of the built-in example', () => {
    const { status, output } = runEngine('promtool', { [rulesName]: ruleFile(ruleGroups(exampleModel())) }, [
      'check',
      'rules',
      '--lint-fatal',
      rulesName,
    ]);
    expect(output).toMatch(/SUCCESS: \d+ rules found/);
    expect(status).toBe(0);
  });

  const all = { metric: 'asked_total', matchers: [] };
  const le = { label: 'le', op: '=~', value: '1(\\.0)?' } as const;

  it.each<[string, Indicator]>([
    [
      'the bucket of Prometheus 2 or 3',
      { kind: 'latency', total: all, good: { metric: 'answered_bucket', matchers: [le] } },
    ],
    [
      'a metric of its own for errors',
      { kind: 'requests', total: all, bad: [{ metric: 'failed_total', matchers: [] }] },
    ],
  ])(
    'passes the tests of an objective with %s, contradictions included',
    (_, indicator) => {
      const model = modelOf(plainObjective({ indicator, objective: '0.99' }));
      const tests = promtoolTests(model, rulesName);
      expect(tests.some(({ text }) => text.includes('contradict'))).toBe(true);
      const { status, output } = test(ruleGroups(model), tests);
      expect(output).not.toContain('FAILED');
      expect(status).toBe(0);
    },
    2 * minutes,
  );

  it(
    'passes the tests of alerts that cannot fire, of single windows and of waits',
    () => {
      const models = [
        modelOf(plainObjective({ objective: '0.9' })),
        modelOf(plainObjective({ alerts: catalogueAlerts('slo-generator').slice(0, 2) })),
        modelOf(plainObjective({ alerts: catalogueAlerts('pyrra').slice(0, 2), periodSeconds: 2_419_200 })),
      ];
      for (const model of models) {
        const { status, output } = test(ruleGroups(model), promtoolTests(model, rulesName));
        expect(output).not.toContain('FAILED');
        expect(status).toBe(0);
      }
    },
    3 * minutes,
  );

  const model = modelOf(plainObjective());
  const tests = promtoolTests(model, rulesName).filter(({ name }) => /\.(1m|5m)\./.test(name));

  it(
    'passes the tests of the rules that are broken next',
    () => {
      expect(tests.length).toBe(2);
      expect(test(ruleGroups(model), tests).status).toBe(0);
    },
    minutes,
  );

  it.each([
    ['a factor a tenth of what it should be', expressions((expr) => expr.replaceAll('(14.4 *', '(1.44 *'))],
    ['a factor a twelfth too low', expressions((expr) => expr.replaceAll('(14.4 *', '(13.2 *'))],
    ['a factor a twelfth too high', expressions((expr) => expr.replaceAll('(6 *', '(6.5 *'))],
    [
      'a missing recording rule',
      (group: RuleGroup) => ({
        ...group,
        rules: group.rules.filter((rule) => rule.kind === 'alert' || rule.record !== 'slo:error:ratio1h'),
      }),
    ],
    [
      'the windows of two alerts swapped',
      expressions((expr, name) =>
        name === 'ErrorBudgetBurnFast'
          ? expr.replace('ratio1h', 'ratio6h').replace('ratio5m', 'ratio30m')
          : expr,
      ),
    ],
    [
      'a long window recorded from a shorter one',
      expressions((expr, name) => (name.endsWith(':increase1h') ? expr.replaceAll('[1h]', '[30m]') : expr)),
    ],
    [
      'the short window left out, so that the alert goes on for an hour',
      expressions((expr, name) => (name === 'ErrorBudgetBurnFast' ? (expr.split(' and ')[0] ?? '') : expr)),
    ],
    [
      'the period as a mean of ratios',
      expressions((expr, name) =>
        name === 'slo:error:ratio_period'
          ? 'sum_over_time(slo:error:ratio1h[30d]) / count_over_time(slo:error:ratio1h[30d])'
          : expr,
      ),
    ],
    [
      'a quotient without guard',
      expressions((expr, name) => (name === 'slo:error:ratio5m' ? expr.replace(/ > 0\)$/, ')') : expr)),
    ],
  ])(
    'fails a test for %s',
    (_, change) => {
      const { status, output } = test(changed(model, change), tests);
      expect(output).toContain('FAILED');
      expect(status).toBe(1);
    },
    minutes,
  );

  it(
    'fails a test for a backlog that is counted once for each client that reports it',
    () => {
      const { invariants, cadence } = exampleModel();
      const queue = { objectives: [], invariants, cadence };
      const tests = promtoolTests(queue, rulesName);
      expect(test(ruleGroups(queue), tests).status).toBe(0);
      const summed = changed(
        queue,
        expressions((expr) => expr.replaceAll('max(', 'sum(')),
      );
      expect(test(summed, tests)).toEqual({ status: 1, output: expect.stringContaining('FAILED') });
    },
    minutes,
  );

  it("finds NaN in sloth's period rule where the quotient of sums is right", () => {
    const { input, expected } = sloVector('nan-poisoning');
    const rules = {
      groups: [
        {
          name: 'sloth',
          rules: [
            { record: 'bad5m', expr: 'sum(increase(bad[5m]))' },
            { record: 'all5m', expr: 'sum(increase(all[5m]))' },
            { record: 'ratio5m', expr: 'sum(rate(bad[5m])) / sum(rate(all[5m]))' },
            { record: 'period', expr: input.rule },
            {
              record: 'ours',
              expr: 'sum_over_time(bad5m[2h]) / (sum_over_time(all5m[2h]) > 0)',
            },
          ],
        },
      ],
    };
    const tests = {
      rule_files: [rulesName],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: 'all', values: '0+100x60 6000+0x14 6100+100x44' },
            { series: 'bad', values: '0+1x60 60+0x14 61+1x44' },
          ],
          promql_expr_test: [
            {
              expr: 'round(1e6 * ours)',
              eval_time: '2h',
              exp_samples: [{ labels: '{}', value: 1e6 * expected.trueRatio }],
            },
            { expr: 'period', eval_time: '2h', exp_samples: [{ labels: 'period', value: 0.01 }] },
          ],
        },
      ],
    };
    const { output } = runEngine('promtool', { [rulesName]: stringify(rules), 't.yml': stringify(tests) }, [
      'test',
      'rules',
      't.yml',
    ]);
    expect(output.match(/expr: "/g)).toHaveLength(1);
    expect(output).toContain(`got: {__name__="period"} ${expected.slothOptimizedResult}`);
  });

  it('refuses what the grammar lets through', () => {
    const { input, expected } = sloVector('promql-lezer-gap');
    const verdicts = input.cases.map((expr: string) => {
      const file = stringify({ groups: [{ name: 'g', rules: [{ record: 'r', expr }] }] });
      return runEngine('promtool', { [rulesName]: file }, ['check', 'rules', rulesName]).status === 0;
    });
    expect(verdicts).toEqual(expected.promtoolValid);
  });
});
