import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { birthDeathPassageTime, birthDeathSteadyState } from '../../../src/models/reliability/birth-death.ts';
import { coverageEffect } from '../../../src/models/reliability/coverage.ts';
import { kOfEqualUnavailability } from '../../../src/models/reliability/independent.ts';
import { exploreChain, visitsOf } from '../../../src/models/reliability/markov.ts';
import { meanTimeTo } from '../../../src/models/reliability/markov-absorption.ts';
import { steadyState } from '../../../src/models/reliability/markov-steady.ts';
import {
  leadingTimeToLossOfAll,
  meanTimeToLossOfAll,
  partUnavailability,
  ratesOf,
  repairableGroup,
} from '../../../src/models/reliability/repair.ts';
import { expectNear } from '../statistics/vectors.ts';
import { lineChain } from './markov-examples.ts';

const groups = fc
  .record({
    units: fc.integer({ min: 1, max: 7 }),
    back: fc.nat({ max: 6 }),
    failureRate: fc.double({ min: 1e-4, max: 10, noNaN: true }),
    repairRate: fc.double({ min: 1e-2, max: 100, noNaN: true }),
    crews: fc.integer({ min: 1, max: 8 }),
    spares: fc.nat({ max: 3 }),
    dormancy: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ back, ...group }) => ({ ...group, needed: Math.max(1, group.units - back) }));

describe('a group with repair', () => {
  it('equals the general chain solved by elimination', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const { up, down } = ratesOf(group);
        const chain = lineChain(
          up.length,
          (i) => up[i] as number,
          (i) => down[i] as number,
        );
        const isDown = (broken: number): boolean => group.units + group.spares - broken < group.needed;
        const visits = visitsOf(chain, steadyState(chain).probability, isDown);
        const found = repairableGroup(group);
        expectNear(found.unavailability, visits.probability, 1e-11);
        expectNear(found.frequency, visits.frequency, 1e-11);
        expectNear(found.meanOutage, visits.meanDuration, 1e-11);
        expectNear(found.meanTimeToOutage, meanTimeTo(chain, isDown), 1e-11);
      }),
    );
  });

  it('is k of n independent units when each has a crew and none is in reserve', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const { units, needed, failureRate, repairRate } = group;
        const q = partUnavailability(1 / failureRate, 1 / repairRate);
        const found = repairableGroup({ units, needed, failureRate, repairRate });
        expectNear(found.unavailability, kOfEqualUnavailability(needed, units, q), 1e-11);
      }),
    );
  });

  it('never gets worse with another crew, another spare or a colder one', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const now = repairableGroup(group).unavailability * (1 + 1e-12);
        expect(repairableGroup({ ...group, crews: group.crews + 1 }).unavailability).toBeLessThanOrEqual(now);
        expect(repairableGroup({ ...group, spares: group.spares + 1 }).unavailability).toBeLessThanOrEqual(
          now,
        );
        const colder = { ...group, dormancy: group.dormancy / 2 };
        expect(repairableGroup(colder).unavailability).toBeLessThanOrEqual(now);
      }),
    );
  });

  it('is about twice as often down with one crew for a pair, and N! times with one crew for N', () => {
    const factor = (units: number): number => {
      const group = { units, needed: 1, failureRate: 1e-6, repairRate: 1 };
      return repairableGroup({ ...group, crews: 1 }).unavailability / repairableGroup(group).unavailability;
    };
    expectNear(factor(2), 2, 1e-5);
    expectNear(factor(4), 24, 1e-5);
  });

  it('knows serial from parallel repair: the folk formula is (N − 1)! too short for parallel repair', () => {
    const [failure, repair] = [1e-5, 1];
    for (const [n, factorial] of [
      [2, 1],
      [3, 2],
      [4, 6],
      [5, 24],
    ] as const) {
      const exact = meanTimeToLossOfAll(n, failure, repair, 'parallel');
      const folk = repair ** (n - 1) / ([1, 1, 2, 6, 24, 120][n] as number) / failure ** n;
      expectNear(leadingTimeToLossOfAll(n, failure, repair, 'serial'), folk, 1e-12);
      expectNear(exact / folk, factorial, 1e-3);
      expectNear(meanTimeToLossOfAll(n, failure, repair, 'serial'), folk, 1e-3);
    }
  });

  it('names what is impossible', () => {
    const group = { units: 2, needed: 1, failureRate: 1, repairRate: 1 };
    expect(() => repairableGroup({ ...group, needed: 3 })).toThrow(/needed units/);
    expect(() => repairableGroup({ ...group, crews: 0 })).toThrow(/repair crews/);
    expect(() => repairableGroup({ ...group, repairRate: 0 })).toThrow(/repair rate/);
    expect(() => repairableGroup({ ...group, dormancy: 1.1 })).toThrow(/dormancy/);
    expect(() => partUnavailability(0, 1)).toThrow(/mean time to failure/);
    expect(() => partUnavailability(1, -1)).toThrow(/mean time to repair/);
    expect(() => birthDeathSteadyState({ up: [1], down: [] })).toThrow(/up and down/);
    expect(() => birthDeathPassageTime([1, 1], [])).toThrow(/rate from 1 to 0/);
  });
});

describe('imperfect coverage', () => {
  it('equals the closed form for a pair', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (uncovered) => {
        const [l, m] = [1e-3, 0.5];
        const pair = { units: 2, needed: 1, failureRate: l, repairRate: m, uncovered, recoveryRate: 1 };
        const closed = (l + m + 2 * l * (1 - uncovered)) / (2 * l * (l + m * uncovered));
        expectNear(coverageEffect(pair).meanTimeToOutage, closed, 1e-11);
      }),
    );
  });

  it('costs a pair six times its time to failure when one failover in a hundred fails', () => {
    const pair = {
      units: 2,
      needed: 1,
      failureRate: 1e-3,
      repairRate: 0.5,
      uncovered: 0.01,
      recoveryRate: 1,
    };
    const { cost, coveredMeanTimeToOutage } = coverageEffect(pair);
    expectNear(coveredMeanTimeToOutage, meanTimeToLossOfAll(2, 1e-3, 0.5, 'serial'), 1e-12);
    expect(cost).toBeGreaterThan(5.8);
    expect(cost).toBeLessThan(6.2);
  });

  it('makes a third unit worse than a second where failovers fail often enough', () => {
    const unavailability = (units: number): number =>
      coverageEffect({
        units,
        needed: 1,
        failureRate: 1e-4,
        repairRate: 0.5,
        uncovered: 0.02,
        recoveryRate: 0.5,
      }).unavailability;
    expect(unavailability(3)).toBeGreaterThan(unavailability(2));
  });

  it('agrees with a chain written out by hand', () => {
    // States: all up, one down, fallen with one down, both down.
    const [l, m, u, r] = [0.1, 2, 0.3, 1];
    const { chain, states } = exploreChain<string>('2', String, function* (state) {
      if (state === '2')
        yield* [
          { to: '1', rate: 2 * l * (1 - u) },
          { to: 'f1', rate: 2 * l * u },
        ];
      if (state === '1')
        yield* [
          { to: '2', rate: m },
          { to: '0', rate: l * (1 - u) },
          { to: 'f0', rate: l * u },
        ];
      if (state === 'f1')
        yield* [
          { to: '1', rate: r },
          { to: 'f2', rate: m },
        ];
      if (state === 'f2') yield { to: '2', rate: r };
      if (state === 'f0')
        yield* [
          { to: '0', rate: r },
          { to: 'f1', rate: m },
        ];
      if (state === '0') yield { to: '1', rate: m };
    });
    const down = visitsOf(chain, steadyState(chain).probability, (i) => !/^[12]$/.test(states[i] as string));
    const found = coverageEffect({
      units: 2,
      needed: 1,
      failureRate: l,
      repairRate: m,
      crews: 1,
      uncovered: u,
      recoveryRate: r,
    });
    expectNear(found.unavailability, down.probability, 1e-12);
    expectNear(found.frequency, down.frequency, 1e-12);
  });
});
