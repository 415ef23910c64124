import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { survivorsWithCauses } from '../../../src/models/reliability/crossing.ts';
import { eventUnavailability, type FailureDomain } from '../../../src/models/reliability/domains.ts';
import { lengthOf, probabilityBelow, toArray } from '../../../src/models/reliability/domains-distribution.ts';
import { survivors } from '../../../src/models/reliability/domains-survivors.ts';
import { poissonBinomialPmf } from '../../../src/models/statistics/poisson-binomial.ts';
import { expectNear } from '../statistics/vectors.ts';
import { capacityUp, enumerateStates, expandFleet, randomFleet } from './domains-oracle.ts';
import { monteCarloMargin, seeded } from './repair-random.ts';

const event = (unavailability: number, share = 1) => ({ name: 'loss', unavailability, share });

/** Four levels with a thousand machines in it, all domains alike. */
const large: FailureDomain = {
  name: 'region',
  events: [event(1e-4)],
  children: [
    {
      name: 'zone',
      copies: 4,
      events: [event(5e-4), event(1e-3, 0.25)],
      children: [
        { name: 'rack', copies: 10, events: [event(1e-3)], children: [{ count: 25, unavailability: 0.01 }] },
      ],
    },
  ],
};

/** The same fleet with every domain and machine written out, and no two machines with the same figure. */
function writtenOut(random: () => number): FailureDomain {
  const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
  const rack = () => ({
    name: 'rack',
    events: [event(random() * 2e-3)],
    children: list(25, () => ({ count: 1, unavailability: random() * 0.02 })),
  });
  const zone = () => ({ name: 'zone', events: [event(random() * 1e-3)], children: list(10, rack) });
  return { name: 'region', events: [event(1e-4)], children: list(4, zone) };
}

describe('survivors of nested domains', () => {
  it('equals going through all states, for random domains with partial events and crossing causes', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { root, causes } = randomFleet(seeded(seed), 13);
        const exact = enumerateStates(expandFleet(root, causes));
        const { distribution } = survivorsWithCauses(root, causes, { tolerance: 0 });
        expect(distribution.dropped).toBe(0);
        const found = toArray(distribution);
        expect(found).toHaveLength(exact.length);
        exact.forEach((value, i) => {
          expect(Math.abs((found[i] as number) - value)).toBeLessThanOrEqual(1e-13 * value + 1e-16);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is the Poisson-binomial of the machines when no domain fails', () => {
    const random = seeded(7);
    const machines = Array.from({ length: 300 }, () => ({ count: 1, unavailability: random() * 0.3 }));
    const found = toArray(survivors({ name: 'flat', events: [], children: machines }, { tolerance: 0 }));
    const expected = poissonBinomialPmf(machines.map(({ unavailability }) => unavailability)).reverse();
    expected.forEach((value, up) => {
      if (value > 1e-250) expectNear(found[up] as number, value, 1e-12);
    });
  });

  it('gives the same for copies and for domains written out', () => {
    const rack = {
      name: 'rack',
      events: [event(0.02)],
      children: [{ count: 7, unavailability: 0.03, capacity: 2 }],
    };
    const copies = survivors({ name: 'all', events: [], children: [{ ...rack, copies: 5 }] });
    const apart = survivors({ name: 'all', events: [], children: new Array(5).fill(rack) });
    expect(toArray(copies)).toEqual(toArray(apart));
  });

  it('returns an interval that holds the exact value, whatever it was allowed to drop', () => {
    for (const fleet of [large, writtenOut(seeded(3))]) {
      const exact = survivors(fleet, { tolerance: 0 });
      for (const tolerance of [1e-15, 1e-12, 1e-9, 1e-6, 1e-3]) {
        const found = survivors(fleet, { tolerance });
        expect(found.dropped).toBeLessThanOrEqual(tolerance);
        for (const need of [100, 500, 750, 900, 960, 980, 990, 1000]) {
          const truth = probabilityBelow(exact, need).lower;
          const { lower, upper } = probabilityBelow(found, need);
          expect(lower).toBeLessThanOrEqual(truth * (1 + 1e-12));
          expect(upper).toBeGreaterThanOrEqual(truth * (1 - 1e-12));
        }
      }
    }
  });

  it('holds far fewer values than there are machines when it may drop a little', () => {
    const fleet = {
      name: 'region',
      events: [event(1e-4)],
      children: [{ count: 100_000, unavailability: 0.005 }],
    };
    expect(lengthOf(survivors(fleet))).toBeLessThan(1000);
  });

  it('agrees with a million simulated instants within their own interval', () => {
    const zone = (name: string, version: string): FailureDomain => ({
      name,
      kind: 'zone',
      events: [event(0.02), event(0.05, 0.5)],
      children: [{ count: 4, unavailability: 0.03, attributes: { version } }],
    });
    const root = {
      name: 'all',
      events: [event(0.005)],
      children: [zone('a', 'v1'), zone('b', 'v1'), zone('c', 'v2')],
    };
    const causes = [
      { name: 'bug', unavailability: 0.01, affects: { version: ['v1'] } },
      { name: 'poison', unavailability: 0.02, affects: {}, share: 0.4 },
    ];
    const fleet = expandFleet(root, causes);
    const random = seeded(20_26);
    const runs = 1_000_000;
    const counts = new Array<number>(13).fill(0);
    const state = new Uint8Array(fleet.chances.length);
    for (let run = 0; run < runs; run += 1) {
      fleet.chances.forEach((chance, i) => {
        state[i] = random() < chance ? 1 : 0;
      });
      const up = capacityUp(fleet, (i) => state[i] === 1);
      counts[up] = (counts[up] as number) + 1;
    }
    const { distribution } = survivorsWithCauses(root, causes);
    let below = 0;
    for (let need = 1; need <= 12; need += 1) {
      below += (counts[need - 1] as number) / runs;
      const { lower, upper } = probabilityBelow(distribution, need);
      expect(below).toBeGreaterThanOrEqual(lower - monteCarloMargin(lower, runs));
      expect(below).toBeLessThanOrEqual(upper + monteCarloMargin(upper, runs));
    }
  }, 60_000);

  it('refuses impossible fleets, naming what is wrong', () => {
    const machines = [{ count: 1, unavailability: 0.1 }];
    const refused: [FailureDomain, RegExp][] = [
      [{ name: 'x', events: [], children: [] }, /domain x must hold machines/],
      [{ name: 'x', events: [event(1.1)], children: machines }, /unavailability of an event/],
      [{ name: 'x', events: [event(0.1, -1)], children: machines }, /share of event loss/],
      [{ name: 'x', events: [], children: [{ count: 0, unavailability: 0 }] }, /number of machines/],
      [
        { name: 'x', events: [], children: [{ count: 1, unavailability: Number.NaN }] },
        /unavailability of a machine/,
      ],
      [{ name: 'x', events: [], children: [{ count: 1, unavailability: 0, capacity: 0.5 }] }, /capacity/],
      [{ name: 'x', events: [], children: machines, copies: 2 }, /at the root/],
    ];
    for (const [fleet, message] of refused) {
      expect(() => survivors(fleet)).toThrow(RangeError);
      expect(() => survivors(fleet)).toThrow(message);
    }
    expect(() => survivors({ name: 'x', events: [], children: machines }, { tolerance: 2 })).toThrow(
      /tolerance/,
    );
  });
});

describe('the share of time of an event', () => {
  it('is what rate and repair time give in an alternating process', () => {
    expectNear(eventUnavailability({ ratePerHour: 0.001, repairHours: 10 }), 0.01 / 1.01, 1e-15);
    expect(eventUnavailability({ ratePerHour: 0, repairHours: 10 })).toBe(0);
  });

  it('refuses repair times of zero and negative rates', () => {
    expect(() => eventUnavailability({ ratePerHour: 0.1, repairHours: 0 })).toThrow(/repair time/);
    expect(() => eventUnavailability({ ratePerHour: -0.1, repairHours: 1 })).toThrow(/rate/);
  });
});
