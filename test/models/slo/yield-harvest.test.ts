import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allReplicasLost,
  degrade,
  nodesLost,
  overloadOf,
  randomLosses,
  shardHarvest,
  upgradeLoss,
} from '../../../src/models/slo/harvest.ts';
import { bucketFor, hiddenByMean } from '../../../src/models/slo/latency-objective.ts';
import { cosineTraffic, steppedTraffic, type TrafficShape } from '../../../src/models/slo/traffic-shape.ts';
import { outageCost, plannedWork, shedLoss } from '../../../src/models/slo/yield.ts';

const day = cosineTraffic(0.8, 15);
/** The same day in steps of half a minute. */
const fine = steppedTraffic(
  Array.from({ length: 2880 }, (_, i) => 1 + 0.8 * Math.cos((2 * Math.PI * ((i + 0.5) / 120 - 15)) / 24)),
);

describe('yield beside uptime', () => {
  it('tells the peak from the trough where uptime says 4.17 % for both', () => {
    const peak = outageCost(day, 14.5, 1);
    const trough = outageCost(day, 2.5, 1);
    const percent = (share: number) => (100 * share).toFixed(2);
    expect([percent(peak.yieldLoss), percent(trough.yieldLoss)]).toEqual(['7.49', '0.84']);
    expect([percent(peak.uptimeLoss), percent(trough.uptimeLoss)]).toEqual(['4.17', '4.17']);
  });

  it('is the same for a smooth day and for that day in small steps', () => {
    for (const [start, hours] of [
      [0, 1],
      [22.7, 3.3],
      [13, 30],
    ] as const) {
      expect(outageCost(fine, start, hours).yieldLoss).toBeCloseTo(
        outageCost(day, start, hours).yieldLoss,
        6,
      );
      for (const capacity of [0.1, 0.5, 1, 1.5, 2]) {
        expect(shedLoss(fine, capacity, start, hours)).toBeCloseTo(shedLoss(day, capacity, start, hours), 6);
      }
    }
  });

  it('of outages that follow each other adds up, across midnight and over days', () => {
    const start = fc.double({ min: -50, max: 50, noNaN: true });
    const length = fc.double({ min: 0, max: 60, noNaN: true });
    fc.assert(
      fc.property(start, length, length, (from, a, b) => {
        for (const shape of [day, fine]) {
          const whole = outageCost(shape, from, a + b).yieldLoss;
          const parts = outageCost(shape, from, a).yieldLoss + outageCost(shape, from + a, b).yieldLoss;
          expect(Math.abs(whole - parts)).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it('loses a whole day in a day, at any hour', () => {
    expect(outageCost(day, 7.3, 24).yieldLoss).toBeCloseTo(1, 12);
    expect(outageCost(day, 7.3, 24, 0.25).yieldLoss).toBeCloseTo(0.25, 12);
  });

  it.each([
    ['a smooth day', day as TrafficShape],
    ['a day in steps', steppedTraffic([3, 1, 4, 1, 5, 9, 2, 6])],
  ])('finds the best and the worst hour of %s as a search over every minute does', (_, shape) => {
    for (const hours of [0.5, 2, 7]) {
      const { best, worst } = plannedWork(shape, hours);
      const all = Array.from({ length: 1440 }, (_, i) => outageCost(shape, i / 60, hours).yieldLoss);
      expect(best.yieldLoss).toBeLessThanOrEqual(Math.min(...all) + 1e-12);
      expect(worst.yieldLoss).toBeGreaterThanOrEqual(Math.max(...all) - 1e-12);
    }
  });

  it('sheds nothing within the capacity and the excess beyond it', () => {
    expect(shedLoss(steppedTraffic([1, 3]), 3)).toBe(0);
    expect(shedLoss(steppedTraffic([1, 3]), 2)).toBeCloseTo(0.25, 12);
    expect(shedLoss(day, 0)).toBeCloseTo(1, 12);
  });

  it('refuses a day without requests, an amplitude above 1, and negative times', () => {
    expect(() => steppedTraffic([0, 0])).toThrow(/requests of a day/);
    expect(() => cosineTraffic(1.1)).toThrow(/amplitude/);
    expect(() => outageCost(day, 0, -1)).toThrow(/duration/);
    expect(() => plannedWork(day, 25)).toThrow(/must not exceed 24 h/);
  });
});

describe('harvest', () => {
  it('of two of three shards is 67 %', () => {
    const harvest = shardHarvest({ shards: 3, replicas: 1 }, [0, 1, 0]);
    expect(Math.round(harvest * 100)).toBe(67);
  });

  it('stays whole while every shard keeps a replica', () => {
    expect(shardHarvest({ shards: 3, replicas: 3 }, [2, 2, 2])).toBe(1);
    expect(shardHarvest({ shards: 3, replicas: 3 }, [3, 2, 2])).toBeCloseTo(2 / 3, 15);
  });

  it('after random losses is what counting every choice gives', () => {
    const shards = { shards: 3, replicas: 2 };
    for (let lost = 0; lost <= 6; lost += 1) {
      let sum = 0;
      let choices = 0;
      for (let mask = 0; mask < 64; mask += 1) {
        const gone = [0, 1, 2, 3, 4, 5].map((node) => (mask >> node) & 1);
        if (gone.reduce((total, one) => total + one, 0) !== lost) continue;
        const perShard = [0, 1, 2].map((shard) => (gone[2 * shard] ?? 0) + (gone[2 * shard + 1] ?? 0));
        sum += shardHarvest(shards, perShard);
        choices += 1;
      }
      expect(randomLosses(shards, lost).harvest).toBeCloseTo(sum / choices, 12);
    }
  });

  it('of records on three of five nodes is counted over every choice of lost nodes', () => {
    for (let lost = 0; lost <= 5; lost += 1) {
      const choices = Array.from({ length: 32 }, (_, mask) => mask).filter(
        (mask) => [0, 1, 2, 3, 4].filter((node) => (mask >> node) & 1).length === lost,
      );
      // Nodes 0, 1 and 2 hold the record.
      const gone = choices.filter((mask) => (mask & 7) === 7).length;
      expect(allReplicasLost(5, 3, lost)).toBeCloseTo(gone / choices.length, 12);
    }
    expect(() => allReplicasLost(2, 3, 1)).toThrow('replicas must not exceed 2 nodes');
    expect(() => allReplicasLost(3, 2, 4)).toThrow('lost nodes must not exceed 3');
  });

  it('and yield are two ways to lose the same DQ', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (n, rho) => {
          const left = (n - 1) / n;
          const shed = degrade(left, rho, 'reduce-yield');
          const thin = degrade(left, rho, 'reduce-harvest');
          expect([shed.dq, shed.harvest, thin.yield]).toEqual([thin.dq, 1, 1]);
          expect(shed.yield).toBeCloseTo(1 - overloadOf(n, 1, rho).shed, 12);
        },
      ),
    );
  });

  it('replicated nodes below saturation lose nothing until the load exceeds what is left', () => {
    expect(nodesLost(3, 1, 'replicated', 0.6).yield).toBe(1);
    expect(nodesLost(3, 1, 'replicated', 0.8).yield).toBeCloseTo(2 / 2.4, 12);
    expect(overloadOf(3, 3).overload).toBe(Infinity);
  });

  it('of an upgrade costs the same area, at once or one after the other', () => {
    const manners = (['fast', 'rolling', 'big-flip'] as const).map((manner) => upgradeLoss(4, 0.5, manner));
    for (const { area, depth, hours } of manners) {
      expect(area).toBe(2);
      expect(depth * 4 * hours).toBeCloseTo(area, 12);
    }
  });

  it('refuses more losses than nodes', () => {
    expect(() => nodesLost(3, 4, 'partitioned')).toThrow(/lost nodes must not exceed 3/);
    expect(() => shardHarvest({ shards: 2, replicas: 1 }, [2])).toThrow(/lost replicas/);
  });
});

describe('a latency objective', () => {
  it('is exact only with a bucket at its threshold', () => {
    const buckets = [0.1, 0.25, 0.5, 1];
    expect(bucketFor(0.5, buckets)).toEqual({ kind: 'exact', bucket: 0.5 });
    expect(bucketFor(0.3, buckets)).toEqual({ kind: 'between', below: 0.25, above: 0.5 });
    expect(bucketFor(2, buckets)).toEqual({ kind: 'between', below: 1, above: Infinity });
    expect(() => bucketFor(0.5, [0.5, 0.1])).toThrow(/in order/);
  });

  it('shows what the average hides', () => {
    const classes = [
      { seconds: 0.05, share: 0.97 },
      { seconds: 4, share: 0.03 },
    ];
    const seen = hiddenByMean(classes, 0.5, 0.99);
    expect(seen.mean).toBeCloseTo(0.1685, 12);
    expect(seen).toMatchObject({ slow: 0.03, percentile: 4, hidden: true });
    expect(seen.couldHide).toBeCloseTo(0.337, 12);
  });

  it('never has more slow requests than the mean could hide', () => {
    const classes = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(classes, fc.double({ min: 0.01, max: 10, noNaN: true }), (times, threshold) => {
        const seen = hiddenByMean(
          times.map((seconds) => ({ seconds, share: 1 / times.length })),
          threshold,
          0.99,
        );
        expect(seen.slow).toBeLessThanOrEqual(seen.couldHide + 1e-9);
      }),
    );
  });
});
