import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poissonTail } from '../../../src/models/statistics/distribution-functions.ts';
import { poissonAtLeast, poissonChance } from '../../../src/models/statistics/poisson.ts';

describe('a Poisson count', () => {
  it('has the chances of the textbook', () => {
    expect(poissonChance(0, 2)).toBeCloseTo(Math.exp(-2), 15);
    expect(poissonChance(3, 2)).toBeCloseTo((8 / 6) * Math.exp(-2), 15);
    // From 50 digits, and from Stirling's series.
    expect(poissonChance(20, 10) / 0.001866081313998759).toBeCloseTo(1, 12);
    expect(poissonChance(1e6, 1e6) / 0.00039894224715624404).toBeCloseTo(1, 11);
    expect([poissonChance(0, 0), poissonChance(1, 0)]).toEqual([1, 0]);
  });

  it('keeps the ratio of neighbours, mean / k, on both sides of the sixteen where the formula changes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (k, mean) => {
          expect((poissonChance(k, mean) / poissonChance(k - 1, mean) / mean) * k).toBeCloseTo(1, 11);
        },
      ),
    );
  });

  it('has chances that add up to one', () => {
    for (const mean of [0.3, 7, 300, 20_000]) {
      const last = Math.ceil(mean + 12 * Math.sqrt(mean) + 30);
      let sum = 0;
      for (let k = 0; k <= last; k += 1) sum += poissonChance(k, mean);
      expect(sum).toBeCloseTo(1, 11);
    }
  });

  it('exceeds a bound with the chance that the incomplete gamma function gives', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: 0, max: 200 }),
        (mean, k) => {
          const expected = poissonTail(k, mean, 'upper');
          // Below 1e-300 floats lose digits by themselves.
          const tolerated = Math.max(1e-11 * expected, 1e-300);
          expect(Math.abs(poissonAtLeast(k, mean) - expected)).toBeLessThanOrEqual(tolerated);
        },
      ),
    );
  });

  it('exceeds bounds around a large mean with the chances of a sum of 60 digits', () => {
    for (const [mean, k, chance] of [
      [1000, 1000, 0.5042052441802155],
      [1000.5, 1000, 0.510510710923179],
      [900, 1000, 0.0005499022657117829],
      [1100, 1000, 0.99894067674607],
    ] as const) {
      expect(poissonAtLeast(k, mean)).toBeCloseTo(chance, 11);
    }
  });

  it('loses the chance of a count when the bound passes it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.double({ min: -6, max: 6, noNaN: true }),
        (mean, deviations) => {
          const k = Math.max(0, Math.round(mean + deviations * Math.sqrt(mean)));
          const lost = poissonAtLeast(k, mean) - poissonAtLeast(k + 1, mean);
          expect(Math.abs(lost - poissonChance(k, mean))).toBeLessThan(1e-10);
        },
      ),
    );
  });

  it('exceeds what is far out with a chance that vanishes, and nothing with certainty', () => {
    expect(poissonAtLeast(0, 3)).toBe(1);
    expect(poissonAtLeast(1000, 3)).toBe(0);
    expect(poissonAtLeast(4, 0)).toBe(0);
  });

  it('needs a whole count and a finite mean that is not negative', () => {
    expect(() => poissonChance(1.5, 2)).toThrow(/count/);
    expect(() => poissonChance(1, -1)).toThrow(/mean of the count/);
    expect(() => poissonAtLeast(2, Number.POSITIVE_INFINITY)).toThrow(/mean of the count/);
  });
});
