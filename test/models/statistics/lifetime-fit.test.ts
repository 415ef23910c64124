import { describe, expect, it } from 'vitest';
import { bestFit, goodnessOfFit, testExponential } from '../../../src/models/statistics/goodness.ts';
import {
  kaplanMeier,
  medianLifetime,
  survivalAt,
  survivalInterval,
} from '../../../src/models/statistics/kaplan-meier.ts';
import { fitExponential, fitLognormal, fitWeibull } from '../../../src/models/statistics/lifetime-fit.ts';
import {
  cumulativeHazard,
  type LifetimeModel,
  lifetimeDeviation,
  lifetimeQuantile,
  meanLifetime,
  survival,
} from '../../../src/models/statistics/lifetime-model.ts';
import type { Lifetime } from '../../../src/models/statistics/lifetimes.ts';
import { fitPowerLaw } from '../../../src/models/statistics/power-law.ts';
import { laplaceTrend, powerLawTrend } from '../../../src/models/statistics/trend.ts';
import { exponential, lognormal, randomFrom, weibull } from '../../evidence/simulated-log.ts';

const models: readonly LifetimeModel[] = [
  { family: 'exponential', mean: 40 },
  { family: 'weibull', scale: 40, shape: 0.7 },
  { family: 'weibull', scale: 40, shape: 3 },
  { family: 'lognormal', mu: 3, sigma: 0.6 },
];

describe('a lifetime model', () => {
  it('has a mean and a deviation that are the integrals of its survival', () => {
    for (const model of models) {
      const end = lifetimeQuantile(model, 1 - 1e-13);
      const steps = 400_000;
      let first = 0;
      let second = 0;
      // In u = t^(1/4) the steep start of shapes below 1 is resolved.
      for (let i = 0; i < steps; i += 1) {
        const u = ((i + 0.5) / steps) * end ** 0.25;
        const weight = survival(model, u ** 4) * 4 * u ** 3 * (end ** 0.25 / steps);
        first += weight;
        second += 2 * u ** 4 * weight;
      }
      expect(meanLifetime(model) / first).toBeCloseTo(1, 6);
      expect(lifetimeDeviation(model) / Math.sqrt(second - first ** 2)).toBeCloseTo(1, 5);
    }
  });

  it('has quantiles that invert its survival', () => {
    for (const model of models) {
      for (const p of [1e-9, 0.1, 0.5, 0.99]) {
        expect(-Math.expm1(-cumulativeHazard(model, lifetimeQuantile(model, p))) / p).toBeCloseTo(1, 8);
      }
    }
  });
});

describe('a censored fit', () => {
  const random = randomFrom(7);
  const sample: Lifetime[] = Array.from({ length: 80 }, () => {
    const time = weibull(random, 100, 1.5);
    return time > 120 ? { time: 120, observed: false } : { time, observed: true };
  });

  it('does not depend on the unit of time', () => {
    for (const fitTo of [fitWeibull, fitLognormal, fitExponential]) {
      const here = fitTo(sample, 0.95);
      const there = fitTo(
        sample.map((each) => ({ ...each, time: each.time * 1e9 })),
        0.95,
      );
      expect(there.mean.value / here.mean.value / 1e9).toBeCloseTo(1, 9);
      expect(there.mean.interval.high / here.mean.interval.high / 1e9).toBeCloseTo(1, 6);
    }
  });

  it('counts a unit with a count as that many units', () => {
    const single = [1, 2, 2, 3].map((time) => ({ time, observed: true }));
    const counted = [
      { time: 1, observed: true },
      { time: 2, observed: true, count: 2 },
      { time: 3, observed: true },
    ];
    expect(fitWeibull(counted, 0.95).logLikelihood).toBeCloseTo(fitWeibull(single, 0.95).logLikelihood, 10);
    expect(kaplanMeier(counted)).toEqual(kaplanMeier(single));
  });

  it('has interval ends where the likelihood, maximised over the other parameter on a grid, is 1.92 lower', () => {
    const fit = fitWeibull(sample, 0.95);
    const shape = fit.parameters['shape'];
    if (shape === undefined) throw new Error('no shape');
    const logLikelihood = (beta: number, eta: number) =>
      sample.reduce((sum, { time, observed }) => {
        const hazard = (time / eta) ** beta;
        return sum - hazard + (observed ? Math.log((beta / time) * hazard) : 0);
      }, 0);
    const profile = (beta: number) => {
      let best = -Infinity;
      for (let eta = 60; eta < 180; eta += 0.05) best = Math.max(best, logLikelihood(beta, eta));
      return best;
    };
    expect(logLikelihood(shape.value, fit.model.family === 'weibull' ? fit.model.scale : 0)).toBeCloseTo(
      fit.logLikelihood,
      9,
    );
    for (const end of [shape.interval.low, shape.interval.high]) {
      expect(fit.logLikelihood - profile(end)).toBeCloseTo(1.920729, 4);
    }
  });

  it('has standard errors that agree with half the interval on the scale of logarithms', () => {
    const { scale } = fitWeibull(sample, 0.95).parameters;
    if (scale === undefined) throw new Error('no scale');
    const half = Math.log(scale.interval.high / scale.interval.low) / 2 / 1.959964;
    expect(scale.standardError / scale.value / half).toBeCloseTo(1, 1);
  });

  it('is refused without failures, with one failure time, or with impossible times', () => {
    const censored = [{ time: 5, observed: false }];
    expect(() => fitExponential(censored, 0.95)).toThrow('number of failures');
    expect(() => fitWeibull([...censored, { time: 3, observed: true }], 0.95)).toThrow('2 distinct');
    expect(() => fitLognormal([], 0.95)).toThrow('must not be empty');
    expect(() => fitWeibull([{ time: 0, observed: true }], 0.95)).toThrow('lifetime');
    expect(() => kaplanMeier([{ time: 1, observed: true, count: 0 }])).toThrow('number of units');
  });
});

describe('the choice of a family', () => {
  it('finds the family that a large sample came from', () => {
    const random = randomFrom(11);
    const draws: Record<string, () => number> = {
      weibull: () => weibull(random, 10, 2.5),
      lognormal: () => lognormal(random, 1, 0.8),
    };
    for (const [family, draw] of Object.entries(draws)) {
      const sample = Array.from({ length: 400 }, () => ({ time: draw(), observed: true }));
      const fits = [fitExponential, fitWeibull, fitLognormal].map((fitTo) => fitTo(sample, 0.95));
      expect(bestFit(fits)?.model.family).toBe(family);
      expect(testExponential(sample)).toBeLessThan(1e-4);
    }
    expect(bestFit([])).toBeUndefined();
  });

  it('calls exponential samples non-exponential about as often as it says', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = randomFrom(seed);
      const sample = Array.from({ length: 30 }, () => ({ time: exponential(random, 3), observed: true }));
      alarms += testExponential(sample) < 0.05 ? 1 : 0;
    }
    expect(alarms / 400).toBeGreaterThan(0.02);
    expect(alarms / 400).toBeLessThan(0.085);
  });

  it('is checked against the data: a wrong model is far from the curve, the right one is not', () => {
    const random = randomFrom(5);
    const sample: Lifetime[] = Array.from({ length: 120 }, () => {
      const time = weibull(random, 10, 3);
      return time > 11 ? { time: 11, observed: false } : { time, observed: true };
    });
    const right = goodnessOfFit(sample, fitWeibull(sample, 0.95), 99, randomFrom(1));
    const wrong = goodnessOfFit(sample, fitExponential(sample, 0.95), 99, randomFrom(1));
    expect(right.pValue).toBeGreaterThan(0.05);
    expect(wrong.pValue).toBeLessThanOrEqual(0.01);
    expect(wrong.distance).toBeGreaterThan(2 * right.distance);
  });
});

describe('a survival curve', () => {
  it('stays inside [0, 1] on the log-log scale, and the plain scale is cut there', () => {
    const curve = kaplanMeier([1, 2, 3, 4, 5].map((time) => ({ time, observed: true })));
    for (const step of curve) {
      for (const scale of ['plain', 'log', 'log-log'] as const) {
        const { low, high } = survivalInterval(step, 0.95, scale);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(step.survival);
        expect(high).toBeGreaterThanOrEqual(step.survival);
      }
    }
    expect(curve.at(-1)).toMatchObject({ survival: 0, standardError: 0 });
    expect(survivalAt(curve, 0.5)).toBeUndefined();
  });

  it('has no median where more than half survive', () => {
    const curve = kaplanMeier([
      { time: 1, observed: true },
      { time: 9, observed: false, count: 9 },
    ]);
    expect(medianLifetime(curve, 0.95).value).toBe(Infinity);
  });
});

describe('a trend', () => {
  it('is called in about 5 % of 1,000 processes without one, by both tests', () => {
    let laplace = 0;
    let power = 0;
    for (let seed = 1; seed <= 1000; seed += 1) {
      const random = randomFrom(seed);
      const times = Array.from({ length: 15 }, () => 100 * random()).sort((a, b) => a - b);
      laplace += laplaceTrend(times, 100).pValue < 0.05 ? 1 : 0;
      power += powerLawTrend(times, 100).pValue < 0.05 ? 1 : 0;
    }
    for (const alarms of [laplace, power]) {
      expect(alarms / 1000).toBeGreaterThan(0.03);
      expect(alarms / 1000).toBeLessThan(0.07);
    }
  });

  it('has the sign of its direction, and reverses with time', () => {
    const late = [50, 70, 80, 90, 95];
    const early = late.map((time) => 100 - time).reverse();
    expect(laplaceTrend(late, 100).direction).toBe('worsening');
    expect(laplaceTrend(early, 100).statistic).toBeCloseTo(-laplaceTrend(late, 100).statistic, 12);
    expect(powerLawTrend(early, 100).direction).toBe('improving');
  });

  it('leaves out the last failure when the observation ended with it', () => {
    expect(laplaceTrend([50, 70, 80]).statistic).toBeCloseTo(laplaceTrend([50, 70], 80).statistic, 12);
  });

  it('needs ascending times within the observation', () => {
    expect(() => laplaceTrend([5, 3], 10)).toThrow('ascend');
    expect(() => laplaceTrend([5, 30], 10)).toThrow('after the end');
    expect(() => laplaceTrend([5])).toThrow('too few');
    expect(() => laplaceTrend([0, 1], 2)).toThrow('failure time');
    expect(() => fitPowerLaw([1, 2], 0.95, 3)).toThrow('at least 3');
  });
});

describe('power-law growth', () => {
  it('covers its exponent and its present rate in 95 % of 1,000 processes', () => {
    const [exponent, end, expected] = [0.6, 1000, 40];
    const rate = (expected * exponent) / end;
    let exponentHits = 0;
    let rateHits = 0;
    let misfits = 0;
    for (let seed = 1; seed <= 1000; seed += 1) {
      const random = randomFrom(seed);
      const times: number[] = [];
      for (let mass = exponential(random, 1); mass < expected; mass += exponential(random, 1)) {
        times.push(end * (mass / expected) ** (1 / exponent));
      }
      const fit = fitPowerLaw(times, 0.95, end);
      const inside = ({ low, high }: { low: number; high: number }, value: number) =>
        low <= value && value <= high;
      exponentHits += inside(fit.exponentInterval, exponent) ? 1 : 0;
      rateHits += inside(fit.intensityNowInterval, rate) ? 1 : 0;
      misfits += (fit.fitPValue ?? 1) < 0.05 ? 1 : 0;
    }
    for (const hits of [exponentHits, rateHits]) {
      expect(hits / 1000).toBeGreaterThan(0.93);
      expect(hits / 1000).toBeLessThan(0.97);
    }
    expect(misfits / 1000).toBeLessThan(0.075);
  });

  it('expects as many failures by the end as were seen', () => {
    const fit = fitPowerLaw([1, 4, 30, 100, 180], 0.9, 200);
    expect(fit.scale * 200 ** fit.exponent).toBeCloseTo(5, 10);
    expect(fit.unbiasedExponent).toBeCloseTo(fit.exponent * 0.8, 12);
  });
});
