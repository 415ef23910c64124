import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CrossingCause, survivorsWithCauses } from '../../../src/models/reliability/crossing.ts';
import {
  enumerateCombinations,
  mostProbableFirst,
} from '../../../src/models/reliability/crossing-combinations.ts';
import { unavailabilityOwners } from '../../../src/models/reliability/crossing-owners.ts';
import type { FailureDomain } from '../../../src/models/reliability/domains.ts';
import { probabilityBelow } from '../../../src/models/reliability/domains-distribution.ts';
import { survivors } from '../../../src/models/reliability/domains-survivors.ts';
import { kOfEqualUnavailability } from '../../../src/models/reliability/independent.ts';
import { expectNear } from '../statistics/vectors.ts';

const versions = ['v0', 'v1', 'v2', 'v3', 'v4'];
const zones = ['a', 'b', 'c', 'd'];

/** A thousand machines in four zones with five versions side by side in each rack. */
const fleet: FailureDomain = {
  name: 'region',
  events: [{ name: 'region', unavailability: 1e-4 }],
  children: zones.map((name) => ({
    name,
    kind: 'zone',
    events: [{ name: 'zone', unavailability: 5e-4 }],
    children: [
      {
        name: 'rack',
        copies: 5,
        events: [{ name: 'rack', unavailability: 1e-3 }],
        children: versions.map((version) => ({ count: 10, unavailability: 0.005, attributes: { version } })),
      },
    ],
  })),
};

const twelve: CrossingCause[] = [
  ...versions.map((version, i) => ({
    name: `bug of ${version}`,
    unavailability: 1e-3 * (i + 1),
    affects: { version: [version] },
  })),
  ...zones.map((zone, i) => ({
    name: `push to ${zone}`,
    unavailability: 1e-3 * (i + 1),
    affects: { zone: [zone] },
  })),
  { name: 'config', unavailability: 5e-4, affects: {}, share: 0.3 },
  { name: 'poison', unavailability: 1e-3, affects: { zone: ['a', 'b'] }, share: 0.1 },
  { name: 'certificate', unavailability: 1e-4, affects: {} },
];

describe('combinations of causes', () => {
  it('come most probable first, each once, and add up to one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (chances) => {
        const all = [...mostProbableFirst(chances)];
        const possible = chances.filter((p) => p > 0 && p < 1).length;
        expect(new Set(all.map(({ active }) => active)).size).toBe(all.length);
        expect(all.length).toBeLessThanOrEqual(2 ** possible);
        all.forEach(({ active, probability }, i) => {
          const exact = chances.reduce(
            (product, p, cause) => product * ((active >> cause) & 1 ? p : 1 - p),
            1,
          );
          expect(Math.abs(probability - exact)).toBeLessThanOrEqual(1e-13 * exact + 1e-300);
          if (i > 0)
            expect(probability).toBeLessThanOrEqual((all[i - 1]?.probability as number) * (1 + 1e-12));
        });
        expect(all.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('stop when the rest is light enough, and say how much the rest is', () => {
    const chances = twelve.map(({ unavailability }) => unavailability as number);
    const all = [...mostProbableFirst(chances)];
    for (const tolerance of [1e-3, 1e-6, 1e-9, 1e-12]) {
      const { combinations, leftOut } = enumerateCombinations(chances, tolerance);
      expect(leftOut).toBeLessThanOrEqual(tolerance);
      const rest = all.slice(combinations.length).reduceRight((sum, { probability }) => sum + probability, 0);
      expect(leftOut).toBeGreaterThanOrEqual(rest);
      expect(leftOut).toBeLessThanOrEqual(rest + 1e-14);
      // One fewer would not have been enough.
      const last = combinations.at(-1)?.probability as number;
      expect(rest + last).toBeGreaterThan(tolerance - 1e-14);
    }
    expect(enumerateCombinations(chances, 0)).toMatchObject({ leftOut: 0, combinations: { length: 4096 } });
  });

  it('end with an honest rest where there are too many to take', () => {
    const { combinations, leftOut } = enumerateCombinations(new Array(30).fill(0.3), 1e-12);
    const taken = combinations.reduce((sum, { probability }) => sum + probability, 0);
    expect(combinations).toHaveLength(100_000);
    expect(leftOut).toBeGreaterThanOrEqual(1 - taken - 1e-12);
  });
});

describe('survivors with crossing causes', () => {
  it('returns an interval that holds the exact value, whatever it was allowed to leave out', () => {
    const exact = survivorsWithCauses(fleet, twelve, { tolerance: 0 });
    expect(exact.distribution.dropped).toBe(0);
    for (const tolerance of [1e-12, 1e-9, 1e-6, 1e-4, 1e-2]) {
      const found = survivorsWithCauses(fleet, twelve, { tolerance });
      expect(found.distribution.dropped).toBeLessThanOrEqual(tolerance);
      expect(found.combinations).toBeLessThanOrEqual(exact.combinations);
      for (const need of [1, 400, 600, 700, 790, 800, 950, 980, 1000]) {
        const truth = probabilityBelow(exact.distribution, need).lower;
        const { lower, upper } = probabilityBelow(found.distribution, need);
        expect(lower).toBeLessThanOrEqual(truth * (1 + 1e-11));
        expect(upper).toBeGreaterThanOrEqual(truth * (1 - 1e-11));
      }
    }
  });

  it('does not combine causes that lie in different zones', () => {
    const local = twelve.filter(({ name }) => name.startsWith('push'));
    const found = survivorsWithCauses(fleet, local, { tolerance: 0 });
    expect(found.combinations).toBe(0);
    const partial = local.map((cause) => ({ ...cause, share: 0.5 }));
    expect(survivorsWithCauses(fleet, partial, { tolerance: 0 }).combinations).toBe(2 * local.length);
  });

  it('is the tree alone without causes, and nothing is up when a cause of everything is certain', () => {
    const found = survivorsWithCauses(fleet, []).distribution;
    const tree = survivors(fleet);
    for (const need of [500, 900, 990]) {
      expectNear(probabilityBelow(found, need).lower, probabilityBelow(tree, need).lower, 1e-9);
    }
    const all = { name: 'all', unavailability: 1, affects: {} };
    expect(probabilityBelow(survivorsWithCauses(fleet, [all]).distribution, 1).lower).toBe(1);
  });

  it('ignores causes whose selection fits no machine', () => {
    const nothing = { name: 'none', unavailability: 0.9, affects: { version: ['v9'] } };
    const { distribution, combinations } = survivorsWithCauses(fleet, [nothing]);
    expect(combinations).toBe(0);
    expectNear(
      probabilityBelow(distribution, 900).lower,
      probabilityBelow(survivors(fleet), 900).lower,
      1e-9,
    );
  });

  it('keeps places apart that are described by one and the same object', () => {
    const rack = { name: 'rack', events: [], children: [{ count: 2, unavailability: 0.1 }] };
    const twice = { name: 'all', events: [], children: [rack, rack] };
    const cause = { name: 'all racks', unavailability: 0.2, affects: {} };
    const found = survivorsWithCauses(twice, [cause], { tolerance: 0 }).distribution;
    expectNear(probabilityBelow(found, 1).lower, 0.2 + 0.8 * 0.1 ** 4, 1e-14);
    expectNear(probabilityBelow(found, 4).lower, 1 - 0.8 * 0.9 ** 4, 1e-14);
  });

  it('refuses more causes than it can tell apart, and impossible shares', () => {
    const cause = twelve[0] as CrossingCause;
    expect(() => survivorsWithCauses(fleet, new Array(31).fill(cause))).toThrow(/at most 30/);
    expect(() => survivorsWithCauses(fleet, [{ ...cause, share: 2 }])).toThrow(/share of cause bug of v0/);
    expect(() =>
      survivorsWithCauses(fleet, [{ name: 'x', ratePerHour: 1, repairHours: 0, affects: {} }]),
    ).toThrow(/repair time/);
  });
});

describe('the owner of the unavailability', () => {
  const three: FailureDomain = {
    name: 'service',
    events: [],
    children: [{ count: 3, unavailability: 0.01, attributes: { version: 'v1' } }],
  };
  const push = { name: 'config push', unavailability: 1e-3, affects: {} };

  it('is the common cause, not the machines, for three replicas at one percent', () => {
    const { unavailability, owners } = unavailabilityOwners(three, [push], 1);
    expectNear(unavailability.lower, 1e-3 + (1 - 1e-3) * 1e-6, 1e-12);
    expect(owners[0]).toMatchObject({ kind: 'crossing cause', name: 'config push' });
    expectNear(owners[0]?.without.lower as number, 1e-6, 1e-9);
    expect(owners.at(-1)).toMatchObject({ kind: 'machines' });
  });

  it('shares an outage that needs two causes between both, so that the shares exceed one', () => {
    const zone = (name: string): FailureDomain => ({
      name,
      kind: 'zone',
      events: [{ name: `loss of ${name}`, unavailability: 0.01 }],
      children: [{ count: 1, unavailability: 0 }],
    });
    const { owners } = unavailabilityOwners(
      { name: 'all', events: [], children: [zone('a'), zone('b')] },
      [],
      1,
    );
    expect(owners.map(({ share }) => share)).toEqual([1, 1, 0]);
  });

  it('removes events of one name together, in all domains', () => {
    const { owners } = unavailabilityOwners(fleet, [], 990);
    const rack = owners.find(({ name }) => name === 'rack');
    const zone = owners.find(({ name }) => name === 'zone');
    expect(owners.filter(({ name }) => name === 'rack')).toHaveLength(1);
    expect(rack?.share as number).toBeGreaterThan(zone?.share as number);
    const bare = { ...fleet, events: [], children: [{ count: 1000, unavailability: 0.005 }] };
    expectNear(probabilityBelow(survivors(bare), 990).lower, kOfEqualUnavailability(990, 1000, 0.005), 1e-9);
  });
});
