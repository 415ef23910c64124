import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/models/reliability/catalogue.ts';
import { fitAlphaFactors } from '../../../src/models/statistics/alpha-factor-fit.ts';
import { hoursToSupport, survivalAfterFailureFree } from '../../../src/models/statistics/demonstration.ts';
import {
  kaplanMeier,
  medianLifetime,
  survivalAt,
  survivalInterval,
} from '../../../src/models/statistics/kaplan-meier.ts';
import { fitExponential, fitLognormal, fitWeibull } from '../../../src/models/statistics/lifetime-fit.ts';
import { lifetimeDeviation } from '../../../src/models/statistics/lifetime-model.ts';
import type { Lifetime } from '../../../src/models/statistics/lifetimes.ts';
import { proportionInterval, proportionUpperBound } from '../../../src/models/statistics/proportion.ts';
import { mtbfInterval, mtbfLowerBound, poissonInterval } from '../../../src/models/statistics/rate.ts';
import { fitShockSizes } from '../../../src/models/statistics/shock-size-fit.ts';
import { laplaceTrend } from '../../../src/models/statistics/trend.ts';
import { coveredVectors } from './covered.ts';
import { lung } from './lung.ts';
import { expectNear, type Vector, vector } from './vectors.ts';

/** How each vector is computed; the keys are the list of vectors that these models answer for. */
const computations: Readonly<Record<string, (v: Vector) => void>> = {
  'ccf-fit-from-event-counts': ({ input, expected, tolerance }) => {
    const fit = fitAlphaFactors(Object.values(input.events_by_number_failed) as number[], 0.95, input.scheme);
    for (const [i, alpha] of fit.alpha.entries()) expectNear(alpha.value, expected.alpha[i], tolerance);
    expectNear(fit.meanSize, expected.alpha_t, tolerance);
    expectNear(fit.greek[0]?.value ?? 0, expected.mgl_beta, tolerance);
    expectNear(fit.greek[1]?.value ?? 0, expected.mgl_gamma, tolerance);
  },
  'ccf-alpha-bayes-update': ({ input, expected, tolerance }) => {
    const fit = fitAlphaFactors(input.events, 0.95, 'staggered', input.prior_dirichlet);
    for (const [i, alpha] of fit.alpha.entries()) expectNear(alpha.value, expected[i], tolerance);
  },
  'ccf-bfr-mle': ({ input, expected, tolerance }) => {
    const sizes = Object.entries(input.shock_events_by_size as Record<string, number>);
    const shocks = sizes.map(([hit, count]) => ({ hit: Number(hit), exposed: input.m, count }));
    const fit = fitShockSizes(shocks, 0.95);
    const rate = shocks.reduce((sum, { count }) => sum + count, 0) / input.exposure_h;
    expectNear(fit.lethality.value, expected.p, tolerance);
    expectNear(rate, expected.visible_rate, tolerance);
    expectNear(rate / fit.visibleShare, expected.mu_all_shocks, tolerance);
  },
  'weibull-mle-nist': ({ input, expected, tolerance }) => {
    const fit = fitWeibull(nist(input.failures), 0.95);
    expectNear(fit.parameters['scale']?.value ?? 0, expected.eta, tolerance);
    expectNear(fit.parameters['shape']?.value ?? 0, expected.beta, tolerance);
    expectNear(fit.logLikelihood, expected.loglik, tolerance);
    expectNear(fit.aic, expected.aic, tolerance);
    expectNear(fit.mean.value, expected.mean, tolerance);
    expectNear(lifetimeDeviation(fit.model), expected.sd, tolerance);
  },
  'exponential-mle-nist-data': ({ input, expected, tolerance }) => {
    const fit = fitExponential(nist(vector('weibull-mle-nist').input.failures), 0.9);
    expectNear(fit.mean.value, expected.mttf, tolerance);
    expectNear(mtbfLowerBound(input.failures, input.total_time, 0.9), expected.lower90_one_sided, tolerance);
    expectNear(fit.mean.interval.low, expected.two_sided_90[0], tolerance);
    expectNear(fit.mean.interval.high, expected.two_sided_90[1], tolerance);
  },
  'mtbf-chi2-nist-800h': ({ input, expected, tolerance }) => {
    const interval = mtbfInterval(input.failures, input.total_h, input.confidence);
    expectNear(input.total_h / input.failures, expected.mtbf, tolerance);
    expectNear(interval.low, expected.lower, tolerance);
    expectNear(interval.high, expected.upper, tolerance);
  },
  'zero-failure-mtbf-0.5': zeroFailures,
  'zero-failure-mtbf-0.99': zeroFailures,
  'rule-of-three': ({ input, expected, tolerance }) => {
    const exact = proportionUpperBound(0, input.n, input.confidence);
    expectNear(exact, expected.exact, tolerance);
    // The rule rounds ln 20 up to 3 and drops the second order: it is above the exact bound.
    expectNear(3 / input.n, expected.rule_of_three, tolerance);
    expect(exact).toBeLessThan(expected.rule_of_three);
  },
  'clopper-pearson-29of30': ({ input, expected, tolerance }) => {
    const interval = proportionInterval(input.successes, input.trials, input.confidence);
    expectNear(interval.low, expected.lower, tolerance);
    expectNear(interval.high, expected.upper, tolerance);
  },
  'test-planner-80pct-2sided': ({ input, expected, tolerance }) => {
    expectNear(mtbfInterval(input.failures, input.T, input.ci).low, expected.mtbf_lower, tolerance);
  },
  'test-planner-80pct-1sided': ({ input, expected, tolerance }) => {
    expectNear(mtbfLowerBound(input.failures, input.T, input.ci), expected.mtbf_lower, tolerance);
  },
  'poisson-garwood': ({ input, expected, tolerance }) => {
    (input.events as number[]).forEach((events, i) => {
      const interval = poissonInterval(events, input.confidence);
      expectNear(interval.low, expected.ci[i][0], tolerance);
      expectNear(interval.high, expected.ci[i][1], tolerance);
    });
  },
  'littlewood-strigini-no-failure': ({ input, expected, tolerance }) => {
    const again = survivalAfterFailureFree(input.failure_free_h, input.failure_free_h);
    expectNear(again, expected.P_survive_next_same_duration_flat_prior, tolerance);
    const hours = hoursToSupport(1e-9, 0.95);
    expectNear(hours, expected['P_rate_below_1e-9_exp_bound_hours_needed_95'], tolerance);
    expectNear(hours / 8766, expected.years, tolerance);
  },
  'km-aml-maintained': ({ input, expected, tolerance }) => {
    const sample = (input.time as number[]).map((time, i) => ({ time, observed: input.event[i] === 1 }));
    const curve = kaplanMeier(sample);
    expect(curve.map((step) => step.time)).toEqual(expected.t);
    curve.forEach((step, i) => {
      expectNear(step.survival, expected.S[i], tolerance);
      expectNear(step.standardError, expected.se[i], tolerance);
    });
  },
  'weibull-mle-lung': ({ expected, tolerance }) => {
    const fit = fitWeibull(lung, 0.95);
    expectNear(fit.parameters['shape']?.value ?? 0, expected.shape, tolerance);
    expectNear(fit.parameters['scale']?.value ?? 0, expected.scale, tolerance);
    expectNear(fit.logLikelihood, expected.loglik, tolerance);
  },
  'lognormal-mle-lung': ({ expected, tolerance }) => {
    const fit = fitLognormal(lung, 0.95);
    expectNear(fit.parameters['mu']?.value ?? 0, expected.mu, tolerance);
    expectNear(fit.parameters['sigma']?.value ?? 0, expected.sigma, tolerance);
    expectNear(fit.logLikelihood, expected.loglik, tolerance);
  },
  'exponential-mle-lung': ({ expected, tolerance }) => {
    const fit = fitExponential(lung, 0.95);
    expectNear(fit.mean.value, expected.mean, tolerance);
    expectNear(fit.logLikelihood, expected.loglik, tolerance);
  },
  'km-lung': ({ expected, tolerance }) => {
    const curve = kaplanMeier(lung);
    const median = medianLifetime(curve, 0.95, 'log');
    expect([median.value, median.interval.low, median.interval.high]).toEqual([
      expected.median,
      ...expected.median_ci95_log,
    ]);
    const step = survivalAt(curve, 365);
    if (step === undefined) throw new Error('no failure before day 365');
    expectNear(step.survival, expected.S365, tolerance);
    expectNear(step.standardError, expected.se365, tolerance);
    const log = survivalInterval(step, 0.95, 'log');
    const logLog = survivalInterval(step, 0.95);
    expectNear(log.low, expected.ci365_log[0], tolerance);
    expectNear(log.high, expected.ci365_log[1], tolerance);
    expectNear(logLog.low, expected.ci365_loglog[0], tolerance);
    expectNear(logLog.high, expected.ci365_loglog[1], tolerance);
  },
  'laplace-trend': ({ input, expected, tolerance }) => {
    let now = 0;
    const times = (input.times_between_failures as number[]).map((gap) => {
      now += gap;
      return now;
    });
    const trend = laplaceTrend(times);
    expectNear(trend.statistic, expected.U, tolerance);
    expect(trend.direction).toBe('worsening');
  },
  'outage-causes-gunawi': ({ expected, tolerance }) => {
    const causes = catalogue().filter((entry) => entry.id.startsWith('gunawi-'));
    const shares = expected.share_of_tags as Record<string, number>;
    expect(causes).toHaveLength(Object.keys(shares).length);
    for (const [tag, share] of Object.entries(shares)) {
      const entry = causes.find((cause) => cause.id === `gunawi-${tag.toLowerCase()}`);
      expectNear(entry?.kind === 'share' ? entry.share : 0, share, tolerance);
    }
  },
};

describe('published reliability statistics', () => {
  it('has a computation for every vector that it claims to cover', () => {
    expect(Object.keys(computations).sort()).toEqual([...coveredVectors].sort());
  });

  for (const [name, compute] of Object.entries(computations)) {
    it(`reproduces ${name} within its tolerance`, () => {
      compute(vector(name));
    });
  }
});

function zeroFailures({ input, expected, tolerance }: Vector): void {
  expectNear(mtbfLowerBound(0, input.total_h, input.confidence), expected.mtbf_lower, tolerance);
}

function nist(failures: readonly number[]): Lifetime[] {
  const censored = { time: 500, observed: false, count: 10 };
  return [...failures.map((time) => ({ time, observed: true })), censored];
}
