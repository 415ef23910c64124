import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allenCunneenMeanWait } from '../../../src/models/queueing/ggm.ts';
import { mdcMeanWait } from '../../../src/models/queueing/mdc.ts';
import { mmcMeanWait } from '../../../src/models/queueing/mmc.ts';
import { inTolerances, vector } from './vectors.ts';

describe('M/D/c', () => {
  it('gives the exact table for 1 to 32 servers', () => {
    const v = vector('mdc-mean-wait-table');
    for (const [i, { servers, rho }] of v.input.cases.entries()) {
      const wait = mdcMeanWait({ arrivalRate: servers * rho, serviceTime: 1, servers });
      expect(inTolerances(v, wait, v.expected.wqOverD[i])).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [2, 0.99],
    [32, 0.99],
    [1000, 0.98],
    [20_000, 0.995],
  ])('agrees with the plain series for %i servers at a utilization of %f', (servers, rho) => {
    const wait = mdcMeanWait({ arrivalRate: servers * rho, serviceTime: 1, servers });
    expect(Math.abs(wait / plainSeries(servers, rho) - 1)).toBeLessThan(1e-8);
  });

  it('lies above half the wait of exponential service, the more so the more servers there are', () => {
    const ratio = (servers: number) => {
      const pool = { arrivalRate: servers * 0.8, serviceTime: 1, servers };
      return mdcMeanWait(pool) / allenCunneenMeanWait({ ...pool, scv: 0, arrivalScv: 1 });
    };
    expect(ratio(1)).toBeCloseTo(1, 12);
    expect(1 / ratio(5)).toBeCloseTo(1 - 0.042, 3);
    expect(1 / ratio(16)).toBeCloseTo(1 - 0.093, 3);
    expect(1 / ratio(32)).toBeCloseTo(1 - 0.144, 3);
  });

  it('lies between half of the wait of exponential service and the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0.3, max: 0.999, noNaN: true }),
        (servers, rho) => {
          const pool = { arrivalRate: servers * rho, serviceTime: 1, servers };
          const exponential = mmcMeanWait(pool);
          fc.pre(exponential > 1e-250);
          expect(mdcMeanWait(pool) / exponential).toBeGreaterThan(0.5 - 1e-8);
          expect(mdcMeanWait(pool) / exponential).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('is 0 where no double is small enough, and without load', () => {
    expect(mdcMeanWait({ arrivalRate: 50_000, serviceTime: 1, servers: 100_000 })).toBe(0);
    expect(mdcMeanWait({ arrivalRate: 0, serviceTime: 1, servers: 4 })).toBe(0);
  });
});

/** Σ (1/l) E[(Poisson(l a) - l c)+] with every term added up one by one, from a pmf carried in logarithms. */
function plainSeries(servers: number, rho: number): number {
  let sum = 0;
  let logFactorial = 0;
  let counted = 0;
  for (let l = 1; l < 400_000; l += 1) {
    const k = l * servers;
    for (; counted < k; ) {
      counted += 1;
      logFactorial += Math.log(counted);
    }
    const mean = k * rho;
    let product = Math.exp(k * Math.log(mean) - mean - logFactorial);
    let excess = 0;
    for (let i = 1; product > 1e-300 && (i < 10 || product * i > 1e-15 * excess); i += 1) {
      product *= mean / (k + i);
      excess += i * product;
    }
    sum += excess / l;
    if (excess / l < 1e-13 * sum * (1 - rho) ** 2) break;
  }
  return sum / (servers * rho);
}
