import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type UslInverse,
  uslAtLatency,
  uslAtThroughput,
  uslLatency,
  uslPeak,
  uslThroughput,
} from '../../../src/models/scaling/usl.ts';
import { fitUsl, type UslFit } from '../../../src/models/scaling/usl-fit.ts';
import { inTolerances, vector } from '../queueing/vectors.ts';
import { cisco, points, specSdm91 } from './datasets.ts';

const ciscoModel = fitted(fitUsl(cisco)).model;

describe('the scalability law on the Cisco benchmark', () => {
  it('predicts throughput and latency', () => {
    const v = vector('usl-cisco-forward');
    for (const [i, n] of v.input.n.entries()) {
      expect(inTolerances(v, uslThroughput(ciscoModel, n), v.expected.throughput[i])).toBeLessThanOrEqual(1);
      expect(Math.abs(uslLatency(ciscoModel, n) - v.expected.latency[i])).toBeLessThan(1e-5);
    }
    // The published latency at one thread was checked to 1e-5 only; it is 1/λ.
    expect(uslLatency(ciscoModel, 1)).toBeCloseTo(0.00100437, 8);
  });

  it('inverts throughput with coherency in it, and says where there is none', () => {
    const v = vector('usl-cisco-inverse-X-to-N-TRAP');
    for (const [i, x] of v.input.x.entries()) {
      const answer = uslAtThroughput(ciscoModel, x);
      if (v.expected.n[i] === null) {
        expect(answer.kind).toBe('infeasible');
        expect(answer.kind === 'infeasible' && answer.limit).toBeCloseTo(12342.9, 1);
      } else {
        expect(inTolerances(v, feasible(answer).concurrency, v.expected.n[i])).toBeLessThanOrEqual(1);
      }
    }
  });

  it('inverts latency without swapping contention and coherency', () => {
    const v = vector('usl-cisco-inverse-R-to-X-TRAP');
    for (const [i, r] of v.input.r.entries()) {
      const answer = feasible(uslAtLatency(ciscoModel, r));
      expect(inTolerances(v, answer.throughput, v.expected.x[i])).toBeLessThanOrEqual(1);
      expect(inTolerances(v, answer.concurrency, v.expected.n[i])).toBeLessThanOrEqual(1);
    }
  });

  it('gives the concurrency at a latency from a fit of the first ten points', () => {
    const v = vector('usl-cisco-first10');
    const { model } = fitted(fitUsl(points(v.input.n, v.input.x)));
    for (const [latency, n] of Object.entries<number>(v.expected.nAtLatency)) {
      expect(
        inTolerances(v, feasible(uslAtLatency(model, Number(latency))).concurrency, n),
      ).toBeLessThanOrEqual(1);
    }
    expect(model.sigma).toBeCloseTo(v.reference.sigma, 6);
    expect(model.kappa).toBeCloseTo(v.reference.kappa, 8);
    expect(model.lambda).toBeCloseTo(v.reference.lambda, 3);
  });
});

describe('the inverses of the scalability law', () => {
  it('refuses a throughput above the peak, for which latencies were published', () => {
    const v = vector('usl-impossible-throughput-TRAP');
    const model = { lambda: v.input.lambda, sigma: v.input.sigma, kappa: v.input.kappa };
    for (const x of v.input.x) {
      const answer = uslAtThroughput(model, x);
      expect(answer.kind === 'feasible').toBe(v.expected.feasible);
      if (answer.kind === 'infeasible')
        expect(inTolerances(v, answer.limit, v.expected.xMax)).toBeLessThanOrEqual(1);
    }
  });

  const share = fc.double({ min: 0, max: 0.9, noNaN: true });
  const model = fc.record({
    lambda: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
    sigma: share,
    kappa: share,
  });

  it('come back to where they started below the peak', () => {
    fc.assert(
      fc.property(model, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (law, part) => {
        const peak = uslPeak(law);
        const n = part * (peak.kind === 'peak' ? Math.min(peak.concurrency, 1e6) : 1000);
        const answer = feasible(uslAtThroughput(law, uslThroughput(law, n)));
        expect(Math.abs(answer.concurrency / n - 1)).toBeLessThan(1e-6);
        expect(answer.latency / uslLatency(law, n)).toBeCloseTo(1, 6);
      }),
    );
  });

  it('find the concurrency of any latency that depends on it', () => {
    fc.assert(
      fc.property(model, fc.double({ min: 0.5, max: 1e4, noNaN: true }), (law, n) => {
        fc.pre(law.sigma > 1e-6 || law.kappa > 1e-6);
        // Around N = (κ - σ)/2κ the latency has its least value, and two concurrencies share one latency.
        fc.pre(n > (law.kappa - law.sigma) / Math.max(law.kappa, 1e-300));
        const answer = uslAtLatency(law, uslLatency(law, n));
        expect(Math.abs(feasible(answer).concurrency / n - 1)).toBeLessThan(1e-6);
      }),
    );
  });

  it('say that no latency decides where the law is linear, and which is too low', () => {
    expect(uslAtLatency({ lambda: 10, sigma: 0, kappa: 0 }, 0.2).kind).toBe('infeasible');
    const low = uslAtLatency({ lambda: 10, sigma: 0.1, kappa: 0.01 }, 0.05);
    expect(low.kind === 'infeasible' && low.limit).toBeCloseTo(0.09, 12);
  });

  it('reach the peak itself and Amdahl only below the asymptote', () => {
    const law = { lambda: 100, sigma: 0.05, kappa: 0.001 };
    const peak = uslPeak(law);
    if (peak.kind !== 'peak') throw new Error('a law with coherency has a peak');
    expect(uslThroughput(law, peak.concurrency)).toBeCloseTo(peak.throughput, 9);
    expect(feasible(uslAtThroughput(law, peak.throughput)).concurrency).toBeCloseTo(peak.concurrency, 4);
    const amdahl = { lambda: 100, sigma: 0.05, kappa: 0 };
    expect(uslPeak(amdahl)).toEqual({ kind: 'asymptote', throughput: 2000 });
    expect(uslAtThroughput(amdahl, 2000).kind).toBe('infeasible');
    expect(feasible(uslAtThroughput(amdahl, 1000)).concurrency).toBeCloseTo(19, 9);
    expect(uslPeak({ lambda: 1, sigma: 0, kappa: 0 })).toEqual({ kind: 'unbounded' });
    expect(feasible(uslAtThroughput({ lambda: 2, sigma: 0, kappa: 0 }, 10)).concurrency).toBe(5);
  });

  it('refuse parameters that no system has', () => {
    expect(() => uslThroughput({ lambda: 0, sigma: 0, kappa: 0 }, 1)).toThrow(/lambda/);
    expect(() => uslThroughput({ lambda: 1, sigma: 1, kappa: 0 }, 1)).toThrow(/sigma/);
    expect(() => uslThroughput({ lambda: 1, sigma: 0, kappa: -1 }, 1)).toThrow(/kappa/);
    expect(() => uslAtThroughput({ lambda: 1, sigma: 0, kappa: 0 }, 0)).toThrow(/throughput/);
  });
});

describe('what-if with the scalability law', () => {
  it('moves the peak of the SPEC benchmark when coherency falls', () => {
    const v = vector('usl-specsdm91-whatif');
    const { model } = fitted(fitUsl(specSdm91));
    const before = uslPeak(model);
    expect(before.kind === 'peak' && before.concurrency).toBeCloseTo(96.52, 2);
    const after = uslPeak({ ...model, kappa: v.input.beta });
    expect(after.kind === 'peak' && inTolerances(v, after.concurrency, v.expected.peakN)).toBeLessThanOrEqual(
      1,
    );
  });

  it('has the published peak of the database whose points are not at hand', () => {
    const v = vector('usl-oracledb');
    const peak = uslPeak({ lambda: v.expected.gamma, sigma: v.expected.alpha, kappa: v.expected.beta });
    expect(peak.kind === 'peak' && peak.concurrency).toBeCloseTo(v.expected.peakN, 2);
  });
});

function fitted(fit: UslFit): Extract<UslFit, { kind: 'fitted' }> {
  if (fit.kind === 'refused') throw new Error(fit.reason);
  return fit;
}

function feasible(answer: UslInverse): Extract<UslInverse, { kind: 'feasible' }> {
  if (answer.kind === 'infeasible') throw new Error(answer.reason);
  return answer;
}
