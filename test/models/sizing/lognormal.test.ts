import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mgcMeanWait, mgcWaitPercentile } from '../../../src/models/queueing/mgc.ts';
import { serviceMix } from '../../../src/models/queueing/mix.ts';
import { mmcMeanWait } from '../../../src/models/queueing/mmc.ts';
import {
  discretizeLognormal,
  lognormalBelow,
  lognormalMean,
  lognormalQuantile,
  lognormalThrough,
  lognormalWithMean,
  truncatedMean,
} from '../../../src/models/sizing/lognormal.ts';
import { normalBelow, normalQuantile } from '../../../src/models/sizing/normal.ts';
import { simulatePool } from '../queueing/simulation.ts';
import { vector } from '../queueing/vectors.ts';

describe('the lognormal through two quantiles', () => {
  it('keeps both stated quantiles, where a published fit moves the lower one', () => {
    const v = vector('nflx-beta-fit-2-TRAP');
    const { low, high, confidence } = v.input.interval;
    const fit = lognormalThrough(low, high, confidence);
    expect(lognormalBelow(fit, low)).toBeCloseTo(v.expected.statedCdfAtLow, 12);
    expect(1 - lognormalBelow(fit, high)).toBeCloseTo(v.expected.statedCdfAtLow, 12);
    expect(lognormalQuantile(fit, 0.01)).toBeCloseTo(low, 6);
    expect(v.expected.netflixCdfAtLow).toBeLessThan(lognormalBelow(fit, low) / 1000);
  });

  it('keeps any two quantiles', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 1.001, max: 1e4, noNaN: true }),
        fc.double({ min: 0.1, max: 0.999, noNaN: true }),
        (low, ratio, confidence) => {
          const fit = lognormalThrough(low, low * ratio, confidence);
          const tail = (1 - confidence) / 2;
          expect(Math.abs(lognormalQuantile(fit, tail) / low - 1)).toBeLessThan(1e-9);
          expect(Math.abs(lognormalQuantile(fit, 1 - tail) / (low * ratio) - 1)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('refuses an interval that is reversed or reaches 0', () => {
    const cases = vector('nflx-input-validation-TRAP').input.cases;
    expect(cases).toContain('interval low=100 mid=50 high=10');
    expect(() => lognormalThrough(100, 10, 0.9)).toThrow(/high/);
    expect(() => lognormalThrough(0, 10, 0.9)).toThrow(/low/);
    expect(() => lognormalThrough(1, 10, 1)).toThrow(/confidence/);
    expect(cases).toContain('readRps=-5');
    expect(() => mmcMeanWait({ arrivalRate: -5, serviceTime: 1, servers: 10 })).toThrow(/arrival rate/);
  });

  it('has the mean that its quantile function integrates to', () => {
    const fit = lognormalThrough(1, 20, 0.9);
    const steps = 20_000;
    let sum = 0;
    for (let i = 0; i < steps; i += 1) sum += lognormalQuantile(fit, (i + 0.5) / steps);
    expect(sum / steps / lognormalMean(fit)).toBeCloseTo(1, 2);
    expect(lognormalBelow({ mu: 0, sigma: 0 }, 1)).toBe(1);
    expect(lognormalBelow({ mu: 0, sigma: 1 }, -1)).toBe(0);
  });
});

describe('a cut-off lognormal in classes', () => {
  it('has the mean of 256 kB below 1 MB that the workload states', () => {
    const distribution = lognormalWithMean(256_000, 0.9, 1_000_000);
    expect(truncatedMean(distribution, 1_000_000)).toBeCloseTo(256_000, 4);
    const classes = discretizeLognormal(distribution, 1_000_000);
    const mean = classes.reduce((sum, { share, value }) => sum + share * value, 0);
    expect(mean).toBeCloseTo(256_000, 4);
    expect(classes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 14);
    expect(classes.every(({ value }) => value > 0 && value < 1_000_000)).toBe(true);
    expect(classes.map(({ value }) => value)).toEqual(
      [...classes].map(({ value }) => value).sort((a, b) => a - b),
    );
  });

  it('keeps the mean for any spread, maximum and limits', () => {
    const limits = fc.uniqueArray(fc.double({ min: 0.01, max: 0.99, noNaN: true }), {
      minLength: 0,
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        fc.double({ min: 0.1, max: 0.8, noNaN: true }),
        limits,
        (sigma, mean, cuts) => {
          const distribution = lognormalWithMean(mean, sigma, 1);
          const sorted = cuts
            .sort((a, b) => a - b)
            .filter((p, i, all) => i === 0 || p - (all[i - 1] as number) > 1e-3);
          const classes = discretizeLognormal(distribution, 1, sorted);
          expect(classes.length).toBe(sorted.length + 1);
          expect(classes.reduce((sum, { share, value }) => sum + share * value, 0)).toBeCloseTo(mean, 9);
        },
      ),
    );
  });

  it('refuses a mean at the maximum and limits that do not increase', () => {
    expect(() => lognormalWithMean(10, 1, 10)).toThrow(/mean/);
    const distribution = lognormalWithMean(5, 1, 10);
    expect(() => discretizeLognormal(distribution, 10, [0.5, 0.5])).toThrow(/limits/);
    expect(() => discretizeLognormal(distribution, 10, [0.5, 1])).toThrow(RangeError);
    expect(() => discretizeLognormal({ mu: 0, sigma: 0 }, 10)).toThrow(/sigma/);
  });
});

describe('the pool of a published pool sizer', () => {
  const v = vector('poolsim-fixture');
  const { rps: arrivalRate, p50, p95, p99, overheadMs } = v.input;
  const spread = (p: number, value: number) => Math.log(value / p50) / normalQuantile(p);
  const service = { mu: Math.log(p50), sigma: (spread(0.95, p95) + spread(0.99, p99)) / 2 };
  const serviceTime = (lognormalMean(service) + overheadMs) / 1000;
  const pool = { arrivalRate, serviceTime, servers: v.expected.optimal };

  it('has its utilization from three percentiles of service', () => {
    expect((arrivalRate * serviceTime) / pool.servers / v.reference.rho).toBeCloseTo(1, 12);
  });

  it('has its size: the fewest servers within the target wait and utilization', () => {
    const meets = (servers: number) =>
      mgcWaitPercentile({ ...pool, servers, scv: 1 }, 0.99) * 1000 <= v.input.targetWaitP99Ms &&
      (arrivalRate * serviceTime) / servers <= v.input.maxRho;
    expect([4, 5].map(meets)).toEqual([false, true]);
  });

  it('has waits among which its own run of 12,000 requests is one draw', () => {
    const limits = Array.from({ length: 400 }, (_, i) => (i + 1) / 401);
    const mix = discretizeLognormal(service, lognormalQuantile(service, 1 - 1e-7), limits).map(
      ({ value, share }) => ({
        serviceTime: (value + overheadMs) / 1000,
        share,
      }),
    );
    const runs = Array.from({ length: 40 }, (_, seed) =>
      simulatePool(arrivalRate, pool.servers, mix, v.input.iterations, seed + 1),
    );
    const means = runs.map(({ meanWait }) => meanWait * 1000);
    expect(Math.min(...means)).toBeLessThan(v.expected.meanQueueWaitMs);
    expect(Math.max(...means)).toBeGreaterThan(v.expected.meanQueueWaitMs);
    const formula = mgcMeanWait({ ...pool, scv: serviceMix(mix).scv }) * 1000;
    const average = means.reduce((sum, mean) => sum + mean, 0) / means.length;
    // Two moments do not know a lognormal from an exponential of the same spread.
    expect(Math.abs(average / formula - 1)).toBeLessThan(0.1);
  });
});

describe('the normal distribution', () => {
  it('is accurate in both tails', () => {
    expect(normalBelow(-10)).toBeCloseTo(7.619853024160527e-24, 36);
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.26234008979841, 10);
    expect(() => normalQuantile(1)).toThrow(/probability/);
  });
});
