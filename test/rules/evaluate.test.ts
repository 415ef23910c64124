import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import { coldStartDetection, incidentResponse } from '../../src/models/slo/alert-incident.ts';
import type { BurnAlert } from '../../src/models/slo/burn-alert.ts';
import { evaluateAlerts } from '../../src/rules/evaluate.ts';
import { type Trace, traceOfCounts } from '../../src/rules/trace.ts';
import { gridOf, windowRatios } from '../../src/rules/window-ratio.ts';

const month = 2_592_000;
const workbook = catalogueAlerts('workbook');
const [fast] = workbook as [BurnAlert];

/** Steady traffic with one stretch at an error ratio. */
function incident(
  step: number,
  before: number,
  during: number,
  after: number,
  ratio: number,
  baseline = 0,
): Trace {
  const count = (before + during + after) / step;
  const total = new Float64Array(count).fill(1e6);
  const bad = total.map((events, i) => {
    const end = (i + 1) * step;
    return events * (end > before && end <= before + during ? ratio : baseline);
  });
  return traceOfCounts(step, step, total, bad);
}

describe('the evaluator', () => {
  it.each(workbook)('agrees with the closed form of the $name alert to one evaluation', (alert) => {
    for (const ratio of [1, 0.15, 0.03]) {
      const step = alert.shortSeconds / 30;
      const response = incidentResponse(alert, 0.001, month, { errorRatio: ratio, baseline: 0.0002 });
      if (response === undefined) throw new Error('the incident is too small');
      const during = Math.ceil(response.detect / step + 4) * step;
      const trace = incident(step, alert.longSeconds, during, 2 * alert.shortSeconds, ratio, 0.0002);
      const [run] = evaluateAlerts(trace, '0.999', [alert], gridOf(trace, step));
      const [firing] = run?.firings ?? [];
      expect(run?.firings.length).toBe(1);
      const late = (firing?.firedAt ?? 0) - alert.longSeconds - response.detect;
      expect(late).toBeGreaterThan(-1e-6);
      expect(late).toBeLessThanOrEqual(step);
      const cleared = (firing?.clearedAt ?? 0) - alert.longSeconds - during - response.clearAfterEnd;
      expect(cleared).toBeGreaterThan(-1e-6);
      expect(cleared).toBeLessThanOrEqual(step);
    }
  });

  it('does not see an outage of 45 s and sees one of a minute', () => {
    const firings = (seconds: number) => {
      const trace = incident(5, 7200, seconds, 600, 1);
      return evaluateAlerts(trace, '0.999', [fast], gridOf(trace, 5))[0]?.firings.length;
    };
    expect([firings(45), firings(50), firings(55), firings(60)]).toEqual([0, 0, 1, 1]);
  });

  it('fires early on a young series, as the closed form of the cold start says', () => {
    const trace = incident(5, 600, 300, 60, 0.5);
    const [run] = evaluateAlerts(trace, '0.999', [fast], gridOf(trace, 5));
    const expected = coldStartDetection(fast, 0.001, 600, 0.5) ?? 0;
    expect((run?.firings[0]?.firedAt ?? 0) - 600 - expected).toBeLessThanOrEqual(5);
    expect((run?.firings[0]?.firedAt ?? 0) - 600).toBeGreaterThanOrEqual(expected);
  });

  it('waits for what `for` says, counted in evaluations', () => {
    const trace = incident(10, 7200, 1200, 600, 1);
    const fired = (forSeconds: number) =>
      evaluateAlerts(trace, '0.999', [{ ...fast, forSeconds }], gridOf(trace, 10))[0]?.firings[0]?.firedAt ??
      0;
    expect(fired(120) - fired(0)).toBe(120);
    expect(fired(115) - fired(0)).toBe(120);
  });

  it('is not fired by a time without traffic, and does not remember it as errors', () => {
    const total = new Float64Array(2000).fill(1000).fill(0, 800, 1200);
    const bad = total.map((events) => events * 0.01);
    const trace = traceOfCounts(15, 15, total, bad);
    const ratios = windowRatios(trace, 300, gridOf(trace, 15));
    expect(ratios[1100]).toBeNaN();
    expect(ratios[1990]).toBeCloseTo(0.01, 12);
    expect(evaluateAlerts(trace, '0.999', [fast], gridOf(trace, 15))[0]?.firings).toEqual([]);
  });

  it('gives what a slow sum over each window gives, for any counts', () => {
    const counts = fc.array(fc.tuple(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 30,
      maxLength: 60,
    });
    fc.assert(
      fc.property(counts, (list) => {
        const total = list.map(([events]) => events);
        const bad = list.map(([events, share]) => Math.floor(events * share));
        const trace = traceOfCounts(60, 60, total, bad);
        const ratios = windowRatios(trace, 600, gridOf(trace, 60));
        for (let i = 10; i <= total.length; i += 1) {
          const sum = (values: readonly number[]) => values.slice(i - 10, i).reduce((a, b) => a + b, 0);
          if (sum(total) === 0) expect(ratios[i]).toBeNaN();
          else expect(ratios[i]).toBeCloseTo(sum(bad) / sum(total), 12);
        }
      }),
    );
  });

  it('leaves the left edge out for Prometheus 3, which lets an incident go one reading earlier', () => {
    const trace = incident(60, 7200, 600, 3600, 1);
    const grid = gridOf(trace, 60);
    const cleared = (version: 2 | 3) =>
      evaluateAlerts(trace, '0.999', [{ ...fast, shortSeconds: 300 }], grid, version)[0]?.firings[0]
        ?.clearedAt ?? 0;
    expect(cleared(2) - cleared(3)).toBe(60);
  });

  it('refuses counts in contradiction', () => {
    expect(() => traceOfCounts(0, 15, [1, 2], [0, 3])).toThrow(/bad events of interval 1/);
    expect(() => traceOfCounts(0, 15, [1], [Number.NaN])).toThrow(RangeError);
    expect(() => traceOfCounts(0, 0, [1], [0])).toThrow(/step of the trace/);
  });
});
