import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  capacityQuantile,
  expectedShortfall,
  meanUnavailability,
  riskCurve,
  servedShare,
} from '../../../src/models/reliability/capacity-at-risk.ts';
import type { FailureDomain } from '../../../src/models/reliability/domains.ts';
import {
  type CapacityDistribution,
  probabilityBelow,
  toArray,
} from '../../../src/models/reliability/domains-distribution.ts';
import { survivors } from '../../../src/models/reliability/domains-survivors.ts';
import { expectNear } from '../statistics/vectors.ts';
import { randomFleet } from './domains-oracle.ts';
import { seeded } from './repair-random.ts';

/** The 40 worker machines of the built-in example over three zones. */
const workers: FailureDomain = {
  name: 'region',
  events: [],
  children: [14, 13, 13].map((count) => ({
    name: 'zone',
    events: [{ name: 'zone', unavailability: 5e-4 }],
    children: [{ count, unavailability: 0.01 }],
  })),
};

describe('capacity at risk', () => {
  it('rises with the capacity asked for, from nothing to certainty', () => {
    const risks = riskCurve(
      survivors(workers),
      Array.from({ length: 42 }, (_, x) => x),
    ).map(({ risk }) => risk.lower);
    expect(risks[0]).toBe(0);
    expect(risks.at(-1)).toBe(1);
    risks.slice(1).forEach((risk, i) => {
      expect(risk).toBeGreaterThanOrEqual(risks[i] as number);
    });
  });

  it('counts parts of a unit as the next whole unit', () => {
    const distribution = survivors(workers);
    expect(probabilityBelow(distribution, 31.2)).toEqual(probabilityBelow(distribution, 32));
  });

  it('gives the largest capacity whose risk is low enough, for random fleets', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 0.99, noNaN: true }), (seed, risk) => {
        const distribution = survivors(randomFleet(seeded(seed), 40).root);
        const { guaranteed, possible } = capacityQuantile(distribution, risk);
        expect(possible).toBe(guaranteed);
        const slack = 1e-12;
        expect(probabilityBelow(distribution, guaranteed).upper).toBeLessThanOrEqual(risk + slack);
        if (guaranteed < distribution.total) {
          expect(probabilityBelow(distribution, guaranteed + 1).lower).toBeGreaterThan(risk - slack);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('guarantees nothing beyond what it kept', () => {
    const half: CapacityDistribution = {
      runs: [{ start: 5, values: Float64Array.of(0.5, 0.4) }],
      dropped: 0.1,
      total: 10,
    };
    expect(capacityQuantile(half, 0.05)).toEqual({ guaranteed: 0, possible: 5 });
    expect(capacityQuantile(half, 0.55)).toEqual({ guaranteed: 5, possible: 6 });
    expect(expectedShortfall(half, 6)).toEqual({ lower: 0.5, upper: 0.5 + 6 * 0.1 });
  });

  it('has the mean shortage of the whole distribution', () => {
    const distribution = survivors(workers);
    const pmf = toArray(distribution);
    const mean = pmf.reduce((sum, chance, up) => sum + Math.max(0, 32 - up) * chance, 0);
    expectNear(expectedShortfall(distribution, 32).lower, mean, 1e-12);
    expectNear(servedShare(distribution, 32), 1 - mean / 32, 1e-12);
    expect(servedShare(distribution, 32)).toBeGreaterThan(1 - probabilityBelow(distribution, 32).upper);
  });

  it('has the unavailability of one machine for all causes as its mean', () => {
    const { lower, upper } = meanUnavailability(survivors(workers));
    expectNear(lower, 1 - 0.99 * (1 - 5e-4), 1e-11);
    expect(upper).toBeGreaterThanOrEqual(lower);
  });

  it('refuses impossible questions', () => {
    const distribution = survivors(workers);
    expect(() => capacityQuantile(distribution, 1.5)).toThrow(/risk/);
    expect(() => probabilityBelow(distribution, Number.NaN)).toThrow(/capacity/);
    expect(() => expectedShortfall(distribution, -1)).toThrow(/need/);
    expect(() => servedShare(distribution, 0)).toThrow(/need/);
  });
});
