import { describe, expect, it } from 'vitest';
import { clusteringOf, findBursts } from '../../src/evidence/bursts.ts';
import { type FitOptions, fitEvidence } from '../../src/evidence/fit.ts';
import { readIncidents } from '../../src/evidence/read.ts';
import { csvOf, exponential, type Outage, randomFrom, timestamp } from './simulated-log.ts';

function logOf(outages: readonly Outage[], hours: number) {
  const window = { observedFrom: timestamp(0), observedTo: timestamp(hours) };
  return readIncidents(csvOf(outages, hours), 'incidents.csv', window);
}

function evidenceOf(outages: readonly Outage[], hours: number, options: FitOptions) {
  return fitEvidence(logOf(outages, hours), options);
}

/** A Poisson process of outages of distinct components. */
function independent(seed: number, rate: number, hours: number): Outage[] {
  const random = randomFrom(seed);
  const outages: Outage[] = [];
  for (let t = exponential(random, 1 / rate); t < hours; t += exponential(random, 1 / rate)) {
    outages.push({ start: t, end: t + 1, component: `m-${outages.length}` });
  }
  return outages;
}

describe('a log without incidents', () => {
  const evidence = evidenceOf([], 1000, { components: 3, claimedMttfHours: 1e6 });

  it('bounds the rate by three over the exposure instead of claiming 0', () => {
    expect(evidence.exposure.upHours).toBe(3000);
    expect(evidence.demonstratedRate).toBeCloseTo(-Math.log(0.05) / 3000, 12);
    const mean = evidence.meanTimeToFailure;
    if (mean.kind !== 'no failures') throw new Error(mean.kind);
    expect(mean.atLeastHours).toBeCloseTo(3000 / -Math.log(0.05), 9);
    expect(evidence.shocks[0]?.rate.interval.high).toBeGreaterThan(3.68 / 1000);
  });

  it('refuses what it cannot carry: distributions, unavailability, a verdict on a claim', () => {
    expect(evidence.timeToFailure.kind).toBe('refused');
    expect(evidence.timeToRepair.kind).toBe('refused');
    expect(evidence.unavailability.interval).toEqual({ low: 0, high: 1, confidence: 0.95 });
    expect(evidence.claim?.verdict).toBe('undecided');
    expect(evidence.operation).toMatchObject({ currentHours: 1000, longestHours: 1000, stretches: 1 });
  });
});

describe('exposure', () => {
  it('counts every component, takes repair off the up time, and weighs lost time by the affected share', () => {
    const text = [
      'start,end,component,share',
      `${timestamp(10)},${timestamp(14)},a,0.5`,
      `${timestamp(90)},,b,1`,
    ].join('\n');
    const log = readIncidents(text, 'x.csv', { observedFrom: timestamp(0), observedTo: timestamp(100) });
    const { exposure, unavailability, operation } = fitEvidence(log, { components: 5 });
    expect(exposure).toMatchObject({ hours: 100, upHours: 486, downHours: 14, lostHours: 12, incidents: 2 });
    expect(unavailability.value).toBeCloseTo(12 / 500, 12);
    expect(operation).toEqual({ currentHours: 0, longestHours: 76, totalHours: 86, stretches: 2 });
  });

  it('refuses a fleet smaller than the log', () => {
    const outages = [1, 2, 3].map((i) => ({ start: i * 10, end: i * 10 + 1, component: `m-${i}` }));
    expect(() => evidenceOf(outages, 100, { components: 2 })).toThrow('names 3 components');
  });
});

describe('burst detection', () => {
  it('chains neighbours up to 120 seconds apart and no further', () => {
    const second = 1 / 3600;
    const starts = [10, 10 + 120 * second, 10 + 240 * second, 10 + 361 * second];
    const log = logOf(
      starts.map((start, i) => ({
        start,
        end: 20,
        component: `m-${i}`,
        domain: `zone-a/rack-${Math.min(i, 1)}`,
      })),
      100,
    );
    expect(findBursts(log.incidents).map(({ size, domain }) => [size, domain.join('/')])).toEqual([
      [3, 'zone-a'],
      [1, 'zone-a/rack-1'],
    ]);
  });

  it('attributes the share of chance clustering that Ford et al. give: 8 % at 30 failures a day', () => {
    const log = logOf(independent(1, 30 / 24, 24 * 365), 24 * 365);
    const clustering = clusteringOf(log, findBursts(log.incidents), 0.95);
    expect(clustering.byChance).toBeCloseTo(0.08, 2);
    expect(Math.abs(clustering.inBursts - 0.08)).toBeLessThan(0.012);
  });

  it('calls independent failures correlated in about 5 % of 400 seeds, not more', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 400; seed += 1) {
      const log = logOf(independent(seed, 1, 200), 200);
      alarms += clusteringOf(log, findBursts(log.incidents), 0.95).verdict === 'correlated' ? 1 : 0;
    }
    // Discrete counts make the test conservative; 36 is 3.7 standard errors above 5 %.
    expect(alarms).toBeLessThanOrEqual(36);
  });

  it('sees through independent failures to a few shared ones', () => {
    const shared = [500, 1500, 2500].flatMap((start) =>
      [0, 1, 2].map((i) => ({
        start: start + i / 120,
        end: start + 2,
        component: `s-${i}`,
        domain: 'rack-1',
        cause: 'pdu',
      })),
    );
    const levels = [{ name: 'rack', count: 4, size: 30 }];
    const options = { components: 120, levels };
    const evidence = evidenceOf([...independent(3, 0.02, 4000), ...shared], 4000, options);
    expect(evidence.clustering.verdict).toBe('correlated');
    const rack = evidence.shocks[1];
    expect(rack).toMatchObject({ level: 'rack', events: 3, causes: [{ cause: 'pdu', events: 3 }] });
    expect(rack?.rate.interval.low).toBeLessThan(3 / 16000);
    expect(rack?.rate.interval.high).toBeGreaterThan(3 / 16000);
    expect(rack?.byChance).toBeLessThan(0.05);
  });

  it('takes bursts that chance explains off the shock rate', () => {
    const evidence = evidenceOf(independent(4, 1, 2000), 2000, { components: 2500 });
    const [fleet] = evidence.shocks;
    expect(fleet?.events).toBeGreaterThan(30);
    expect(fleet?.rate.value).toBeLessThan(0.3 * ((fleet?.events ?? 0) / 2000));
    expect(fleet?.rate.interval.low).toBe(0);
    expect(fleet?.lethality).toEqual({
      kind: 'refused',
      reason: 'there are no more bursts than chance explains',
    });
  });

  it('refuses domains that are smaller than what failed in them', () => {
    const outages = [0, 1, 2].map((i) => ({ start: 10, end: 11, component: `m-${i}`, domain: 'rack-1' }));
    const levels = [{ name: 'rack', count: 2, size: 2 }];
    expect(() => evidenceOf(outages, 100, { components: 4, levels })).toThrow('takes 3 components of rack-1');
  });
});

describe('the mean time to failure', () => {
  it('is the exposure over the failures while there is no trend', () => {
    const evidence = evidenceOf(independent(5, 0.05, 2000), 2000, { components: 200 });
    const mean = evidence.meanTimeToFailure;
    if (mean.kind !== 'stationary') throw new Error(mean.kind);
    expect(mean.hours).toBeCloseTo(evidence.exposure.upHours / evidence.exposure.incidents, 6);
    expect(mean.interval.low).toBeLessThan(4000);
    expect(mean.interval.high).toBeGreaterThan(4000);
  });

  it('is withheld when failures come faster and faster; the power law of the fleet takes its place', () => {
    const outages = Array.from({ length: 40 }, (_, i) => {
      const start = 1000 * Math.sqrt((i + 0.5) / 40);
      return { start, end: start + 0.5, component: `m-${i}` };
    });
    const mean = evidenceOf(outages, 1000, { components: 40 }).meanTimeToFailure;
    if (mean.kind !== 'trending' || mean.growth.kind !== 'fitted') throw new Error(mean.kind);
    expect(mean.trend.direction).toBe('worsening');
    expect(mean.growth.fit.exponent).toBeCloseTo(2, 1);
  });

  it('has a wider interval when the same failures came in bursts', () => {
    const alone = Array.from({ length: 20 }, (_, i) => ({
      start: 50 * i + 10,
      end: 50 * i + 11,
      component: `m-${i}`,
    }));
    const together = alone.map((each, i) => {
      const start = 250 * Math.floor(i / 5) + 10;
      return { ...each, start, end: start + 1 };
    });
    const width = (outages: Outage[]) => {
      const { value, interval } = evidenceOf(outages, 1000, { components: 20 }).failures;
      return (interval.high - interval.low) / value;
    };
    expect(width(together)).toBeGreaterThan(1.8 * width(alone));
  });
});

describe('a claimed mean time to failure', () => {
  const outages = independent(6, 0.01, 3000);
  const claim = (claimedMttfHours: number) =>
    evidenceOf(outages, 3000, { components: 100, claimedMttfHours }).claim;

  it('is contradicted by ten times the failures that it predicts', () => {
    const test = claim(100_000);
    expect(test?.verdict).toBe('contradicted');
    expect(test?.expected).toBeCloseTo(3, 1);
    expect(test?.chanceOfAsMany).toBeLessThan(1e-6);
  });

  it('is demonstrated when the lower bound reaches it, and undecided in between', () => {
    expect(claim(5_000)?.verdict).toBe('demonstrated');
    expect(claim(outages.length > 0 ? 300_000 / outages.length : 0)?.verdict).toBe('undecided');
  });
});

describe('redundancy groups', () => {
  const outages = [10, 20, 30].flatMap((start) => [
    { start, end: start + 1, component: 'a' },
    { start: start + 0.01, end: start + 2, component: 'b' },
    { start: start + 5, end: start + 6, component: 'c' },
  ]);

  it('give event counts by size and alpha-factors', () => {
    const { groups } = evidenceOf(outages, 100, { components: 3, groups: [['a', 'b', 'c']] });
    expect(groups?.events).toEqual([3, 3, 0]);
    if (groups?.alphaFactors.kind !== 'fitted') throw new Error('refused');
    expect(groups.alphaFactors.fit.alpha.map((each) => each.value)).toEqual([0.5, 0.5, 0]);
    expect(groups.alphaFactors.fit.alpha[2]?.interval.high).toBeGreaterThan(0.1);
  });

  it('of different sizes, of one member, or with a member in common are refused', () => {
    const fitting = (groups: string[][]) => () => evidenceOf(outages, 100, { components: 3, groups });
    expect(fitting([['a', 'b'], ['c']])).toThrow('of one size');
    expect(fitting([['a']])).toThrow('at least 2 members');
    expect(
      fitting([
        ['a', 'b'],
        ['b', 'c'],
      ]),
    ).toThrow('component b');
  });

  it('are looked at in steps longer than the longest outage, and counts add up to looks times groups', () => {
    const { snapshots } = evidenceOf(outages, 100, { components: 3, groups: [['a', 'b', 'c']] });
    expect(snapshots?.spacingHours).toBeGreaterThan(1.99);
    const looks = snapshots?.observations.reduce((sum, { count = 1 }) => sum + count, 0);
    expect(looks).toBe(Math.round(100 / (snapshots?.spacingHours ?? 1)));
  });
});

describe('lifetimes', () => {
  it('end at own failures, are censored by shared ones, and count silent components when all began new', () => {
    const outages = [
      { start: 10, end: 12, component: 'a' },
      { start: 50, end: 51, component: 'a' },
      { start: 50, end: 51, component: 'b' },
      { start: 70, end: 71, component: 'a' },
    ];
    const sample = (newAtStart: boolean) => {
      const { timeToFailure } = evidenceOf(outages, 100, { components: 4, newAtStart });
      if (timeToFailure.kind === 'refused') throw new Error(timeToFailure.reason);
      return timeToFailure.fit.sample;
    };
    expect(sample(true)).toEqual([
      { time: 10, observed: true },
      { time: 38, observed: false },
      { time: 19, observed: true },
      { time: 29, observed: false },
      { time: 50, observed: false },
      { time: 49, observed: false },
      { time: 100, observed: false, count: 2 },
    ]);
    expect(sample(false)).toHaveLength(4);
  });
});
