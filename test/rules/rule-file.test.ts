import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import metricsFile from '../../schemas/metrics.json' with { type: 'json' };
import { blockYaml } from '../../src/rules/block-yaml.ts';
import { binary, literal, series } from '../../src/rules/promql.ts';
import { prometheusRules } from '../../src/rules/rule-file.ts';
import { missingRecords, ruleGroups } from '../../src/rules/rule-groups.ts';
import type { Rule } from '../../src/rules/types.ts';
import { exampleModel, modelOf, plainObjective } from './models.ts';
import { parsePromql } from './promql.ts';

const groups = ruleGroups(exampleModel());
const rules = groups.flatMap((group) => group.rules);

function find(name: string, group = groups[0]): Rule {
  const found = group?.rules.find((rule) => (rule.kind === 'record' ? rule.record : rule.alert) === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

describe('the rules of the built-in example', () => {
  it('parse as PromQL, every one', () => {
    const broken = rules.filter(({ expr }) => parsePromql(expr).errors > 0);
    expect(broken).toEqual([]);
    expect(rules.length).toBeGreaterThan(90);
  });

  it('read metrics of the service or of each other, and nothing else', () => {
    expect(missingRecords(groups)).toEqual([]);
    const own = metricsFile.metrics.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_count`, `${name}_bucket`] : [name],
    );
    const foreign = rules.flatMap(({ reads }) => reads).filter((metric) => !metric.startsWith('slo:'));
    expect([...new Set(foreign)].filter((metric) => !own.includes(metric))).toEqual([]);
  });

  it('say truly what they read', () => {
    for (const { expr, reads } of rules) {
      expect([...new Set(parsePromql(expr).metrics)].sort()).toEqual([...reads].sort());
    }
  });

  it('count outcomes that the service has, and every one that it owes an answer', () => {
    const outcomes = metricsFile.metrics.find(({ name }) => name === 'headroom_api_requests_total')?.labels;
    const all = (outcomes as { outcome: string[] }).outcome;
    const total = /outcome=~"([^"]+)"/.exec(find('slo:total:increase5m').expr)?.[1]?.split('|') ?? [];
    expect(total.filter((each) => !all.includes(each))).toEqual([]);
    expect(all.filter((each) => !total.includes(each))).toEqual(['client_error', 'unauthorized', 'quota']);
  });

  it('print no number with float noise', () => {
    const digits = (text: string) => text.replace(/^0?\.0*|[.]/g, '').length;
    const noisy = rules.flatMap(({ expr }) => parsePromql(expr).numbers.filter((each) => digits(each) > 12));
    expect(noisy).toEqual([]);
    expect(find('ErrorBudgetBurnFast').expr).toContain('> (14.4 * 0.001)');
  });

  it('divide sums of counts, also over the period, and never average a ratio', () => {
    const period = find('slo:error:ratio_period', groups[1]);
    expect(period.expr).toContain('sum_over_time(slo:bad:increase5m');
    expect(rules.some(({ expr }) => /(avg|count|sum)_over_time\(slo:error/.test(expr))).toBe(false);
  });

  it('guard each quotient against no traffic, and missing bad series with 0 * total', () => {
    for (const rule of rules.filter(
      (each) => each.kind === 'record' && each.record.startsWith('slo:error:'),
    )) {
      expect(rule.expr).toMatch(/ \/ \(.* > 0\)$/);
    }
    expect(rules.some(({ expr }) => expr.includes('or vector(0)'))).toBe(false);
  });

  it('label every alert with service, slo, tier, severity and window, and name alerts of one objective apart', () => {
    for (const group of groups) {
      const alerts = group.rules.filter((rule) => rule.kind === 'alert');
      for (const { labels } of alerts) {
        expect(Object.keys(labels).sort()).toEqual(['service', 'severity', 'slo', 'tier', 'window']);
      }
      expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    }
  });

  it('are written in a file that reads back as they are', () => {
    const file = parse(prometheusRules(exampleModel()));
    expect(file.groups.map(({ name }: { name: string }) => name)).toEqual(groups.map(({ name }) => name));
    const written = file.groups.flatMap((group: { rules: { expr: string }[] }) => group.rules);
    expect(written.map(({ expr }: { expr: string }) => expr)).toEqual(rules.map(({ expr }) => expr));
  });

  it('are the same text for the same plan', () => {
    expect(prometheusRules(exampleModel())).toBe(prometheusRules(exampleModel()));
  });
});

describe('a model that cannot be written', () => {
  it.each([
    ['a name with capitals', { slo: 'Availability' }, /objective must be named/],
    ['an objective of 100 %', { objective: '1' }, /objective must lie below 1/],
    ['no alert', { alerts: [] }, /at least one alert/],
    [
      'the same alert twice',
      { alerts: [...plainObjective().alerts, ...plainObjective().alerts] },
      /is there twice/,
    ],
  ])('because of %s is refused', (_, change, message) => {
    expect(() => ruleGroups(modelOf(plainObjective(change)))).toThrow(message);
  });

  it('because two objectives would overwrite each other is refused', () => {
    expect(() => ruleGroups(modelOf(plainObjective(), plainObjective()))).toThrow(
      /shop-availability is there twice/,
    );
  });

  it('because of a metric that is no name is refused, so that nothing can be smuggled into an expression', () => {
    const total = { metric: 'x) or vector(1', matchers: [] };
    const indicator = { kind: 'requests', total, bad: [total] } as const;
    expect(() => ruleGroups(modelOf(plainObjective({ indicator })))).toThrow(
      /metric must be a Prometheus name/,
    );
  });
});

describe('a rule that reads what nobody records', () => {
  it('is found, though promtool takes the file for good', () => {
    const cut = groups.map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => rule.kind === 'alert' || rule.record !== 'slo:error:ratio1h'),
    }));
    const missing = missingRecords(cut);
    expect(missing.length).toBeGreaterThan(0);
    expect(new Set(missing.map(({ metric }) => metric))).toEqual(new Set(['slo:error:ratio1h']));
    expect(missing.map(({ rule }) => rule)).toContain('ErrorBudgetBurnFast');
  });
});

describe('expressions', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((metric) => series({ metric, matchers: [] })) as [
    never,
    never,
    never,
  ];

  it('put parentheses where the meaning needs them, and nowhere else', () => {
    expect(binary('-', a, binary('-', b, c)).text).toBe('a - (b - c)');
    expect(binary('-', binary('-', a, b), c).text).toBe('a - b - c');
    expect(binary('/', a, binary('>', b, literal('0'))).text).toBe('a / (b > 0)');
    expect(binary('or', a, binary('*', literal('0'), b)).text).toBe('a or 0 * b');
  });

  it('quote label values so that none can end its string', () => {
    const value = 'a"} or vector(1) #\\';
    const text = series({ metric: 'm', matchers: [{ label: 'l', op: '=', value }] }).text;
    expect(parsePromql(text).errors).toBe(0);
    expect(parsePromql(text).metrics).toEqual(['m']);
  });

  it('take no number with an exponent or a sign', () => {
    for (const text of ['1e-3', '-1', 'NaN', '']) expect(() => literal(text)).toThrow(RangeError);
  });
});

describe('block YAML', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'true',
      'No',
      'null',
      '1',
      '0x1',
      '5m',
      '~',
      '',
      ' a',
      'a ',
      'a: b',
      'a #b',
      '-',
      '- a',
      'é',
      'a\nb',
      '2026-01-01',
      'y',
      '<<',
      '*a',
      '&a',
      '!t',
      '%d',
      '@a',
      '`a',
      "'",
      '"',
      '[a]',
      '{a: b}',
      'a:',
    ),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.boolean(),
      fc.array(tie('value')),
      fc.dictionary(leaf, tie('value'), { noNullPrototype: true }),
    ),
  }));

  it('leaves durations plain, which no version of YAML takes for numbers', () => {
    const durations = ['30s', '5m', '1h', '1d12h', '2w', '1y', '250ms'];
    const text = blockYaml(durations);
    expect(text).not.toContain('"');
    for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version })).toEqual(durations);
  });

  it('reads back as what was written, for any text and number', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), value, { noNullPrototype: true, minKeys: 1 }),
        (map) => {
          fc.pre(!Object.keys(map).includes('__proto__') && !JSON.stringify(map).includes('__proto__'));
          expect(parse(blockYaml(map as never))).toEqual(map);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
