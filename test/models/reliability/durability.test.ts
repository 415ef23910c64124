import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Stripe,
  storeLoss,
  stripeDurability,
  windowedLoss,
} from '../../../src/models/reliability/durability.ts';
import { burstHits, burstHitsByRack } from '../../../src/models/reliability/durability-bursts.ts';
import { meanTimeToLossOfAll } from '../../../src/models/reliability/repair.ts';
import { expectNear } from '../statistics/vectors.ts';
import { monteCarloMargin, seeded } from './repair-random.ts';

const day = 1 / 365;
const backblaze: Stripe = {
  pieces: 20,
  needed: 17,
  failureRate: 0.00405,
  repairRate: 1 / (6.5 * day),
  repair: 'parallel',
};

describe('durability of a stripe', () => {
  it('has the mean time to loss of the repair chain', () => {
    for (const pieces of [2, 3, 4]) {
      const stripe: Stripe = { pieces, needed: 1, failureRate: 0.01, repairRate: 50, repair: 'serial' };
      expectNear(
        stripeDurability(stripe, 1).meanTimeToLoss,
        meanTimeToLossOfAll(pieces, 0.01, 50, 'serial'),
        1e-13,
      );
    }
  });

  it('is understated by parity + 1 when counted in fixed windows', () => {
    const { loss, meanTimeToLoss } = stripeDurability(backblaze, 1);
    const window = windowedLoss(17, 3, 0.00405, 6.5);
    expectNear(1 / meanTimeToLoss, 2.939e-11, 1e-3);
    expectNear(1 / meanTimeToLoss / window.annual, 4, 2e-3);
    // A new stripe starts whole, which spares it the first 12 days of its first year.
    expectNear(loss * meanTimeToLoss, 1 - (6.5 * day * 11) / 6, 1e-3);
    const mirrored = stripeDurability({ ...backblaze, pieces: 2, needed: 1 }, 1).meanTimeToLoss;
    expectNear(1 / mirrored / windowedLoss(1, 1, 0.00405, 6.5).annual, 2, 2e-3);
  });

  it('says little by its mean time alone: a mission of a hundredth of it does not lose a hundredth at the start', () => {
    // No repair to speak of: losses have to pile up first.
    const stripe: Stripe = { pieces: 3, needed: 1, failureRate: 1, repairRate: 1e-9, repair: 'serial' };
    const { meanTimeToLoss } = stripeDurability(stripe, 1);
    const { loss } = stripeDurability(stripe, meanTimeToLoss / 100);
    expect(loss).toBeLessThan(1e-4);
  });

  it('is ruled by bursts as soon as there are any: more copies help less and less', () => {
    const bursts = [{ rate: 0.1, lethality: 0.1 }];
    const gain = (pieces: number): number => {
      const stripe: Stripe = {
        pieces,
        needed: 1,
        failureRate: 2,
        repairRate: 1000,
        repair: 'parallel',
        bursts,
      };
      const { loss, lossWithoutBursts } = stripeDurability(stripe, 1);
      return loss / lossWithoutBursts;
    };
    expect(gain(3)).toBeGreaterThan(gain(2));
    expect(gain(5)).toBeGreaterThan(10 * gain(3));
  });

  it('keeps the last digits of a loss of 1e-40', () => {
    const stripe: Stripe = { pieces: 14, needed: 6, failureRate: 0.01, repairRate: 1e4, repair: 'parallel' };
    // Leading term: all rates up, over all rates down, times the time.
    let leading = 14 * 0.01;
    for (let lost = 1; lost <= 8; lost++) leading *= ((14 - lost) * 0.01) / (lost * 1e4);
    const { loss } = stripeDurability(stripe, 1);
    expect(loss).toBeLessThan(1e-40);
    expectNear(loss, leading, 1e-3);
  });

  it('never loses less in a longer mission, with fewer pieces or with more bursts', () => {
    const rate = fc.double({ min: 0.01, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), rate, rate, rate, (pieces, failureRate, burst, lethal) => {
        const stripe: Stripe = { pieces, needed: 1, failureRate, repairRate: 20, repair: 'parallel' };
        const lossOf = (other: Partial<Stripe>, mission = 1) =>
          stripeDurability({ ...stripe, ...other }, mission).loss;
        const now = lossOf({}) * (1 - 1e-12);
        expect(lossOf({}, 2)).toBeGreaterThanOrEqual(now);
        expect(lossOf({ pieces: pieces - 1 })).toBeGreaterThanOrEqual(now);
        expect(lossOf({ bursts: [{ rate: burst, lethality: lethal / 3 }] })).toBeGreaterThanOrEqual(now);
      }),
      { numRuns: 50 },
    );
  });

  it('agrees with stripes simulated one by one, bursts on random machines included', () => {
    const stripe: Stripe = {
      pieces: 3,
      needed: 1,
      failureRate: 0.4,
      repairRate: 5,
      repair: 'parallel',
      bursts: [{ rate: 0.5, machines: 20, hit: 8 }],
    };
    const [random, runs] = [seeded(5), 60_000];
    let losses = 0;
    for (let run = 0; run < runs; run++) losses += lostWithin(stripe, 1, random) ? 1 : 0;
    const { loss } = stripeDurability(stripe, 1);
    expect(Math.abs(losses / runs - loss)).toBeLessThan(monteCarloMargin(loss, runs));
  });

  it('names what is impossible', () => {
    expect(() => stripeDurability({ ...backblaze, needed: 21 }, 1)).toThrow(/needed pieces/);
    expect(() => stripeDurability({ ...backblaze, failureRate: -1 }, 1)).toThrow(/failure rate/);
    expect(() => stripeDurability({ ...backblaze, bursts: [{ rate: 1, lethality: 2 }] }, 1)).toThrow(
      /lethality/,
    );
    expect(() => stripeDurability(backblaze, -1)).toThrow(/mission time/);
  });
});

/** One stripe of three machines out of twenty, with the burst drawing its machines without replacement. */
function lostWithin(stripe: Stripe, mission: number, random: () => number): boolean {
  let up = stripe.pieces;
  for (let t = 0; ; ) {
    const rates = [up * stripe.failureRate, (stripe.pieces - up) * stripe.repairRate, 0.5];
    const total = rates.reduce((a, b) => a + b, 0);
    t -= Math.log1p(-random()) / total;
    if (t > mission) return false;
    const x = random() * total;
    if (x < (rates[0] as number)) up--;
    else if (x < (rates[0] as number) + (rates[1] as number)) up++;
    else {
      const machines = Array.from({ length: 20 }, (_, i) => i);
      for (let hit = 0; hit < 8; hit++) machines.splice(Math.floor(random() * machines.length), 1);
      // The pieces that are left lie on the first machines.
      const pieces = up;
      up = machines.filter((machine) => machine < pieces).length;
    }
    if (up < stripe.needed) return true;
  }
}

describe('loss of a store', () => {
  it('puts the expected loss beside the chance of any', () => {
    const store = storeLoss(1e-9, 1e8, 64e6);
    expectNear(store.expectedStripes, 0.1, 1e-12);
    expectNear(store.expectedBytes, 6.4e6, 1e-12);
    expectNear(store.anyIndependent, -Math.expm1(-0.1), 1e-8);
    expect(store.anyAtLeast).toBe(1e-9);
    expectNear(store.anyAtMost, 0.1, 1e-12);
    expect(() => storeLoss(2, 1, 1)).toThrow(/loss of a stripe/);
  });
});

describe('pieces hit by a burst', () => {
  it('adds up to one, with the mean of the pieces times the share hit', () => {
    const sizes = fc
      .integer({ min: 1, max: 60 })
      .chain((machines) =>
        fc.tuple(fc.constant(machines), fc.nat({ max: machines }), fc.nat({ max: machines })),
      );
    fc.assert(
      fc.property(sizes, ([machines, burst, pieces]) => {
        const hits = burstHits(machines, burst, pieces);
        expectNear(
          hits.reduce((a, b) => a + b, 0),
          1,
          1e-13,
        );
        const mean = hits.reduce((sum, p, k) => sum + k * p, 0);
        expect(Math.abs(mean - (pieces * burst) / machines)).toBeLessThan(1e-11);
      }),
    );
  });

  it('equals the count of all placements over racks', () => {
    const [hit, perRack, pieces] = [[2, 0, 1, 3], 3, 3];
    const counts = new Array(pieces + 1).fill(0);
    let total = 0;
    for (const racks of [
      [0, 1, 2],
      [0, 1, 3],
      [0, 2, 3],
      [1, 2, 3],
    ]) {
      for (let code = 0; code < perRack ** pieces; code++) {
        const hits = racks.filter(
          (rack, i) => Math.floor(code / perRack ** i) % perRack < (hit[rack] as number),
        ).length;
        counts[hits]++;
        total++;
      }
    }
    for (const [k, p] of burstHitsByRack(hit, perRack, pieces).entries())
      expectNear(p, counts[k] / total, 1e-14);
  });

  it('spares a stripe with one piece in each rack from the loss of one rack', () => {
    const uniform = burstHits(100, 10, 3);
    const spread = burstHitsByRack([10, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10, 3);
    expect(spread.slice(2)).toEqual([0, 0]);
    expect(uniform[2] as number).toBeGreaterThan(0.02);
    expect(() => burstHitsByRack([11], 10, 1)).toThrow(/machines hit/);
    expect(() => burstHits(10, 11, 1)).toThrow(/machines hit/);
  });
});
