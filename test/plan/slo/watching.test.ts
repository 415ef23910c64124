import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { latencyMetric } from '../../../src/plan/slo/latency-plan.ts';
import { InvalidInput } from '../../../src/problems/problem.ts';
import { exampleWith, ledgerIn, lineIn, places, sloOf } from './planned.ts';

describe('the analysis of the alerts', () => {
  const { alerts } = sloOf();
  const of = (slo: string, name: string) => {
    const found = alerts.find((each) => each.slo === slo && each.alert.name === name);
    if (found === undefined) throw new Error(`no alert ${name} of ${slo}`);
    return found;
  };

  it('has every alert of the set for every objective', () => {
    expect(alerts.map(({ slo, alert }) => `${slo} ${alert.name}`)).toEqual(
      ['availability', 'latency'].flatMap((slo) =>
        ['fast', 'medium', 'slow', 'drift'].map((name) => `${slo} ${name}`),
      ),
    );
  });

  it('says of the fast alert at 99.9 %: from 1.44 % on, a full outage of 51.84 s, 2 % of the budget', () => {
    const fast = of('availability', 'fast');
    expect(fast.smallestErrorRatio).toBeCloseTo(0.0144, 12);
    expect(fast.shortestOutage).toBeCloseTo(51.84, 9);
    expect(fast.budgetSpent).toBeCloseTo(0.02, 12);
    expect(fast.incidents.find(({ title }) => title === 'full outage')).toMatchObject({
      detect: expect.closeTo(51.84, 9),
      detectAtMost: expect.closeTo(96.84, 9),
    });
  });

  it('sees what burns at twice the rate by the slowest alert alone', () => {
    const seen = alerts.filter(
      ({ slo, incidents }) =>
        slo === 'availability' &&
        incidents.some(({ title, detect }) => title.includes('twice') && detect !== undefined),
    );
    expect(seen.map(({ alert }) => alert.name)).toEqual(['drift']);
  });

  it('fires by chance where little is asked, and says how much would have to be', () => {
    const small = sloOf(exampleWith(['peak: 10k req/s', 'peak: 0.02 req/s']));
    const fast = small.alerts.find(({ slo, alert }) => slo === 'availability' && alert.name === 'fast');
    expect(fast?.falsePerMonth.quietest).toBeGreaterThan(0.1);
    expect(fast?.traffic.remedies).toMatchObject({ enough: false, needed: 70 });
    expect(small.findings.map(({ code }) => code)).toContain('alert-too-little-traffic');
    expect(of('availability', 'fast').falsePerMonth.quietest).toBe(0);
  });

  it('names an alert that can never fire', () => {
    const loose = sloOf(exampleWith(['target: 99.9 %', 'target: 90 %']));
    expect(loose.findings.map(({ code }) => code)).toContain('alert-never-fires');
  });
});

describe('bad input', () => {
  function problemOf(text: string, catalogue = 'workbook') {
    try {
      sloOf(text, { catalogue });
    } catch (error) {
      if (error instanceof InvalidInput) return error.problems[0];
      throw error;
    }
    return undefined;
  }

  it('is a window shorter than the longest that an alert looks at, with its place', () => {
    const problem = problemOf(exampleWith([places.window, '    window: 2 d\n']));
    expect(problem).toMatchObject({ code: 'out-of-range', file: 'headroom.yaml' });
    expect(problem?.line).toBeGreaterThan(1);
    expect(problem?.message).toBe(
      'the window of the objective, 2d, is shorter than the 3d that the alert drift of workbook looks at',
    );
  });

  it('is a window of which windows in proportion are less than a minute', () => {
    const problem = problemOf(exampleWith([places.window, '    window: 1 h\n']), 'pyrra');
    expect(problem?.message).toContain('less than a minute');
  });
});

describe('the latency objective', () => {
  it('is a share of requests that a bucket of the histogram counts exactly', () => {
    const { latency } = sloOf();
    expect(latency.statement).toBe('99 % of the served requests take at most 500 ms');
    expect(latency.fit).toEqual({ kind: 'exact', bucket: 0.5 });
    expect(latency.moved).toBe(false);
  });

  it('needs a bucket of its own where none ends at it', () => {
    const { latency } = sloOf(exampleWith(['below: 500 ms', 'below: 450 ms']));
    expect(latency.fit).toEqual({ kind: 'between', below: 0.4, above: 0.5 });
    expect(latency.moved).toBe(true);
  });

  it('has buckets as the contract of the metrics has them', () => {
    const url = new URL('../../../schemas/metrics.json', import.meta.url);
    const { metrics } = JSON.parse(readFileSync(url, 'utf8')) as {
      metrics: { name: string; buckets?: number[] }[];
    };
    const contract = metrics.find(({ name }) => name === latencyMetric.name);
    expect(contract?.buckets).toEqual(latencyMetric.buckets);
  });

  it('shows what the mean hides: a good mean, and too many slow requests', () => {
    const { latency, findings } = sloOf(exampleWith(['below: 500 ms', 'below: 300 ms']));
    expect(latency.mean.mean).toBeLessThan(0.3);
    expect(latency.mean.slow).toBeCloseTo(0.1, 9);
    expect(latency.mean.hidden).toBe(true);
    expect(findings.map(({ code }) => code)).toContain('mean-hides');
  });

  it('has a ledger: slow requests are spent all the time, and a month that they fill is missed for certain', () => {
    const slow = sloOf(exampleWith(['below: 500 ms', 'below: 300 ms']));
    expect(lineIn(slow, 'slow', 'latency').requests.text).toBe('1440000000');
    expect(ledgerIn(slow, 'latency').miss.chance).toEqual({ low: 1, high: 1 });
    expect(ledgerIn(slow, 'latency').miss.owners[0]?.mode).toBe('slow');
    expect(lineIn(sloOf(), 'slow', 'latency').requests.text).toBe('0');
  });

  it('counts requests as late while the workers are too few, and after an election', () => {
    const made = sloOf();
    const zone = lineIn(made, 'zone', 'latency');
    expect(zone.requests.value).toBeGreaterThan(lineIn(made, 'zone').requests.value);
    const election = lineIn(made, 'election', 'latency');
    // 5.8 s and its backlog at 78 % utilization; the one failover in a hundred that fails adds what its deadline lets wait.
    const seconds = (0.99 * 5.8 + 0.01 * 14.953125) / (1 - 0.78125);
    expect(election.times.lasts).toBeCloseTo(seconds, 6);
  });
});

describe('the agreement', () => {
  it('has a chance for each step, the harder the smaller, and an expected credit', () => {
    const { credits } = sloOf();
    const [mild, hard] = credits?.tiers ?? [];
    expect(mild).toMatchObject({ belowPercent: '99.5', creditPercent: '10' });
    expect(mild?.chance.high).toBeLessThan(ledgerIn(sloOf()).miss.chance.low);
    expect(hard?.chance.high).toBeLessThan(mild?.chance.low ?? 0);
    const high = 0.1 * (mild?.chance.high ?? 0) + 0.15 * (hard?.chance.high ?? 0);
    expect(credits?.expectedCredit.high).toBeCloseTo(high, 15);
    expect(credits?.margin).toEqual({ unavailability: 0.004, factor: 5 });
  });

  it('is absent where the spec has none, and a warning where it promises more than the objective', () => {
    const sla = '  sla: [{below: 99.5 %, credit: 10 %}, {below: 99 %, credit: 25 %}]\n';
    expect(sloOf(exampleWith([sla, ''])).credits).toBeUndefined();
    const strict = sloOf(exampleWith([sla, '  sla: [{below: 99.95 %, credit: 10 %}]\n']));
    expect(strict.findings.map(({ code }) => code)).toContain('agreement-above-objective');
  });
});

describe('inputs', () => {
  it('each have a name of their own, a finite value and an origin', () => {
    const { inputs } = sloOf();
    const names = inputs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { value } of inputs) expect(Number.isFinite(value)).toBe(true);
    const of = (name: string) => inputs.find((input) => input.name === name)?.origin;
    expect(of('mitigation.page')).toMatchObject({ kind: 'given', file: 'headroom.yaml' });
    expect(of('mitigation.drain')).toMatchObject({ kind: 'assumed' });
    expect(of('failures.rack.rate')).toMatchObject({ kind: 'cited' });
    expect(of('objectives.availability.missChance')).toMatchObject({ kind: 'given' });
  });
});
