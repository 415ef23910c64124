import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incompleteGamma, incompleteGammaInverse } from '../../../src/models/statistics/incomplete-gamma.ts';
import { poissonAtLeast } from '../../../src/models/statistics/poisson.ts';

describe('the incomplete gamma function', () => {
  // mpmath 1.3, 30 digits: gammainc(a, 0, x, regularized=True).
  it.each([
    [499, 500, 0.523785414040272],
    [500, 490.5, 0.339934353368759],
    [1000, 1000.5, 0.510510710923179],
    [1000, 1031.6, 0.841213453261839],
    [1234.5, 1100, 3.63831843467853e-5],
    [5000, 5035.5, 0.693422068470194],
    [5000, 4700, 7.59706486194127e-6],
    [100000, 100079, 0.599018800399056],
    [1000000, 999000, 0.158655213574304],
  ])('is %d, %d: %d', (a, x, lower) => {
    expect(incompleteGamma(a, x, 'lower') / lower).toBeCloseTo(1, 11);
  });

  it('is the tail of a Poisson count, for counts on both sides of the change of method', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 3000 }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        (k, z) => {
          const mean = k + z * Math.sqrt(k);
          expect(incompleteGamma(k, mean, 'lower') / poissonAtLeast(k, mean)).toBeCloseTo(1, 9);
        },
      ),
      { seed: 11 },
    );
  });

  it('has tails that add up to one, and an inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-9, max: 0.999, noNaN: true }),
        fc.constantFrom('lower' as const, 'upper' as const),
        (a, p, tail) => {
          const x = incompleteGammaInverse(p, a, tail);
          expect(incompleteGamma(a, x, tail) / p).toBeCloseTo(1, 8);
          expect(incompleteGamma(a, x, 'lower') + incompleteGamma(a, x, 'upper')).toBeCloseTo(1, 12);
        },
      ),
      { seed: 12 },
    );
  });
});
