import { describe, expect, it } from 'vitest';
import { type FitOptions, fitEvidence } from '../../src/evidence/fit.ts';
import type { Fitted } from '../../src/evidence/fitted.ts';
import type { LifetimeFits } from '../../src/evidence/lifetimes.ts';
import { readIncidents } from '../../src/evidence/read.ts';
import type { Estimated, Interval } from '../../src/models/statistics/interval.ts';
import {
  csvOf,
  exponential,
  gamma,
  lognormal,
  type Outage,
  randomFrom,
  timestamp,
  weibull,
} from './simulated-log.ts';

const seeds = 1000;

/** A parameter of the simulation: its true value, and the width that Fisher's information allows a 95 % interval. */
interface Truth {
  readonly value: number;
  readonly width: number;
  hits: number;
  widths: number;
}

function truth(value: number, standardError: number): Truth {
  return { value, width: 2 * 1.959963984540054 * standardError, hits: 0, widths: 0 };
}

function record(parameter: Truth, { low, high }: Interval): void {
  if (low <= parameter.value && parameter.value <= high) parameter.hits += 1;
  parameter.widths += high - low;
}

function judge(parameters: Readonly<Record<string, Truth>>): void {
  for (const [name, { hits, widths, width }] of Object.entries(parameters)) {
    expect(hits / seeds, `coverage of ${name}`).toBeGreaterThanOrEqual(0.93);
    expect(hits / seeds, `coverage of ${name}`).toBeLessThanOrEqual(0.975);
    expect(widths / seeds / width, `width of ${name}`).toBeLessThanOrEqual(1.3);
  }
}

function evidenceOf(outages: readonly Outage[], hours: number, options: FitOptions) {
  const window = { observedFrom: timestamp(0), observedTo: timestamp(hours) };
  return fitEvidence(readIncidents(csvOf(outages, hours), 'incidents.csv', window), options);
}

function parameterOf(fits: Fitted<LifetimeFits>, family: string, name: string): Estimated {
  if (fits.kind === 'refused') throw new Error(fits.reason);
  const found = fits.fit.fits.find((fit) => fit.model.family === family)?.parameters[name];
  if (found === undefined) throw new Error(`no ${name} of a ${family} fit`);
  return found;
}

describe('a log simulated with known parameters', { timeout: 120_000 }, () => {
  it('gives back own failure rate, repair times, shock rate and lethality of racks', () => {
    const racks = 5;
    const size = 6;
    const hours = 8000;
    const rate = 1 / 4000;
    const shockRate = 1 / 1000;
    const lethality = 0.7;
    const [mu, sigma] = [Math.log(0.5), 0.8];
    const failures = racks * size * hours * rate;
    const shocks = racks * hours * shockRate;
    const parameters = {
      rate: truth(rate, rate / Math.sqrt(failures)),
      mu: truth(mu, sigma / Math.sqrt(failures)),
      sigma: truth(sigma, sigma / Math.sqrt(2 * failures)),
      shockRate: truth(shockRate, shockRate / Math.sqrt(shocks)),
      lethality: truth(lethality, Math.sqrt((lethality * (1 - lethality)) / (size * shocks))),
    };
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = randomFrom(seed);
      const outages: Outage[] = [];
      for (let rack = 0; rack < racks; rack += 1) {
        const shockTimes: number[] = [];
        for (let t = exponential(random, 1 / shockRate); t < hours; t += exponential(random, 1 / shockRate)) {
          shockTimes.push(t);
        }
        const hits = shockTimes.map(() => Array.from({ length: size }, () => random() < lethality));
        for (let unit = 0; unit < size; unit += 1) {
          const place = { component: `m-${rack}-${unit}`, domain: `rack-${rack}` };
          let next = exponential(random, 1 / rate);
          let upFrom = 0;
          const fail = (start: number, end: number, cause: string) => {
            outages.push({ start, end, ...place, cause });
            upFrom = end;
          };
          shockTimes.forEach((shock, i) => {
            while (next < shock) {
              fail(next, next + lognormal(random, mu, sigma), 'own');
              next = upFrom + exponential(random, 1 / rate);
            }
            if (hits[i]?.[unit] && upFrom < shock) {
              fail(shock, shock + lognormal(random, 0, 0.3), 'power');
              next = upFrom + exponential(random, 1 / rate);
            }
          });
          while (next < hours) {
            fail(next, next + lognormal(random, mu, sigma), 'own');
            next = upFrom + exponential(random, 1 / rate);
          }
        }
      }
      const levels = [{ name: 'rack', count: racks, size }];
      const evidence = evidenceOf(outages, hours, { components: racks * size, levels });
      const rackShocks = evidence.shocks[1];
      if (rackShocks?.lethality.kind !== 'fitted') throw new Error('no shocks of racks');
      record(parameters.rate, evidence.ownFailures.interval);
      record(parameters.mu, parameterOf(evidence.timeToRepair, 'lognormal', 'mu').interval);
      record(parameters.sigma, parameterOf(evidence.timeToRepair, 'lognormal', 'sigma').interval);
      record(parameters.shockRate, rackShocks.rate.interval);
      record(parameters.lethality, rackShocks.lethality.fit.lethality.interval);
    }
    judge(parameters);
  });

  it('gives back the shape and scale of Weibull lifetimes that run past the end of observation', () => {
    const [components, hours] = [40, 3000];
    const [scale, shape] = [900, 0.75];
    let failures = 0;
    const samples = Array.from({ length: seeds }, (_, i) => {
      const random = randomFrom(i + 1);
      const outages: Outage[] = [];
      for (let unit = 0; unit < components; unit += 1) {
        for (let t = weibull(random, scale, shape); t < hours; t += weibull(random, scale, shape)) {
          const end = t + exponential(random, 2);
          outages.push({ start: t, end, component: `m-${unit}` });
          t = end;
        }
      }
      failures += outages.length;
      return outages;
    });
    const n = failures / seeds;
    // Complete samples: Var(ln scale) = 1.1087/(n shape²) and Var(shape) = 0.6079 shape²/n (Lawless, 2003, table 5.1).
    const parameters = {
      scale: truth(scale, (scale * Math.sqrt(1.1087 / n)) / shape),
      shape: truth(shape, shape * Math.sqrt(0.6079 / n)),
    };
    for (const outages of samples) {
      const { timeToFailure } = evidenceOf(outages, hours, { components, newAtStart: true });
      record(parameters.scale, parameterOf(timeToFailure, 'weibull', 'scale').interval);
      record(parameters.shape, parameterOf(timeToFailure, 'weibull', 'shape').interval);
    }
    judge(parameters);
  });

  it('gives back the alpha-factors of groups of three', () => {
    const alpha = [0.6, 0.25, 0.15] as const;
    const groups = Array.from({ length: 4 }, (_, g) => [0, 1, 2].map((i) => `g${g}-${i}`));
    const [hours, eventRate] = [25_000, 1 / 500];
    const events = groups.length * hours * eventRate;
    const parameters = Object.fromEntries(
      alpha.map((value, i) => [`alpha${i + 1}`, truth(value, Math.sqrt((value * (1 - value)) / events))]),
    );
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = randomFrom(seed);
      const outages: Outage[] = [];
      for (const group of groups) {
        for (let t = exponential(random, 1 / eventRate); t < hours; ) {
          const u = random();
          const size = u < alpha[0] ? 1 : u < alpha[0] + alpha[1] ? 2 : 3;
          const first = Math.floor(random() * 3);
          for (let i = 0; i < size; i += 1) {
            outages.push({ start: t, end: t + 0.2 + random(), component: group[(first + i) % 3] as string });
          }
          t += 1.3 + exponential(random, 1 / eventRate);
        }
      }
      const { groups: fitted } = evidenceOf(outages, hours, { components: 12, groups });
      if (fitted?.alphaFactors.kind !== 'fitted') throw new Error('no alpha-factors');
      fitted.alphaFactors.fit.alpha.forEach((each, i) => {
        record(parameters[`alpha${i + 1}`] as Truth, each.interval);
      });
    }
    judge(parameters);
  });

  it('gives back mean and correlation of beta-binomial groups', () => {
    const [p, rho] = [0.15, 0.25];
    const [members, epochs, epochHours] = [5, 40, 10];
    const groups = Array.from({ length: 6 }, (_, g) =>
      Array.from({ length: members }, (_, i) => `g${g}-${i}`),
    );
    const [a, b] = [p * (1 / rho - 1), (1 - p) * (1 / rho - 1)];
    const information = betaBinomialErrors(members, p, rho, groups.length * epochs);
    const parameters = { p: truth(p, information.p), rho: truth(rho, information.rho) };
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = randomFrom(seed);
      const outages: Outage[] = [];
      for (const group of groups) {
        for (let epoch = 0; epoch < epochs; epoch += 1) {
          const x = gamma(random, a);
          const chance = x / (x + gamma(random, b));
          const start = epoch * epochHours + 0.01;
          for (const component of group) {
            if (random() < chance) outages.push({ start, end: start + epochHours - 0.02, component });
          }
        }
      }
      const { snapshots } = evidenceOf(outages, epochs * epochHours, { components: 30, groups });
      if (snapshots?.betaBinomial.kind !== 'fitted') throw new Error('no beta-binomial fit');
      record(parameters.p, snapshots.betaBinomial.fit.p.interval);
      record(parameters.rho, snapshots.betaBinomial.fit.rho.interval);
    }
    judge(parameters);
  });
});

/** Standard errors from the expected information of n beta-binomial counts, by differences of ln P(k) itself. */
function betaBinomialErrors(m: number, p: number, rho: number, n: number): { p: number; rho: number } {
  const logP = (k: number, mean: number, r: number) => {
    const theta = r / (1 - r);
    let sum = Math.log([1, 5, 10, 10, 5, 1][k] as number);
    for (let i = 0; i < k; i += 1) sum += Math.log(mean + i * theta);
    for (let i = 0; i < m - k; i += 1) sum += Math.log(1 - mean + i * theta);
    for (let i = 0; i < m; i += 1) sum -= Math.log(1 + i * theta);
    return sum;
  };
  const h = 1e-5;
  let [pp, pr, rr] = [0, 0, 0];
  for (let k = 0; k <= m; k += 1) {
    const dp = (logP(k, p + h, rho) - logP(k, p - h, rho)) / (2 * h);
    const dr = (logP(k, p, rho + h) - logP(k, p, rho - h)) / (2 * h);
    const weight = n * Math.exp(logP(k, p, rho));
    pp += weight * dp * dp;
    pr += weight * dp * dr;
    rr += weight * dr * dr;
  }
  const determinant = pp * rr - pr * pr;
  return { p: Math.sqrt(rr / determinant), rho: Math.sqrt(pp / determinant) };
}
