import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hoursToSupport,
  supportOf,
  survivalAfterFailureFree,
  testClaimedMttf,
  trialsToSupport,
} from '../../../src/models/statistics/demonstration.ts';
import {
  binomialTail,
  chiSquareQuantile,
  chiSquareTail,
  fQuantile,
  gammaQuantile,
  logNormalSurvival,
  normalHazard,
  normalQuantile,
  normalTail,
  poissonTail,
} from '../../../src/models/statistics/distribution-functions.ts';
import { proportionInterval, proportionUpperBound } from '../../../src/models/statistics/proportion.ts';
import {
  mtbfInterval,
  poissonInterval,
  rateInterval,
  rateUpperBound,
} from '../../../src/models/statistics/rate.ts';
import {
  unavailabilityByF,
  unavailabilityOfRenewals,
} from '../../../src/models/statistics/unavailability-interval.ts';
import {
  weightedCountInterval,
  weightedCountUpperBound,
} from '../../../src/models/statistics/weighted-count.ts';
import { exponential, gamma, randomFrom } from '../../evidence/simulated-log.ts';

describe('distribution functions', () => {
  it('keep their digits in tails where 1 − p has lost them', () => {
    expect(poissonTail(0, 800, 'lower')).toBe(0);
    expect(poissonTail(3, 1e-4, 'upper') / (1e-12 / 6)).toBeCloseTo(1, 3);
    expect(binomialTail(2, 10, 1e-9, 'upper') / 45e-18).toBeCloseTo(1, 6);
    expect(normalTail(10, 'upper') / 7.619853024160527e-24).toBeCloseTo(1, 12);
    expect(logNormalSurvival(40)).toBeCloseTo(-804.608442013754, 8);
    expect(chiSquareTail(100, 2, 'upper') / Math.exp(-50)).toBeCloseTo(1, 12);
  });

  it('agree with each other: both tails make 1, and quantiles invert tails', () => {
    const p = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    fc.assert(
      fc.property(p, fc.integer({ min: 1, max: 200 }), (chance, df) => {
        const x = chiSquareQuantile(chance, df, 'upper');
        expect(chiSquareTail(x, df, 'upper')).toBeCloseTo(chance, 9);
        expect(chiSquareTail(x, df, 'upper') + chiSquareTail(x, df, 'lower')).toBeCloseTo(1, 12);
        expect(normalTail(normalQuantile(chance, 'upper'), 'upper')).toBeCloseTo(chance, 9);
        expect(gammaQuantile(chance, df / 2, 0.5, 'upper')).toBeCloseTo(x, 9);
      }),
      { numRuns: 100 },
    );
  });

  it('include an F quantile that reverses with its degrees of freedom', () => {
    // Tables: F(0.95; 5, 10) = 3.3258.
    expect(fQuantile(0.05, 5, 10, 'upper')).toBeCloseTo(3.3258, 4);
    expect(fQuantile(0.05, 5, 10, 'upper')).toBeCloseTo(1 / fQuantile(0.05, 10, 5, 'lower'), 10);
  });

  it('give a normal hazard and survival that fit each other on both sides of their switch', () => {
    for (const z of [-40, -6, -5, 0, 4.999, 5, 5.001, 30]) {
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      if (density === 0) continue;
      expect(Math.log(density / normalHazard(z))).toBeCloseTo(logNormalSurvival(z), 9);
    }
  });
});

describe('exact bounds', () => {
  it('of a Poisson mean cover at least 95 % at every mean, by summing the distribution', () => {
    const intervals = Array.from({ length: 120 }, (_, n) => poissonInterval(n, 0.95));
    for (let mean = 0.05; mean < 40; mean += 0.37) {
      let covered = 0;
      let chance = Math.exp(-mean);
      for (const [n, { low, high }] of intervals.entries()) {
        if (low <= mean && mean <= high) covered += chance;
        chance *= mean / (n + 1);
      }
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('of a proportion cover at least 90 % at every chance, by summing the distribution', () => {
    const n = 25;
    const intervals = Array.from({ length: n + 1 }, (_, k) => proportionInterval(k, n, 0.9));
    for (let p = 0.01; p < 1; p += 0.017) {
      let covered = 0;
      intervals.forEach(({ low, high }, k) => {
        if (low > p || p > high) return;
        covered += binomialTail(k, n, p, 'lower') - (k === 0 ? 0 : binomialTail(k - 1, n, p, 'lower'));
      });
      expect(covered).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('are tighter when the observation ended with a failure than when it ended at a set time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (failures) => {
        const atTime = rateInterval(failures, 1000, 0.95);
        const atFailure = rateInterval(failures, 1000, 0.95, 'failure');
        expect(atFailure.high).toBeLessThan(atTime.high);
        expect(atFailure.low).toBe(atTime.low);
        expect(rateUpperBound(failures, 1000, 0.975)).toBeCloseTo(atTime.high, 12);
      }),
    );
  });

  it('without failures leave the mean time open above and the rate open below', () => {
    expect(mtbfInterval(0, 1000, 0.95).high).toBe(Infinity);
    expect(rateInterval(0, 1000, 0.95).low).toBe(0);
    expect(proportionInterval(0, 10, 0.95).low).toBe(0);
    expect(proportionUpperBound(10, 10, 0.95)).toBe(1);
  });

  it('of a weighted count are Garwood for weights of 1, and wider for the same total in fewer events', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (n) => {
        const single = weightedCountInterval(new Array<number>(n).fill(1), 0.95);
        const garwood = poissonInterval(n, 0.95);
        expect(single.low).toBeCloseTo(garwood.low, 8);
        expect(single.high).toBeCloseTo(garwood.high, 8);
        const bursts = weightedCountInterval(new Array<number>(n).fill(5), 0.95);
        expect(bursts.high).toBeCloseTo(5 * garwood.high, 7);
      }),
    );
    expect(weightedCountInterval([], 0.95).high).toBeCloseTo(poissonInterval(0, 0.95).high, 10);
    expect(weightedCountUpperBound([3, 1], 0.975)).toBeCloseTo(weightedCountInterval([3, 1], 0.95).high, 10);
  });

  it('reject impossible counts, exposures and confidences by name', () => {
    expect(() => poissonInterval(-1, 0.95)).toThrow(RangeError);
    expect(() => poissonInterval(1.5, 0.95)).toThrow('number of events');
    expect(() => rateInterval(1, 0, 0.95)).toThrow('exposure');
    expect(() => rateInterval(0, 10, 0.95, 'failure')).toThrow('failure-truncated');
    expect(() => poissonInterval(1, 1)).toThrow('confidence');
    expect(() => proportionInterval(3, 2, 0.95)).toThrow('exceeds');
    expect(() => weightedCountInterval([0], 0.95)).toThrow('weight');
  });
});

describe('a claim', () => {
  it('of 1e-9 per hour is refused with the three billion hours that it takes', () => {
    const support = supportOf(1e-9, 0, 1e6, 0.95);
    if (support.kind !== 'refused') throw new Error('supported');
    expect(support.hoursNeeded).toBeCloseTo(2_995_732_273.554, 2);
    expect(support.hoursMissing).toBeCloseTo(support.hoursNeeded - 1e6, 3);
    expect(support.demonstratedRate).toBeCloseTo(2.9957e-6, 9);
  });

  it('is supported exactly from the hours on that it needs, whatever the failures', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        (n, rate) => {
          const hours = hoursToSupport(rate, 0.9, n);
          expect(supportOf(rate, n, hours * 1.0001, 0.9).kind).toBe('supported');
          expect(supportOf(rate, n, hours * 0.9999, 0.9).kind).toBe('refused');
        },
      ),
    );
  });

  it('per trial takes the trials after which so few failures are unlikely', () => {
    expect(trialsToSupport(0.001, 0.95)).toBe(2995);
    expect(trialsToSupport(1, 0.95)).toBe(1);
    expect(0.999 ** 2995).toBeLessThan(0.05);
    expect(0.999 ** 2994).toBeGreaterThan(0.05);
  });

  it('of a vendor is judged by the chance of so many failures: 1,000,000 hours against 29 in 876,000', () => {
    const test = testClaimedMttf(1e6, 29, 876_000, 0.95);
    expect(test.verdict).toBe('contradicted');
    expect(test.chanceOfAsMany).toBeLessThan(1e-30);
    expect(testClaimedMttf(1e6, 1, 876_000, 0.95).verdict).toBe('undecided');
    expect(testClaimedMttf(1e6, 0, 4e6, 0.95).verdict).toBe('demonstrated');
    expect(survivalAfterFailureFree(100, 300)).toBe(0.25);
  });
});

describe('unavailability from up and down times', () => {
  it('by F covers the truth in 95 % of 2,000 exponential samples of ten cycles', () => {
    let hits = 0;
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = randomFrom(seed);
      let up = 0;
      let down = 0;
      for (let i = 0; i < 10; i += 1) {
        up += exponential(random, 100);
        down += exponential(random, 1);
      }
      const { interval } = unavailabilityByF(up, 10, down, 10, 0.95);
      hits += interval.low <= 1 / 101 && 1 / 101 <= interval.high ? 1 : 0;
    }
    expect(hits / 2000).toBeGreaterThan(0.935);
    expect(hits / 2000).toBeLessThan(0.965);
  });

  it('of renewals covers the truth with regular repairs, where the F interval is too wide', () => {
    let hits = 0;
    let widths = 0;
    for (let seed = 1; seed <= 1000; seed += 1) {
      const random = randomFrom(seed);
      const ups = Array.from({ length: 50 }, () => gamma(random, 4) * 25);
      const downs = Array.from({ length: 50 }, () => gamma(random, 4) / 4);
      const renewals = unavailabilityOfRenewals(ups, downs, 0.95);
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
      const byF = unavailabilityByF(sum(ups), 50, sum(downs), 50, 0.95);
      expect(renewals.unavailability).toBeCloseTo(byF.unavailability, 12);
      hits += renewals.interval.low <= 1 / 101 && 1 / 101 <= renewals.interval.high ? 1 : 0;
      widths += (byF.interval.high - byF.interval.low) / (renewals.interval.high - renewals.interval.low);
    }
    expect(hits / 1000).toBeGreaterThan(0.925);
    expect(hits / 1000).toBeLessThan(0.97);
    expect(widths / 1000).toBeGreaterThan(1.8);
  });

  it('rejects times and counts that cannot be', () => {
    expect(() => unavailabilityByF(0, 1, 1, 1, 0.95)).toThrow('up time');
    expect(() => unavailabilityByF(1, 0, 1, 1, 0.95)).toThrow('number of failures');
    expect(() => unavailabilityOfRenewals([1], [1, 2], 0.95)).toThrow('number of up times');
  });
});
