import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atLeastDown,
  familyUnavailability,
  naiveFactor,
  type ReplicaFamily,
} from '../../../src/models/reliability/families.ts';
import { frechetBounds } from '../../../src/models/reliability/families-bounds.ts';
import {
  alphaFactor,
  alphaShares,
  betaFactor,
  eventProbabilities,
  greekShares,
  multipleGreekLetter,
  phiFactor,
} from '../../../src/models/reliability/families-common-cause.ts';
import {
  betaBinomial,
  binomialFailureRate,
  eckhardtLee,
} from '../../../src/models/reliability/families-mixtures.ts';
import { overlapSizes, subsetFailures } from '../../../src/models/reliability/families-subsets.ts';
import { expectNear } from '../statistics/vectors.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const small = fc.double({ min: 1e-6, max: 0.5, noNaN: true });

const examples: readonly ReplicaFamily[] = [
  betaFactor(0.01, 0.1),
  multipleGreekLetter(0.01, [0.1, 0.5, 0.9]),
  alphaFactor(0.01, [0.95, 0.03, 0.02], 'staggered'),
  alphaFactor(0.01, [0.95, 0.03, 0.02], 'non-staggered'),
  phiFactor(0.01, [0.9, 0.05, 0.05]),
  binomialFailureRate({ own: 0.008, shock: 0.01, lethality: 0.2, lethalShock: 0.001 }),
  betaBinomial(0.01, 0.05),
  eckhardtLee([
    { weight: 0.99, unavailability: 0.005 },
    { weight: 0.009, unavailability: 0.5 },
    { weight: 0.001, unavailability: 1 },
  ]),
];

/** Every event for every subset, gone through one by one. */
function subsetsByEnumeration(events: readonly number[]): Float64Array {
  const m = events.length;
  let down = new Map([[0, 1]]);
  for (let subset = 1; subset < 1 << m; subset += 1) {
    const size = subset.toString(2).replaceAll('0', '').length;
    const chance = events[size - 1] as number;
    const next = new Map<number, number>();
    const add = (key: number, value: number) => next.set(key, (next.get(key) ?? 0) + value);
    for (const [set, value] of down) {
      add(set, value * (1 - chance));
      add(set | subset, value * chance);
    }
    down = next;
  }
  const pmf = new Float64Array(m + 1);
  for (const [set, value] of down) {
    const size = set.toString(2).replaceAll('0', '').length;
    pmf[size] = (pmf[size] as number) + value;
  }
  return pmf;
}

describe('every family', () => {
  it('has distributions that add up to one and keep the marginal for every number of replicas', () => {
    for (const family of examples) {
      for (const n of [1, 2, 3, 4, 5, 7, 12]) {
        const pmf = family.failures(n);
        expect(pmf).toHaveLength(n + 1);
        expectNear(
          pmf.reduce((sum, value) => sum + value, 0),
          1,
          1e-12,
        );
        const mean = pmf.reduce((sum, value, k) => sum + k * value, 0) / n;
        // For larger groups the sets are fewer and larger, which moves the overlap of events, of order Q².
        expectNear(mean, family.marginal, n <= 3 ? 1e-12 : 5e-3);
      }
    }
  });

  it('sets a floor that more replicas approach from above and never cross', () => {
    for (const family of examples) {
      let last = 1;
      for (const n of [1, 2, 3, 4, 6, 10, 20, 40]) {
        const all = atLeastDown(family, n, n);
        expect(all).toBeLessThanOrEqual(last * (1 + 1e-12));
        expect(all).toBeGreaterThanOrEqual(family.floor * (1 - 1e-12));
        last = all;
      }
      if (family.floor > 0) expectNear(last, family.floor, 1e-3);
    }
  });

  it('is worse than independence by a factor that grows with the number of replicas', () => {
    for (const family of examples) {
      const factors = [2, 3, 4, 5, 6, 7].map((n) => naiveFactor(family, n));
      expect(factors[0]).toBeGreaterThan(1);
      factors.slice(1).forEach((factor, i) => {
        expect(factor).toBeGreaterThan(factors[i] as number);
      });
    }
  });

  it('is never outside the bounds that hold whatever the dependence', () => {
    for (const family of examples) {
      for (const n of [2, 3, 5]) {
        const marginal = family.failures(n).reduce((sum, value, k) => sum + k * value, 0) / n;
        for (let k = 1; k <= n; k += 1) {
          const { lower, upper } = frechetBounds(k, new Array(n).fill(marginal));
          expect(atLeastDown(family, k, n)).toBeGreaterThanOrEqual(lower - 1e-15);
          expect(atLeastDown(family, k, n)).toBeLessThanOrEqual(upper + 1e-15);
        }
      }
    }
  });
});

describe('more correlation at equal marginals', () => {
  /** Beta-factor whose replicas are down with exactly P, whatever beta is. */
  const shock = (p: number, common: number): ReplicaFamily =>
    binomialFailureRate({ own: (p - common) / (1 - common), shock: 0, lethality: 0, lethalShock: common });
  const families: readonly ((p: number, strength: number) => ReplicaFamily)[] = [
    (p, strength) => shock(p, strength * p),
    betaBinomial,
    (p, strength) =>
      eckhardtLee([
        { weight: 0.5, unavailability: p * (1 - strength) },
        { weight: 0.5, unavailability: p * (1 + strength) },
      ]),
  ];

  it('never raises the availability of one of N and never lowers that of N of N', () => {
    fc.assert(
      fc.property(small, unit, unit, fc.integer({ min: 2, max: 12 }), fc.nat(2), (p, a, b, n, which) => {
        const make = families[which] as (p: number, strength: number) => ReplicaFamily;
        const weak = make(p, Math.min(a, b));
        const strong = make(p, Math.max(a, b));
        expectNear(strong.marginal, weak.marginal, 1e-12);
        const slack = 1 + 1e-10;
        expect(familyUnavailability(strong, 1, n) * slack).toBeGreaterThanOrEqual(
          familyUnavailability(weak, 1, n),
        );
        expect(familyUnavailability(strong, n, n)).toBeLessThanOrEqual(
          familyUnavailability(weak, n, n) * slack,
        );
      }),
    );
  });

  it('helps where more parts are needed than are up on average: 29 of 30 at five percent', () => {
    const weak = familyUnavailability(shock(0.05, 0), 29, 30);
    const strong = familyUnavailability(shock(0.05, 0.04), 29, 30);
    expect(weak).toBeGreaterThan(0.44);
    expect(strong).toBeLessThan(0.08);
    // And hurts the same machines when half of them are enough.
    expect(familyUnavailability(shock(0.05, 0.04), 15, 30)).toBeGreaterThan(
      1e6 * familyUnavailability(shock(0.05, 0), 15, 30),
    );
  });
});

describe('events that take sets of members', () => {
  it('unite to the same sizes as when every set is gone through', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 4 }), (events) => {
        const expected = subsetsByEnumeration(events);
        const found = subsetFailures(events, events.length);
        found.forEach((value, k) => {
          expect(Math.abs(value - (expected[k] as number))).toBeLessThanOrEqual(1e-13);
        });
      }),
    );
  });

  it('keep relative accuracy where inclusion and exclusion would cancel', () => {
    // Six members, only pairs: three disjoint pairs of the 15 are the cheapest cover, 15 ways.
    const pmf = subsetFailures([0, 1e-30, 0, 0, 0, 0], 6);
    expectNear(pmf[6] as number, 15e-90, 1e-12);
    expectNear(pmf[2] as number, 15e-30, 1e-12);
  });

  it('look at some of the members without knowing which', () => {
    const events = eventProbabilities(0.1, alphaShares([0.7, 0.2, 0.1], 'non-staggered'));
    const three = subsetFailures(events, 3);
    const two = subsetFailures(events, 2);
    expectNear(two[2] as number, (three[3] as number) + (three[2] as number) / 3, 1e-13);
  });

  it('have beta as the Greek letters of a group of two', () => {
    expect(greekShares([0.2])).toEqual([0.8, 0.2]);
    expectNear(
      atLeastDown(multipleGreekLetter(0.1, [0.2]), 2, 2),
      atLeastDown(betaFactor(0.1, 0.2), 2, 2),
      1e-13,
    );
    expectNear(
      atLeastDown(multipleGreekLetter(0.1, [0.2]), 5, 5),
      atLeastDown(betaFactor(0.1, 0.2), 5, 5),
      1e-13,
    );
  });

  it('differ by testing scheme for the same alpha-factors', () => {
    const alphas = [0.7, 0.2, 0.1];
    const staggered = atLeastDown(alphaFactor(0.1, alphas, 'staggered'), 3, 3);
    expect(atLeastDown(alphaFactor(0.1, alphas, 'non-staggered'), 3, 3) / staggered).toBeGreaterThan(1.7);
  });
});

describe('mixtures', () => {
  it('have the second moment of the difficulty as the chance that both of two fail', () => {
    const situations = [
      { weight: 0.9, unavailability: 0.001 },
      { weight: 0.1, unavailability: 0.3 },
    ];
    const mean = 0.9 * 0.001 + 0.1 * 0.3;
    const variance = 0.9 * (0.001 - mean) ** 2 + 0.1 * (0.3 - mean) ** 2;
    expectNear(atLeastDown(eckhardtLee(situations), 2, 2), mean ** 2 + variance, 1e-13);
  });

  it('have the correlation of two replicas that the beta-binomial was given', () => {
    const [p, rho] = [0.02, 0.3];
    const both = atLeastDown(betaBinomial(p, rho), 2, 2);
    expectNear((both - p * p) / (p * (1 - p)), rho, 1e-12);
  });

  it('do not share the chance that all of three fail just because two of them correlate alike', () => {
    const [p, rho] = [0.01, 0.1];
    const both = p * p + rho * p * (1 - p);
    // A common shock of the same marginal and the same chance for two.
    const common = (both - p * p) / (1 - 2 * p + both);
    const own = (p - common) / (1 - common);
    const shocked = binomialFailureRate({ own, shock: 0, lethality: 0, lethalShock: common });
    expectNear(atLeastDown(shocked, 2, 2), both, 1e-12);
    expect(atLeastDown(shocked, 3, 3) / atLeastDown(betaBinomial(p, rho), 3, 3)).toBeGreaterThan(4);
  });

  it('reach independence and one common fate at the ends of the correlation', () => {
    expectNear(atLeastDown(betaBinomial(0.01, 0), 3, 3), 1e-6, 1e-13);
    expectNear(atLeastDown(betaBinomial(0.01, 1), 3, 3), 0.01, 1e-15);
    expectNear(atLeastDown(betaBinomial(0.01, 1e-12), 3, 3), 1e-6, 1e-6);
  });
});

describe('bounds without evidence of independence', () => {
  it('hold for every joint distribution, and some distribution reaches each of them', () => {
    const joint = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(joint, fc.integer({ min: 1, max: 3 }), (weights, k) => {
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const chance = (holds: (state: number) => boolean): number =>
          weights.reduce((total, weight, state) => (holds(state) ? total + weight / sum : total), 0);
        const marginals = [0, 1, 2].map((i) => chance((state) => ((state >> i) & 1) === 1));
        const down = (state: number): number => (state & 1) + ((state >> 1) & 1) + (state >> 2);
        const { lower, upper } = frechetBounds(k, marginals);
        const actual = chance((state) => down(state) >= k);
        expect(actual).toBeGreaterThanOrEqual(lower - 1e-12);
        expect(actual).toBeLessThanOrEqual(upper + 1e-12);
      }),
    );
    // Reached: exactly two of three down together, each pair a third of the time, has P(at least 2) = 3p/2.
    expectNear(frechetBounds(2, [0.2, 0.2, 0.2]).upper, 0.3, 1e-15);
    // Reached: the failures of three parts at 90 % overlap as little as they can.
    expectNear(frechetBounds(2, [0.9, 0.9, 0.9]).lower, 0.85, 1e-15);
  });
});

describe('impossible input', () => {
  it('is refused by the name of the quantity', () => {
    expect(() => betaFactor(1.5, 0.1)).toThrow(/unavailability of a replica/);
    expect(() => betaFactor(0.1, -0.1)).toThrow(/beta/);
    expect(() => multipleGreekLetter(0.1, [0.1, 2])).toThrow(/factor 3/);
    expect(() => alphaFactor(0.1, [0.5, 0.1], 'staggered')).toThrow(/add up to 1/);
    expect(() => alphaFactor(0.1, [1], 'staggered')).toThrow(/group size/);
    expect(() => betaBinomial(0.1, 1.2)).toThrow(/correlation/);
    expect(() => eckhardtLee([{ weight: 0.5, unavailability: 0.1 }])).toThrow(/add up to 1/);
    expect(() => frechetBounds(4, [0.1])).toThrow(/parts down/);
    expect(() => subsetFailures(new Array(65).fill(0), 3)).toThrow(/at most 64/);
    expect(() => betaBinomial(0.1, 0.1).failures(0)).toThrow(/number of replicas/);
    expect(() => overlapSizes(3, 4, 1)).toThrow(/size of a set/);
  });
});
