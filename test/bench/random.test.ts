import { describe, expect, it } from 'vitest';
import { derivedSeed, seededRandom } from '../../bench/random.ts';

const take = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
};

describe('seeded random numbers', () => {
  it('are the published first outputs of mulberry32 for seed 0', () => {
    // As printed by the reference implementation: 0.26642920868471265, 0.0003297457005828619.
    expect(take(0, 2)).toEqual([0.26642920868471265, 0.0003297457005828619]);
  });

  it('are the same for the same seed and others for another', () => {
    expect(take(7, 5)).toEqual(take(7, 5));
    expect(take(7, 5)).not.toEqual(take(8, 5));
  });

  it('are uniform in [0, 1)', () => {
    const values = take(3, 20_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  });

  it('refuse a seed that is not a whole number of 32 bits', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) expect(() => seededRandom(seed)).toThrow(RangeError);
  });

  it('have different derived seeds for the parts of a work', () => {
    const seeds = Array.from({ length: 5000 }, (_, i) => derivedSeed(1, i));
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
