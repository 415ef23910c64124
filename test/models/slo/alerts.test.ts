import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertCatalogues, catalogueAlerts } from '../../../src/models/slo/alert-catalogue.ts';
import { coldStartDetection, incidentResponse } from '../../../src/models/slo/alert-incident.ts';
import { lintAlert } from '../../../src/models/slo/alert-lint.ts';
import type { BurnAlert } from '../../../src/models/slo/burn-alert.ts';
import { detectionLag } from '../../../src/models/slo/detection-lag.ts';
import { durationSeconds, durationText } from '../../../src/models/slo/duration.ts';
import { falseFiringRate, falsePages } from '../../../src/models/slo/false-pages.ts';
import {
  badEventsThreshold,
  lowTrafficRemedies,
  requestsForErrors,
} from '../../../src/models/slo/low-traffic.ts';
import { seeded } from '../reliability/repair-random.ts';

const month = 2_592_000;
const [fast, medium] = catalogueAlerts('workbook') as [BurnAlert, BurnAlert, BurnAlert, BurnAlert];

describe('the catalogue of alerts', () => {
  it('names a source for every set, and gives four alerts of each', () => {
    for (const { id, source } of alertCatalogues()) {
      expect(source.length).toBeGreaterThan(20);
      expect(catalogueAlerts(id).map(({ name }) => name)).toEqual(['fast', 'medium', 'slow', 'drift']);
    }
  });

  it("derives the factors of the workbook's shares: 14.4, 6, 3, 1 for 30 days, and sloth's for 28", () => {
    expect(catalogueAlerts('workbook').map(({ factor }) => factor)).toEqual(['14.4', '6', '3', '1']);
    expect(catalogueAlerts('sloth').map(({ factor }) => factor)).toEqual([
      '13.44',
      '5.6',
      '2.8',
      '0.933333333333',
    ]);
  });

  it('refuses a set that it does not have and names those that it has', () => {
    expect(() => catalogueAlerts('mine')).toThrow(/one of workbook, sloth, pyrra, slo-generator, not mine/);
  });
});

describe('a constant incident', () => {
  it('with a wait of its own is noticed later by that wait: pyrra lets 7 % go where the windows let 2 %', () => {
    const period = 28 * 86_400;
    const [pyrra] = catalogueAlerts('pyrra') as [BurnAlert];
    const response = incidentResponse(pyrra, 0.001, period, { errorRatio: 1 });
    expect(response?.detect).toBeCloseTo(170.4, 9);
    expect(response?.budgetSpent).toBeCloseTo(170.4 / 2419.2, 12);
  });

  it('is never noticed later when it is worse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.015, max: 1, noNaN: true }),
        fc.double({ min: 0.015, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.0144, noNaN: true }),
        (a, b, baseline) => {
          const detect = (errorRatio: number) =>
            incidentResponse(fast, 0.001, month, { errorRatio, baseline })?.detect ?? Infinity;
          expect(detect(Math.max(a, b))).toBeLessThanOrEqual(detect(Math.min(a, b)) * (1 + 1e-12));
        },
      ),
    );
  });

  it('fires early where the history is shorter than the window', () => {
    // An hour of history under the 6 h alert: 2.5 minutes instead of 14.4, as promtool showed.
    expect((coldStartDetection(medium, 0.001, 3600, 0.15) ?? 0) / 60).toBeCloseTo(2.5, 2);
    expect(coldStartDetection(medium, 0.001, 21_600, 0.15)).toBeCloseTo(864, 9);
    expect(coldStartDetection(medium, 0.001, 3600, 0.005)).toBeUndefined();
  });

  it('over a baseline that already fires is refused', () => {
    const incident = { errorRatio: 0.5, baseline: 0.02 };
    expect(() => incidentResponse(fast, 0.001, month, incident)).toThrow(/baseline error ratio/);
  });

  it('needs windows in order', () => {
    const reversed = { ...fast, shortSeconds: 7200 };
    expect(() => incidentResponse(reversed, 0.001, month, { errorRatio: 1 })).toThrow(/short window of fast/);
  });
});

describe('the lints of an alert', () => {
  const setting = { objective: '0.999', periodSeconds: month, scrapeSeconds: 15 };
  const codes = (alert: BurnAlert, change: object = {}) =>
    lintAlert(alert, { ...setting, ...change }).map(({ code }) => code);

  it('find nothing wrong with the workbook at 99.9 %', () => {
    expect(catalogueAlerts('workbook').flatMap((alert) => codes(alert))).toEqual([]);
  });

  it('say where the fast alert stops working: at 93.06 % and above it fires, below never', () => {
    expect(codes(fast, { objective: '0.9305' })).toEqual(['never-fires']);
    expect(codes(fast, { objective: '0.9306' })).toEqual([]);
  });

  it('decide in decimals: a factor of 10 at 90 % never fires, one of 9.999 does', () => {
    expect(codes({ ...fast, factor: '10' }, { objective: '0.9' })).toEqual(['never-fires']);
    expect(codes({ ...fast, factor: '9.999' }, { objective: '0.9' })).toEqual([]);
  });

  it('name a factor below 1, windows below four scrapes, windows beyond the period, and reversed ones', () => {
    expect(codes({ ...fast, factor: '0.933333333333' })).toEqual(['fires-inside-objective']);
    expect(codes(fast, { scrapeSeconds: 76 })).toEqual(['short-window-scrapes']);
    expect(codes(fast, { scrapeSeconds: 75 })).toEqual([]);
    expect(codes(fast, { periodSeconds: 1800 })).toEqual(['window-exceeds-period']);
    expect(codes({ ...fast, shortSeconds: 7200 })).toEqual(['windows-reversed']);
    expect(codes({ ...fast, forSeconds: 600 })).toEqual(['wait-outlasts-window']);
  });

  it("name pyrra's window of 0 s for a period of half a day", () => {
    const [shortest] = catalogueAlerts('pyrra', 43_200) as [BurnAlert];
    expect(codes(shortest, { periodSeconds: 43_200 })).toContain('short-window-scrapes');
  });

  it('name traffic so low that one error fires it, and say how much is needed', () => {
    const lints = lintAlert(fast, { ...setting, requestsPerSecond: 69 / 3600 });
    expect(lints.map(({ code }) => code)).toEqual(['too-little-traffic']);
    expect(lints[0]?.advice).toContain('it needs 70 requests');
    expect(codes(fast, { requestsPerSecond: 70 / 3600 })).toEqual([]);
  });

  it('name a budget that is gone before anybody can look: 25.92 s at 99.999 %', () => {
    const five = { objective: '0.99999', evaluationSeconds: 30 };
    expect(codes(fast, five)).toEqual(['budget-below-lag']);
    expect(codes(fast, { ...five, evaluationSeconds: 10 })).toEqual([]);
  });

  it('refuse an objective without room', () => {
    expect(() => codes(fast, { objective: '1' })).toThrow(/objective must lie below 1/);
  });
});

describe('little traffic', () => {
  it('needs 70, 167, 334 and 1000 requests in the windows of the workbook at 99.9 %', () => {
    const needed = catalogueAlerts('workbook').map((alert) => requestsForErrors(alert, '0.001'));
    expect(needed).toEqual([70, 167, 334, 1000]);
  });

  it('is the same question as how many bad events a share of the budget is', () => {
    // 2 % of the errors that a month of a million requests may have.
    expect(badEventsThreshold(0.02, 0.001, 1e6)).toBeCloseTo(20, 12);
  });

  it('is mended by each remedy alone', () => {
    const rate = 10 / 3600;
    const remedies = lowTrafficRemedies(fast, '0.001', rate);
    expect(remedies.enough).toBe(false);
    expect(remedies.longWindow * rate).toBeCloseTo(70, 9);
    expect((rate + remedies.syntheticRate) * 3600).toBeCloseTo(70, 9);
    expect(remedies.combined).toBe(7);
    expect(Number(fast.factor) * remedies.budget * 10).toBeCloseTo(1, 12);
  });

  it('is no trouble where there is enough, and then nothing has to change', () => {
    expect(lowTrafficRemedies(fast, '0.001', 1)).toMatchObject({
      enough: true,
      longWindow: 3600,
      syntheticRate: 0,
      combined: 1,
      budget: 0.001,
    });
  });
});

describe('pages by chance', () => {
  /** Bad requests at random times; the alert is followed from arrival to arrival, and whenever one leaves a window. */
  function simulated(alert: BurnAlert, need: [number, number], rate: number, seconds: number): number {
    const random = seeded(7);
    const times: number[] = [];
    for (let t = 0; t < seconds; ) {
      t -= Math.log(1 - random()) / rate;
      times.push(t);
    }
    let begun = 0;
    let firstLong = 0;
    let firstShort = 0;
    times.forEach((t, i) => {
      while ((times[firstLong] as number) <= t - alert.longSeconds) firstLong += 1;
      while ((times[firstShort] as number) <= t - alert.shortSeconds) firstShort += 1;
      // Before the arrival, and with it.
      const was = i - firstLong >= need[0] && i - firstShort >= need[1];
      const is = i - firstLong + 1 >= need[0] && i - firstShort + 1 >= need[1];
      if (is && !was) begun += 1;
    });
    return begun;
  }

  it.each([
    ['few bad requests', 0.05, 0.004, 3],
    ['many', 2, 0.012, 104],
  ])('begin as often as in a simulation of %s', (_, requestsPerSecond, errorRatio, needLong) => {
    const seconds = 4e7;
    const needShort = Math.floor(0.0144 * requestsPerSecond * 300) + 1;
    const begun = simulated(fast, [needLong, needShort], requestsPerSecond * errorRatio, seconds);
    const expected = falseFiringRate(fast, 0.001, { requestsPerSecond, errorRatio }) * seconds;
    expect(begun).toBeGreaterThan(100);
    // Beginnings come in clumps, so their count spreads wider than a Poisson count.
    expect(Math.abs(begun - expected)).toBeLessThan(8 * Math.sqrt(expected));
  });

  it('never come from an alert that cannot fire, nor without errors', () => {
    expect(falsePages(fast, 0.1, { requestsPerSecond: 1, errorRatio: 0.5 }, month)).toBe(0);
    expect(falsePages(fast, 0.001, { requestsPerSecond: 1, errorRatio: 0 }, month)).toBe(0);
  });

  it('come with every single error where one is enough', () => {
    // Ten requests an hour: errors are so rare that each finds the windows empty.
    const pages = falsePages(fast, 0.001, { requestsPerSecond: 10 / 3600, errorRatio: 0.001 }, month);
    expect(pages).toBeGreaterThan(7.1);
    expect(pages).toBeLessThan(7.2);
  });

  it('stay finite and vanish at high traffic', () => {
    const pages = falsePages(fast, 0.001, { requestsPerSecond: 10_000, errorRatio: 0.001 }, month);
    expect(pages).toBeGreaterThanOrEqual(0);
    expect(pages).toBeLessThan(1e-30);
  });
});

describe('the lag of monitoring', () => {
  it('adds a scrape and an evaluation at worst, half of them on average, and the group wait always', () => {
    const lag = detectionLag({ scrapeInterval: 15, evaluationInterval: 30, groupWait: 10 });
    expect(lag).toEqual({ least: 10, mean: 32.5, worst: 55 });
  });

  it('rounds a wait up to whole evaluations', () => {
    expect(detectionLag({ scrapeInterval: 15, evaluationInterval: 30 }, 100).least).toBe(20);
  });
});

describe('durations', () => {
  it('read back what they print', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seconds) => {
        expect(durationSeconds(durationText(seconds))).toBe(seconds);
      }),
    );
  });

  it.each(['', '5', '1m1h', '-5m', '1.5h', 'soon'])('refuse `%s`', (text) => {
    expect(() => durationSeconds(text)).toThrow(RangeError);
  });
});
