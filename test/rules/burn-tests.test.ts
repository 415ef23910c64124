import { describe, expect, it } from 'vitest';
import { burnTests } from '../../src/rules/burn-tests.ts';
import { eventSeries } from '../../src/rules/example-series.ts';
import { valuesOf } from '../../src/rules/rule-test.ts';
import type { Indicator, ServiceObjective } from '../../src/rules/types.ts';
import { exampleModel, modelOf, plainObjective } from './models.ts';

const shop = (slo: string, metric: string, objective = '0.999'): ServiceObjective =>
  plainObjective({
    slo,
    objective,
    indicator: {
      kind: 'requests',
      total: { metric, matchers: [] },
      bad: [{ metric, matchers: [{ label: 'code', op: '=~', value: '5..|429' }] }],
    },
  });

describe('tests of burn alerts', () => {
  it('put objectives beside each other that count different series, and keep others apart', () => {
    const apart = burnTests(modelOf(shop('a', 'a_total')));
    const together = burnTests(modelOf(shop('a', 'a_total'), shop('b', 'b_total', '0.9995')));
    const shared = burnTests(modelOf(shop('a', 'a_total'), shop('b', 'a_total', '0.99')));
    expect(together.length).toBe(apart.length);
    expect(shared.length).toBeGreaterThan(together.length);
    expect(
      together.every(({ name }) => name.includes('shop a 99.9 %') && name.includes('shop b 99.95 %')),
    ).toBe(true);
  });

  it('say of every objective when its alert fires, and keep all series equally long', () => {
    const tests = burnTests(exampleModel());
    for (const { slo } of exampleModel().objectives) {
      const fired = tests.flatMap(({ alerts }) =>
        alerts.flatMap(({ firing }) => firing.map((labels) => labels['slo'])),
      );
      expect(fired).toContain(slo);
    }
    for (const { series } of tests) {
      expect(new Set(series.map((each) => valuesOf(each).length)).size).toBe(1);
    }
  });

  it('let every kind of bad event happen equally often, so that none can be left out of a rule unseen', () => {
    const [test] = burnTests(modelOf(shop('a', 'a_total')));
    const grown = (test?.series ?? [])
      .filter(({ labels }) => labels['code'] !== undefined)
      .map((series) => valuesOf(series).at(-1) ?? 0);
    expect(grown.length).toBe(2);
    expect(Math.abs((grown[0] ?? 0) - (grown[1] ?? 0)) / (grown[0] ?? 1)).toBeLessThan(1e-6);
  });

  it('know the kinds of bad events that have metrics of their own', () => {
    const indicator: Indicator = {
      kind: 'requests',
      total: { metric: 'sent_total', matchers: [] },
      bad: ['lost_total', 'expired_total'].map((metric) => ({ metric, matchers: [] })),
    };
    expect(eventSeries(indicator)).toEqual({
      good: [{ metric: 'sent_total', labels: {} }],
      bad: [{ metric: 'sent_total', labels: {} }],
      badKinds: [
        { metric: 'lost_total', labels: {} },
        { metric: 'expired_total', labels: {} },
      ],
    });
  });
});
