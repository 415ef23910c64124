import { describe, expect, it } from 'vitest';
import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import { lintAlert } from '../../src/models/slo/alert-lint.ts';
import { objectiveOfPercent } from '../../src/models/slo/objective.ts';
import { notified } from '../../src/rules/inhibition.ts';
import { leMatcher } from '../../src/rules/le-matcher.ts';
import { type OpenSloDocument, openSloDocuments } from '../../src/rules/openslo.ts';
import { openSloProblems } from '../../src/rules/openslo-check.ts';
import { missingRecords, ruleGroups } from '../../src/rules/rule-groups.ts';
import { traceOfCounts } from '../../src/rules/trace.ts';
import { gridOf, windowRatios } from '../../src/rules/window-ratio.ts';
import { coveredByRules } from '../models/slo/covered.ts';
import { expectWithin, sloVector } from '../models/slo/vectors.ts';
import { modelOf, plainObjective } from './models.ts';
import { parsePromql } from './promql.ts';

const computations: Readonly<Record<string, () => void>> = {
  'nan-poisoning': () => {
    // test/engines shows NaN in promtool for the rule of the vector, and this quotient for ours.
    const v = sloVector('nan-poisoning');
    const total = new Float64Array(120).fill(100).fill(0, 60, 75);
    const bad = total.map((events) => events / 100);
    const trace = traceOfCounts(60, 60, total, bad);
    const ratios = windowRatios(trace, 7200, gridOf(trace, 60));
    expectWithin(ratios.at(-1), v.expected.trueRatio, v);
    // What the period takes for good is the quotient of its counts, also while a short window has nothing to divide.
    expect(windowRatios(trace, 300, gridOf(trace, 60))[70]).toBeNaN();
  },
  'openslo-validation': () => {
    const { input, expected } = sloVector('openslo-validation');
    const verdicts = input.cases.map((each: Readonly<Record<string, unknown>>) => isValid(each));
    expect(verdicts).toEqual(expected.valid);
    // The same document without the mistake is valid, so it is the mistake that is found.
    expect(isValid({})).toBe(true);
  },
  'promql-invalid': () => {
    const { input, expected } = sloVector('promql-invalid');
    const verdicts = input.cases.map((text: string) => parsePromql(text).errors === 0);
    expect(verdicts).toEqual(expected.valid);
  },
  'promql-lezer-gap': () => {
    // Why promtool is asked too: the grammar lets these through.
    const { input, expected } = sloVector('promql-lezer-gap');
    expect(input.cases.map((text: string) => parsePromql(text).errors)).toEqual(expected.lezerErrors);
  },
  'promql-lint-gap': () => {
    const groups = ruleGroups(modelOf(plainObjective()));
    const cut = groups.map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => rule.kind === 'alert' || !rule.record.includes('ratio1h')),
    }));
    expect(missingRecords(cut).length).toBeGreaterThan(0);
    const [fast] = catalogueAlerts('workbook');
    const setting = { objective: '0.9', periodSeconds: 2_592_000, scrapeSeconds: 15 };
    const lints = lintAlert(fast as never, setting);
    expect(
      lints.filter(({ severity }) => severity === sloVector('promql-lint-gap').expected.headroomMust),
    ).toHaveLength(1);
  },
  'sloth-golden-99.9-30d': slothGolden,
  'prom3-le-matcher': () => {
    const { input, expected } = sloVector('prom3-le-matcher');
    const out = input.cases.map((text: string) => {
      const { label, op, value } = leMatcher(/"(.*)"/.exec(text)?.[1] ?? '');
      return `${label}${op}${JSON.stringify(value)}`;
    });
    expect(out).toEqual(expected.out);
  },
  'inhibit-page-over-ticket': () => {
    const { input, expected } = sloVector('inhibit-page-over-ticket');
    const matcher = (text: string) => {
      const [, label = '', value = ''] = /^(\w+)="(.*)"$/.exec(text) ?? [];
      return [{ label, op: '=', value }] as const;
    };
    const { source, target, equal } = input.rule;
    const rule = { source: matcher(source), target: matcher(target), equal };
    expect(notified(input.firing, [rule])).toEqual(expected.notified);
  },
};

/** The same objective as sloth's example: the same windows and factors, without its noise and its mean of ratios. */
function slothGolden(): void {
  const { input, expected } = sloVector('sloth-golden-99.9-30d');
  const [slo] = input.slos;
  const metric = 'http_request_duration_seconds_count';
  const job = { label: 'job', op: '=', value: input.service } as const;
  const objective = plainObjective({
    service: input.service,
    slo: slo.name,
    objective: objectiveOfPercent(String(slo.objective)),
    indicator: {
      kind: 'requests',
      total: { metric, matchers: [job] },
      bad: [{ metric, matchers: [job, { label: 'code', op: '=~', value: '(5..|429)' }] }],
    },
  });
  const own = ruleGroups(modelOf(objective)).flatMap(({ rules }) => rules);
  const theirs: { record?: string; alert?: string; expr: string }[] = expected.rules;
  const windows = (names: readonly string[], pattern: RegExp) =>
    names.flatMap((name) => pattern.exec(name)?.[1] ?? []).sort();
  expect(
    windows(
      own.flatMap((rule) => (rule.kind === 'record' ? [rule.record] : [])),
      /^slo:error:ratio(\d+[mhd])$/,
    ),
  ).toEqual(
    windows(
      theirs.flatMap(({ record }) => record ?? []),
      /ratio_rate(\d+[mh]|[13]d)$/,
    ),
  );
  const factors = (expressions: readonly string[]) =>
    [
      ...new Set(expressions.flatMap((text) => [...text.matchAll(/> \(([\d.]+) \*/g)].map(([, k]) => k))),
    ].sort();
  const alerts = own.filter((rule) => rule.kind === 'alert').map(({ expr }) => expr);
  expect(factors(alerts)).toEqual(factors(theirs.filter(({ alert }) => alert).map(({ expr }) => expr)));
  expect(theirs.some(({ expr }) => expr.includes('0.0009999999999999432'))).toBe(true);
  expect(own.some(({ expr }) => /\d{13,}/.test(expr))).toBe(false);
}

/** A valid document with one mistake put in. */
function isValid(mistake: Readonly<Record<string, unknown>>): boolean {
  const documents = openSloDocuments(modelOf(plainObjective()));
  const slo = documents.find(({ kind }) => kind === 'SLO') as OpenSloDocument;
  const policy = documents.find(({ kind }) => kind === 'AlertPolicy') as OpenSloDocument;
  const [objective] = slo.spec['objectives'] as [Record<string, unknown>];
  const [window] = slo.spec['timeWindow'] as [Record<string, unknown>];
  const spec: Record<string, unknown> = { ...slo.spec };
  for (const [key, value] of Object.entries(mistake)) {
    if (key === 'alertPolicy.conditions') {
      const [condition] = policy.spec['conditions'] as unknown[];
      return (
        openSloProblems({
          ...policy,
          spec: { ...policy.spec, conditions: [condition, condition] } as OpenSloDocument['spec'],
        }).length === 0
      );
    }
    if (key === 'duration') spec['timeWindow'] = [{ ...window, duration: value }];
    else if (key === 'timeWindow')
      spec['timeWindow'] = (value as object[]).map((each) => ({ ...window, ...each }));
    else if (key === 'target' || key === 'targetPercent' || key === 'op') {
      const { target: _, ...rest } = (spec['objectives'] as [Record<string, unknown>])[0] ?? objective;
      spec['objectives'] = [key === 'op' ? { ...objective, op: value } : { ...rest, ...targets(mistake) }];
    } else if (key !== 'ratioMetric') spec[key] = value;
  }
  return openSloProblems({ ...slo, spec: spec as OpenSloDocument['spec'] }).length === 0;
}

function targets(mistake: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { target, targetPercent } = mistake;
  return {
    ...(target === undefined ? {} : { target }),
    ...(targetPercent === undefined ? {} : { targetPercent }),
  };
}

describe('published cases about rules', () => {
  it.each(coveredByRules)('%s', (name) => {
    const compute = computations[name];
    if (compute === undefined) throw new Error(`nothing computes ${name}`);
    compute();
  });
});
