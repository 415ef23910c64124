import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../bench/random.ts';
import { bootstrap, distribution, estimate, median, quantile } from '../../bench/statistics.ts';

const ones = (values: readonly number[]) => values.map((value) => ({ value, weight: 1 }));

describe('quantiles', () => {
  it('interpolate between order statistics as R does by default', () => {
    // quantile(c(1, 2, 4, 8), c(.25, .5, .9)) in R: 1.75, 3, 6.8
    expect([0.25, 0.5, 0.9].map((p) => quantile([8, 1, 4, 2], p))).toEqual([
      1.75,
      3,
      expect.closeTo(6.8, 12),
    ]);
    expect(median([3])).toBe(3);
  });

  it('refuse no values and probabilities outside [0, 1]', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantile([1], 1.5)).toThrow(RangeError);
  });
});

describe('an estimate over rounds', () => {
  it('is the median with an interval of at least 10 % on both sides', () => {
    const result = estimate([1, 1, 1, 1, 1], 1);
    expect(result).toEqual({ value: 1, low: 0.9, high: 1.1, confidence: 0.95, rounds: 5 });
  });

  it('is wider where the rounds differ more', () => {
    const { value, low, high } = estimate([1, 1.5, 0.6, 1, 1.4], 1);
    expect(value).toBe(1);
    expect(low).toBeLessThan(0.8);
    expect(high).toBeGreaterThan(1.3);
  });

  it('is the same every time for the same rounds and seed', () => {
    const rounds = [3, 1, 4, 1, 5];
    expect(bootstrap(rounds, median, 9)).toEqual(bootstrap(rounds, median, 9));
    expect(bootstrap(rounds, median, 9)).not.toEqual(bootstrap(rounds, median, 10));
  });

  it('holds the true median of noisy rounds nearly as often as it says', () => {
    const random = seededRandom(4);
    const tries = 200;
    let held = 0;
    for (let i = 0; i < tries; i++) {
      // Noise of +-50 %, far above the floor of the interval.
      const { low, high } = estimate(
        Array.from({ length: 9 }, () => 0.5 + random()),
        i,
      );
      if (low <= 1 && 1 <= high) held += 1;
    }
    expect(held / tries).toBeGreaterThan(0.9);
  });
});

describe('a distribution', () => {
  it('has the quantiles, spread and extremes of its samples', () => {
    const result = distribution(ones(Array.from({ length: 100 }, (_, i) => i + 1)), 'wall');
    expect(result).toMatchObject({
      basis: 'wall',
      samples: 100,
      mean: 50.5,
      p50: 50,
      p90: 90,
      p99: 99,
      max: 100,
    });
    expect(result.coefficientOfVariation).toBeCloseTo(Math.sqrt((100 ** 2 - 1) / 12) / 50.5, 12);
  });

  it('counts a sample by its weight', () => {
    const result = distribution(
      [
        { value: 10, weight: 0.05 },
        { value: 1, weight: 0.95 },
      ],
      'cpu',
    );
    expect(result).toMatchObject({ p50: 1, p90: 1, p99: 10, mean: 1.45 });
  });

  it('has a p99.9 only from 3,000 samples on', () => {
    expect(distribution(ones(Array(2999).fill(1)), 'wall')).not.toHaveProperty('p999');
    expect(distribution(ones(Array(3000).fill(1)), 'wall').p999).toBe(1);
  });

  it('refuses no samples', () => {
    expect(() => distribution([], 'wall')).toThrow(RangeError);
  });
});
