import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kOfEqualUnavailability, seriesUnavailability } from '../../../src/models/reliability/independent.ts';
import { ceilSnapped, floorSnapped } from '../../../src/models/sizing/ceil.ts';
import {
  carriedShare,
  hpaDesired,
  nPlusK,
  quorum,
  quorumMembers,
  rollingUpdate,
  survivingUnits,
  withHeadroom,
  zoneStableCount,
  zoneStablePerZone,
} from '../../../src/models/sizing/replicas.ts';
import { inTolerances, vector } from '../queueing/vectors.ts';

describe('the ceiling without float noise', () => {
  it('takes 21/(1 - 0.3) as 30 and 30.000001 as 31', () => {
    expect(Math.ceil(21 / (1 - 0.3))).toBe(31);
    expect(ceilSnapped(21 / (1 - 0.3))).toBe(30);
    expect(ceilSnapped(30.000001)).toBe(31);
    expect(ceilSnapped(29.999999)).toBe(30);
    expect(Object.is(ceilSnapped(-0.5), 0)).toBe(true);
    expect(ceilSnapped(1e-12)).toBe(1);
    expect(floorSnapped(2.9999999999)).toBe(3);
    expect(floorSnapped(2.99)).toBe(2);
    expect(() => ceilSnapped(Number.POSITIVE_INFINITY)).toThrow(/finite/);
  });

  it('is never more than the plain ceiling and within the noise of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (x) => {
        expect(ceilSnapped(x)).toBeLessThanOrEqual(Math.ceil(x));
        expect(ceilSnapped(x)).toBeGreaterThanOrEqual(x * (1 - 2e-9));
      }),
    );
  });
});

describe('zones', () => {
  it('gives the counts that survive the loss of a zone', () => {
    const v = vector('zone-static-stability');
    for (const [i, { zones, lose }] of v.input.cases.entries()) {
      expect(zoneStablePerZone(v.input.needed, zones, lose)).toBe(v.expected.perZone[i]);
      expect(zoneStableCount(v.input.needed, zones, lose)).toBe(v.expected.total[i]);
    }
  });

  it('gives 48 workers for the built-in example, and 83.2 % with the 40 that are there', () => {
    expect(zoneStableCount(1000 / 32, 3, 1)).toBe(48);
    expect(survivingUnits(40, 3, 1)).toBe(26);
    expect(carriedShare(26, 31.25)).toBeCloseTo(0.832, 12);
    expect(carriedShare(48, 31.25)).toBe(1);
  });

  it('leaves enough after the loss, and one unit fewer does not', () => {
    const zones = fc.integer({ min: 2, max: 9 });
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 5000, noNaN: true }), zones, fc.nat(7), (needed, count, nat) => {
        const lost = nat % count;
        const total = zoneStableCount(needed, count, lost);
        expect(survivingUnits(total, count, lost)).toBeGreaterThanOrEqual(needed * (1 - 1e-9));
        if (lost > 0 && total > 1) expect(survivingUnits(total - count, count, lost)).toBeLessThan(needed);
      }),
    );
    expect(() => zoneStableCount(3, 3, 3)).toThrow(/lost zones/);
    expect(() => survivingUnits(1.5, 3, 1)).toThrow(/units/);
  });
});

describe('Kubernetes', () => {
  it('rounds the surge up and the unavailable down', () => {
    const v = vector('k8s-rolling-update');
    for (const [i, replicas] of v.input.replicas.entries()) {
      const surge = { share: v.input.maxSurgePct / 100 };
      const update = rollingUpdate(replicas, surge, { share: v.input.maxUnavailablePct / 100 });
      expect(update.maxTotal).toBe(v.expected.maxTotal[i]);
      expect(update.minAvailable).toBe(v.expected.minAvailable[i]);
    }
  });

  it('lets one replica go where neither bound lets anything move', () => {
    expect(rollingUpdate(3, { count: 0 }, { share: 0.25 })).toEqual({ maxTotal: 3, minAvailable: 2 });
    expect(rollingUpdate(3, { count: 2 }, { count: 0 })).toEqual({ maxTotal: 5, minAvailable: 3 });
    expect(() => rollingUpdate(3, { share: 1.5 }, { count: 0 })).toThrow(/maximum surge/);
  });

  it('scales to the target and not within the tolerance', () => {
    const v = vector('k8s-hpa');
    expect(hpaDesired(v.input.replicas, v.input.currentPct, v.input.targetPct)).toBe(v.expected.desired);
    expect(hpaDesired(10, 65, 60)).toBe(10);
    expect(hpaDesired(10, 65, 60, 0)).toBe(11);
    expect(hpaDesired(10, 30, 60)).toBe(5);
    expect(() => hpaDesired(10, 30, 0)).toThrow(/target/);
  });
});

describe('redundancy', () => {
  it('gives quorums, members and spares', () => {
    expect([1, 2, 3, 4, 5].map(quorum)).toEqual([1, 2, 2, 3, 3]);
    expect([0, 1, 2].map(quorumMembers)).toEqual([1, 3, 5]);
    expect(nPlusK(2, 1)).toBe(3);
    expect(nPlusK(1.2, 2)).toBe(4);
  });

  it('gives 40 machines with a fifth kept free, as capacity over 1 - headroom', () => {
    expect(withHeadroom(31.25, 0.2)).toBe(40);
    expect(withHeadroom(21, 0.3)).toBe(30);
    expect(() => withHeadroom(1, 1)).toThrow(/headroom/);
  });

  it('gives the availability of a pair and of two dependencies in a row', () => {
    const pair = vector('availability-redundant-pair');
    const { a, n, need } = pair.input;
    const down = kOfEqualUnavailability(need, n, 1 - a);
    expect(inTolerances(pair, 1 - down, pair.expected.availability)).toBeLessThanOrEqual(1);
    const row = vector('availability-series');
    const both = seriesUnavailability(row.input.deps.map((up: number) => 1 - up));
    expect(inTolerances(row, 1 - both, row.expected.availability)).toBeLessThanOrEqual(1);
  });
});
