import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../../src/models/scaling/least-squares.ts';
import { studentQuantile } from '../../../src/models/scaling/student.ts';
import { uslThroughput } from '../../../src/models/scaling/usl.ts';
import { fitUsl, type UslFit } from '../../../src/models/scaling/usl-fit.ts';
import { uniform } from '../queueing/simulation.ts';
import { inTolerances, vector } from '../queueing/vectors.ts';
import { cisco, points, specSdm91 } from './datasets.ts';

describe('the fit of the scalability law', () => {
  it('gives the coefficients of nearly exact data', () => {
    const v = vector('usl-synthetic');
    const fit = fitted(fitUsl(points(v.input.n, v.input.x)));
    expect(inTolerances(v, fit.sigma.value, v.expected.alpha)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.kappa.value, v.expected.beta)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.lambda.value, v.expected.gamma)).toBeLessThanOrEqual(1);
    expect(fit.atBound).toEqual([]);
  });

  it('holds coherency at 0 where the ray tracer would make it negative, with standard errors and limit', () => {
    const v = vector('usl-raytracer');
    const fit = fitted(fitUsl(points(v.input.n, v.input.x)));
    expect(fit.atBound).toEqual(['kappa']);
    expect(fit.kappa.value).toBe(0);
    expect(inTolerances(v, fit.sigma.value, v.expected.alpha)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.lambda.value, v.expected.gamma)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.sigma.standardError, v.expected.se[0])).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.kappa.standardError, v.expected.se[1])).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.lambda.standardError, v.expected.se[2])).toBeLessThanOrEqual(1);
    expect(fit.residualStandardError).toBeCloseTo(v.reference.rse, 8);
    expect(fit.lambda.value / fit.sigma.value).toBeCloseTo(v.expected.limit, 0);
  });

  it('gives intervals with n - 3 degrees of freedom, wider than those in circulation', () => {
    const v = vector('usl-raytracer-first6-CI-TRAP');
    const fit = fitted(fitUsl(points(v.input.n, v.input.x), 0.95));
    expect(inTolerances(v, fit.sigma.value, v.expected.alpha)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.kappa.value, v.expected.beta)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, fit.lambda.value, v.expected.gamma)).toBeLessThanOrEqual(1);
    const { alpha, beta, gamma } = v.expected.correctCi95;
    for (const [parameter, interval] of [
      [fit.sigma, alpha],
      [fit.kappa, beta],
      [fit.lambda, gamma],
    ] as const) {
      expect(inTolerances(v, parameter.low, interval[0])).toBeLessThanOrEqual(1);
      expect(inTolerances(v, parameter.high, interval[1])).toBeLessThanOrEqual(1);
    }
    expect(fit.sigma.low).toBeLessThan(0);
  });

  it('gives the published coefficients and errors of the SPEC benchmark', () => {
    const fit = fitted(fitUsl(specSdm91));
    expect(fit.sigma.value).toBeCloseTo(0.0277285, 6);
    expect(fit.kappa.value).toBeCloseTo(0.0001044, 7);
    expect(fit.lambda.value).toBeCloseTo(89.995233, 4);
    expect(fit.sigma.standardError).toBeCloseTo(0.0091217, 6);
    expect(fit.kappa.standardError).toBeCloseTo(0.0000199, 7);
    expect(fit.lambda.standardError).toBeCloseTo(14.2134894, 3);
  });

  it('gives the coefficients that the book prints for the Cisco benchmark', () => {
    const { model } = fitted(fitUsl(cisco));
    expect(model.sigma / 0.02671591).toBeCloseTo(1, 4);
    expect(model.kappa / 7.690945e-4).toBeCloseTo(1, 4);
    expect(model.lambda / 995.6486).toBeCloseTo(1, 4);
  });

  it('covers the true coefficients in about 95 of 100 noisy repetitions', () => {
    const truth = { lambda: 100, sigma: 0.05, kappa: 0.002 };
    const repetitions = 400;
    let covered = 0;
    for (let seed = 1; seed <= repetitions; seed += 1) {
      const random = uniform(seed);
      const noisy = [1, 2, 4, 6, 8, 12, 16, 24].map((concurrency) => ({
        concurrency,
        throughput: uslThroughput(truth, concurrency) + 5 * normal(random),
      }));
      const fit = fitted(fitUsl(noisy));
      if (fit.sigma.low <= truth.sigma && truth.sigma <= fit.sigma.high) covered += 1;
    }
    expect(covered / repetitions).toBeGreaterThan(0.92);
    expect(covered / repetitions).toBeLessThan(0.98);
  });

  it('refuses to fit three parameters to fewer than four different concurrencies', () => {
    const three = points([1, 2, 4], [10, 18, 30]);
    expect(fitUsl(three)).toEqual({
      kind: 'refused',
      reason: '3 different concurrencies measured; a fit needs 4',
    });
    expect(fitUsl([...three, ...three]).kind).toBe('refused');
    expect(() => fitUsl(points([1, 2, 4, 0], [1, 2, 3, 4]))).toThrow(/concurrency/);
    expect(() => fitUsl(points([1, 2, 4, 8], [1, 2, -3, 4]))).toThrow(/throughput/);
    expect(() => fitUsl(cisco, 1)).toThrow(/confidence/);
  });

  it('fits a plain line without contention or coherency', () => {
    const fit = fitted(fitUsl(points([1, 2, 3, 4, 8], [10, 20.2, 30.1, 40.6, 81.5])));
    expect(fit.model.lambda).toBeCloseTo(10.17, 1);
    expect(fit.atBound).toEqual(['sigma', 'kappa']);
  });
});

describe('the tools of the fit', () => {
  it('has the quantiles of Student that tables print', () => {
    expect(studentQuantile(0.975, 3)).toBeCloseTo(3.18244630528371, 9);
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706204736174705, 8);
    expect(studentQuantile(0.95, 30)).toBeCloseTo(1.6972608865939578, 9);
    expect(studentQuantile(0.975, 357)).toBeCloseTo(1.966631204365735, 8);
    expect(() => studentQuantile(0.4, 3)).toThrow(/probability/);
  });

  it("finds the minimum of Rosenbrock's valley", () => {
    const [x = 0, y = 0] = leastSquares(
      ([a = 0, b = 0]) => [10 * (b - a * a), 1 - a],
      ([a = 0]) => [
        [-20 * a, 10],
        [-1, 0],
      ],
      [-1.2, 1],
    );
    expect(x).toBeCloseTo(1, 9);
    expect(y).toBeCloseTo(1, 9);
  });
});

function fitted(fit: UslFit): Extract<UslFit, { kind: 'fitted' }> {
  if (fit.kind === 'refused') throw new Error(fit.reason);
  return fit;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
