import { describe, expect, it } from 'vitest';
import { fitAlphaFactors } from '../../../src/models/statistics/alpha-factor-fit.ts';
import { fitBetaBinomial } from '../../../src/models/statistics/beta-binomial-fit.ts';
import { derivatives } from '../../../src/models/statistics/beta-binomial-likelihood.ts';
import { fitShockSizes, visibleShare } from '../../../src/models/statistics/shock-size-fit.ts';
import { gamma, randomFrom } from '../../evidence/simulated-log.ts';
import { expectNear, vector } from './vectors.ts';

describe('alpha-factors from events', () => {
  it('divide by events, not by failed members as a report in circulation does', () => {
    const { alpha } = fitAlphaFactors([90, 7, 3], 0.95, 'non-staggered');
    expect(alpha[1]?.value).toBeCloseTo(7 / 100, 12);
    expect(alpha[1]?.value).not.toBeCloseTo(7 / 113, 3);
  });

  it('give Greek letters that depend on how the group is tested', () => {
    const staggered = fitAlphaFactors([90, 7, 3], 0.95, 'staggered').greek;
    const together = fitAlphaFactors([90, 7, 3], 0.95, 'non-staggered').greek;
    expect(staggered[0]?.value).toBeCloseTo(0.1, 12);
    expect(staggered[1]?.value).toBeCloseTo(0.3, 12);
    expect(together[0]?.value).toBeCloseTo(23 / 113, 12);
  });

  it('have delta-method errors that the spread of simulated logs confirms', () => {
    const random = randomFrom(2);
    const values: number[] = [];
    for (let i = 0; i < 2000; i += 1) {
      const events = [0, 0, 0];
      for (let n = 0; n < 300; n += 1) {
        const u = random();
        const size = u < 0.7 ? 0 : u < 0.9 ? 1 : 2;
        events[size] = (events[size] as number) + 1;
      }
      values.push(fitAlphaFactors(events, 0.95, 'non-staggered').greek[0]?.value ?? 0);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const expected = fitAlphaFactors([210, 60, 30], 0.95, 'non-staggered').greek[0]?.standardError ?? 0;
    expect(spread / expected).toBeGreaterThan(0.93);
    expect(spread / expected).toBeLessThan(1.07);
  });

  it('leave room for what was never seen', () => {
    const { alpha, greek } = fitAlphaFactors([50, 0, 0], 0.95, 'staggered');
    expect(alpha[2]?.interval.high).toBeGreaterThan(0.03);
    expect(greek[0]?.interval).toMatchObject({ low: 0, high: 1 });
  });

  it('reject groups of one, negative counts, a prior of another size, and no events', () => {
    expect(() => fitAlphaFactors([5], 0.95, 'staggered')).toThrow('at least 2 members');
    expect(() => fitAlphaFactors([5, -1], 0.95, 'staggered')).toThrow('number of events');
    expect(() => fitAlphaFactors([5, 1], 0.95, 'staggered', [1])).toThrow('prior');
    expect(() => fitAlphaFactors([0, 0], 0.95, 'staggered')).toThrow('number of events');
  });
});

describe('the beta-binomial likelihood', () => {
  const choose = [1, 3, 3, 1];

  it('is the published distribution', () => {
    for (const name of ['betabinom-n3-p0.01-rho0.1', 'betabinom-n3-p0.01-rho0.01']) {
      const { input, expected, tolerance } = vector(name);
      const theta = input.rho / (1 - input.rho);
      choose.forEach((ways, failed) => {
        const value = ways * Math.exp(derivatives([{ failed, of: 3 }], input.p, theta).value);
        expectNear(value, expected.pmf[failed], tolerance);
      });
    }
  });

  it('has derivatives that differences confirm', () => {
    const observations = [
      { failed: 0, of: 5, count: 7 },
      { failed: 2, of: 5, count: 2 },
      { failed: 3, of: 4 },
    ];
    const [p, theta, h] = [0.2, 0.3, 1e-5];
    const at = derivatives(observations, p, theta);
    const up = derivatives(observations, p + h, theta);
    const down = derivatives(observations, p - h, theta);
    const more = derivatives(observations, p, theta + h);
    const less = derivatives(observations, p, theta - h);
    expect((up.value - down.value) / (2 * h)).toBeCloseTo(at.p, 5);
    expect((more.value - less.value) / (2 * h)).toBeCloseTo(at.theta, 5);
    expect((up.p - down.p) / (2 * h)).toBeCloseTo(at.pp, 4);
    expect((more.p - less.p) / (2 * h)).toBeCloseTo(at.pTheta, 4);
    expect((more.theta - less.theta) / (2 * h)).toBeCloseTo(at.thetaTheta, 4);
  });
});

describe('a beta-binomial fit', () => {
  it('of binomial counts has a correlation of 0 or an interval that reaches it, and does not claim clustering', () => {
    const observations = [
      { failed: 0, of: 4, count: 656 },
      { failed: 1, of: 4, count: 292 },
      { failed: 2, of: 4, count: 48 },
      { failed: 3, of: 4, count: 4 },
    ];
    const fit = fitBetaBinomial(observations, 0.95);
    expect(fit.p.value).toBeCloseTo(0.1, 3);
    expect(fit.rho.interval.low).toBe(0);
    expect(fit.rho.interval.high).toBeGreaterThan(0);
    expect(fit.rho.interval.high).toBeLessThan(0.05);
    expect(fit.chanceIndependent).toBeGreaterThan(0.2);
  });

  it('of counts that are all or nothing has a correlation near 1', () => {
    const observations = [
      { failed: 0, of: 3, count: 80 },
      { failed: 3, of: 3, count: 20 },
    ];
    const fit = fitBetaBinomial(observations, 0.95);
    expect(fit.rho.value).toBeGreaterThan(0.999);
    expect(fit.rho.interval.low).toBeGreaterThan(0.85);
    expect(fit.effectiveMembers).toBeCloseTo(1, 2);
    expect(fit.chanceIndependent).toBeLessThan(1e-12);
  });

  it('finds no better value on a grid around its own', () => {
    const random = randomFrom(9);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 200; i += 1) {
      const x = gamma(random, 0.6);
      const chance = x / (x + gamma(random, 3));
      let failed = 0;
      for (let member = 0; member < 6; member += 1) failed += random() < chance ? 1 : 0;
      counts[failed] = (counts[failed] as number) + 1;
    }
    const observations = counts.flatMap((count, failed) => (count === 0 ? [] : [{ failed, of: 6, count }]));
    const fit = fitBetaBinomial(observations, 0.95);
    for (let dp = -0.03; dp <= 0.03; dp += 0.003) {
      for (let dr = -0.1; dr <= 0.1; dr += 0.01) {
        const rho = fit.rho.value + dr;
        const value = derivatives(observations, fit.p.value + dp, rho / (1 - rho)).value;
        expect(value).toBeLessThanOrEqual(fit.logLikelihood + 1e-9);
      }
    }
  });

  it('needs failures, survivors and counts that can be', () => {
    expect(() => fitBetaBinomial([{ failed: 0, of: 3 }], 0.95)).toThrow('both failed and working');
    expect(() => fitBetaBinomial([{ failed: 3, of: 3 }], 0.95)).toThrow('both failed and working');
    expect(() => fitBetaBinomial([{ failed: 4, of: 3 }], 0.95)).toThrow('exceed the group');
    expect(() => fitBetaBinomial([], 0.95)).toThrow('both failed and working');
  });
});

describe('the lethality of shocks', () => {
  it('solves the mean of the visible sizes, whatever is invisible', () => {
    for (const least of [1, 2, 3]) {
      const shocks = [
        { hit: 3, exposed: 8, count: 10 },
        { hit: 5, exposed: 8, count: 4 },
      ];
      const p = fitShockSizes(shocks, 0.95, least).lethality.value;
      let mass = 0;
      let mean = 0;
      let ways = 1;
      for (let k = 0; k <= 8; k += 1) {
        const chance = ways * p ** k * (1 - p) ** (8 - k);
        if (k >= least) mass += chance;
        if (k >= least) mean += k * chance;
        ways = (ways * (8 - k)) / (k + 1);
      }
      expect(mean / mass).toBeCloseTo(50 / 14, 9);
      expect(visibleShare(shocks, p, least)).toBeCloseTo(mass, 9);
    }
  });

  it('is 1 with a bound below when every shock took all, and 0 with a bound above when each took the least', () => {
    const total = fitShockSizes([{ hit: 4, exposed: 4, count: 5 }], 0.95).lethality;
    expect(total.value).toBe(1);
    expect(total.interval.high).toBe(1);
    // Twenty members hit in a row: p^20 falls to the 95 % likelihood-ratio limit.
    expect(total.interval.low).toBeCloseTo(Math.exp(-1.920729 / 20), 4);
    const least = fitShockSizes([{ hit: 1, exposed: 4, count: 5 }], 0.95).lethality;
    expect(least.value).toBe(0);
    expect(least.interval.low).toBe(0);
    expect(least.interval.high).toBeGreaterThan(0.05);
  });

  it('rejects sizes that cannot be', () => {
    expect(() => fitShockSizes([], 0.95)).toThrow('must not be empty');
    expect(() => fitShockSizes([{ hit: 0, exposed: 4 }], 0.95)).toThrow('members hit');
    expect(() => fitShockSizes([{ hit: 5, exposed: 4 }], 0.95)).toThrow('members exposed');
  });
});
