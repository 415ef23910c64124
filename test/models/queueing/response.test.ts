import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mgcMeanWait } from '../../../src/models/queueing/mgc.ts';
import {
  type ServiceClass,
  serviceMix,
  servicePercentile,
  waitDecayRate,
} from '../../../src/models/queueing/mix.ts';
import {
  meanResponse,
  randomResponsePercentile,
  responsePercentile,
  responseTail,
} from '../../../src/models/queueing/response.ts';
import {
  minServersForRandomResponse,
  minServersForResponse,
  type ResponseSizing,
} from '../../../src/models/queueing/response-sizing.ts';
import { percentileOf, simulatePool } from './simulation.ts';
import { vector } from './vectors.ts';

/** The five payload classes of the built-in example: mean 0.1 s, squared coefficient of variation 1.05. */
const images: readonly ServiceClass[] = [
  { serviceTime: 0.025, share: 0.4 },
  { serviceTime: 0.05, share: 0.2 },
  { serviceTime: 0.1, share: 0.15 },
  { serviceTime: 0.2, share: 0.15 },
  { serviceTime: 0.35, share: 0.1 },
];
const equal: readonly ServiceClass[] = [{ serviceTime: 0.1, share: 1 }];
const uneven: readonly ServiceClass[] = [
  { serviceTime: 0.05, share: 0.9 },
  { serviceTime: 0.55, share: 0.1 },
];

describe('the response percentile against simulation', () => {
  it.each([
    { name: 'images', mix: images, servers: 1, rho: 0.5 },
    { name: 'images', mix: images, servers: 1, rho: 0.8 },
    { name: 'images', mix: images, servers: 8, rho: 0.6 },
    { name: 'images', mix: images, servers: 8, rho: 0.8 },
    { name: 'images', mix: images, servers: 32, rho: 0.78 },
    { name: 'images', mix: images, servers: 32, rho: 0.9 },
    { name: 'images', mix: images, servers: 1000, rho: 0.97 },
    { name: 'equal jobs', mix: equal, servers: 1, rho: 0.8 },
    { name: 'equal jobs', mix: equal, servers: 8, rho: 0.8 },
    { name: 'equal jobs', mix: equal, servers: 32, rho: 0.9 },
    { name: 'equal jobs', mix: equal, servers: 1000, rho: 0.97 },
    { name: 'uneven jobs', mix: uneven, servers: 1, rho: 0.8 },
    { name: 'uneven jobs', mix: uneven, servers: 8, rho: 0.8 },
    { name: 'uneven jobs', mix: uneven, servers: 32, rho: 0.9 },
    { name: 'uneven jobs', mix: uneven, servers: 1000, rho: 0.97 },
  ])(
    'is within 5 % at p99 and 6 % at p99.9 for $name on $servers servers at $rho',
    ({ mix, servers, rho }) => {
      const arrivalRate = (servers * rho) / serviceMix(mix).mean;
      // Waits of a single server come in long bursts: its percentiles need more customers.
      const customers = servers === 1 ? 2_000_000 : 600_000;
      const { responses } = simulatePool(arrivalRate, servers, mix, customers, 20_240);
      const error = (percentile: number) =>
        Math.abs(
          responsePercentile({ arrivalRate, servers, mix, percentile }) /
            percentileOf(responses, percentile) -
            1,
        );
      expect(error(0.99)).toBeLessThan(0.05);
      expect(error(0.999)).toBeLessThan(0.06);
    },
  );

  it('has the mean wait of equal and of mixed jobs within 5 % on 8 and 32 servers', () => {
    for (const { mix, servers, rho } of [
      { mix: equal, servers: 8, rho: 0.8 },
      { mix: images, servers: 8, rho: 0.8 },
      { mix: images, servers: 32, rho: 0.78 },
    ]) {
      const { mean, scv } = serviceMix(mix);
      const arrivalRate = (servers * rho) / mean;
      const { meanWait } = simulatePool(arrivalRate, servers, mix, 1_000_000, 5);
      expect(
        Math.abs(mgcMeanWait({ arrivalRate, serviceTime: mean, scv, servers }) / meanWait - 1),
      ).toBeLessThan(0.05);
    }
  });
});

describe('the response percentile', () => {
  it('is the percentile of the sum, below the sum of the percentiles', () => {
    const queue = { arrivalRate: 250, servers: 32, mix: images };
    const wait = responseTail({ ...queue, mix: images }, 0.35);
    const p99 = responsePercentile({ ...queue, percentile: 0.99 });
    expect(wait).toBeGreaterThan(0);
    expect(responseTail(queue, p99)).toBeLessThanOrEqual(0.01 * (1 + 1e-8));
    expect(responseTail(queue, p99 * 0.999)).toBeGreaterThan(0.01);
  });

  it('is the service time itself where nobody waits', () => {
    const queue = { arrivalRate: 1000, servers: 1000, mix: images };
    expect(responsePercentile({ ...queue, percentile: 0.99 })).toBe(0.35);
    expect(responsePercentile({ ...queue, percentile: 0.5 })).toBe(0.05);
    expect(servicePercentile(serviceMix(images), 0.9)).toBe(0.2);
  });

  it('never falls with load and never rises with servers', () => {
    const rate = fc.double({ min: 1, max: 300, noNaN: true });
    const count = fc.integer({ min: 32, max: 400 });
    fc.assert(
      fc.property(
        rate,
        rate,
        count,
        count,
        fc.constantFrom(0.9, 0.99, 0.999),
        fc.constantFrom(images, equal, uneven),
        (r1, r2, c1, c2, percentile, mix) => {
          const at = (arrivalRate: number, servers: number) =>
            responsePercentile({ arrivalRate, servers, mix, percentile });
          const slack = 1 + 1e-9;
          expect(at(Math.min(r1, r2), c1)).toBeLessThanOrEqual(at(Math.max(r1, r2), c1) * slack);
          expect(at(r1, Math.max(c1, c2))).toBeLessThanOrEqual(at(r1, Math.min(c1, c2)) * slack);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is worse with a queue for each machine than with one queue for all', () => {
    const central = responsePercentile({
      arrivalRate: 10_000,
      servers: 40 * 32,
      mix: images,
      percentile: 0.99,
    });
    const random = randomResponsePercentile({
      arrivalRate: 10_000,
      queues: 40,
      serversPerQueue: 32,
      mix: images,
      percentile: 0.99,
    });
    expect(central).toBe(0.35);
    expect(random).toBeGreaterThan(central);
    expect(random).toBe(responsePercentile({ arrivalRate: 250, servers: 32, mix: images, percentile: 0.99 }));
  });

  it('decays at the exact rate of M/M/1-like and of fixed service', () => {
    // For fixed service and one server the rate solves λ(e^(θD) - 1) = θ.
    const rate = waitDecayRate(serviceMix(equal), 8, 1);
    expect(8 * Math.expm1(rate * 0.1)).toBeCloseTo(rate, 10);
    // For c servers, δ = c θ with δ D = c ln(1 + δ/λ).
    const pool = waitDecayRate(serviceMix(equal), 256, 32);
    expect(pool * 0.1).toBeCloseTo(32 * Math.log1p(pool / 256), 9);
  });

  it('has the mean of wait and service', () => {
    const mean = meanResponse({ arrivalRate: 256, servers: 32, mix: equal });
    expect(mean).toBeCloseTo(0.1 + 0.1 * 0.0146644862, 9);
  });

  it('refuses shares that miss 1, an overloaded pool and a bad percentile', () => {
    const queue = { arrivalRate: 10, servers: 2, mix: equal, percentile: 0.99 };
    expect(() => responsePercentile({ ...queue, mix: [{ serviceTime: 1, share: 0.5 }] })).toThrow(/shares/);
    expect(() => responsePercentile({ ...queue, mix: [] })).toThrow(/shares/);
    expect(() => responsePercentile({ ...queue, arrivalRate: 20 })).toThrow(/offered load/);
    expect(() => responsePercentile({ ...queue, percentile: 0 })).toThrow(/percentile/);
    expect(() => responsePercentile({ ...queue, arrivalRate: -5 })).toThrow(/arrival rate/);
    expect(() => randomResponsePercentile({ ...queue, queues: 0, serversPerQueue: 1 })).toThrow(/queues/);
  });
});

describe('the fewest machines for a response', () => {
  const objective = { arrivalRate: 10_000, mix: images, percentile: 0.99, bound: 0.5, serversPerMachine: 32 };

  it('meets the bound and fails it with one machine fewer', () => {
    const central = machinesOf(minServersForResponse(objective));
    expect(central).toBe(32);
    const random = machinesOf(minServersForRandomResponse(objective));
    expect(random).toBeGreaterThan(central);
    const p99 = (queues: number) => randomResponsePercentile({ ...objective, queues, serversPerQueue: 32 });
    expect(p99(random)).toBeLessThanOrEqual(0.5);
    expect(p99(random - 1)).toBeGreaterThan(0.5);
  });

  it('is infeasible below the percentile of the service time, and says what that is', () => {
    const sizing = minServersForResponse({ ...objective, bound: 0.3 });
    expect(sizing).toEqual({ kind: 'infeasible', servicePercentile: 0.35 });
    expect(minServersForRandomResponse({ ...objective, bound: 0.3 }).kind).toBe('infeasible');
  });

  it('still answers where the bound equals the service time of the slowest class', () => {
    const machines = machinesOf(minServersForResponse({ ...objective, bound: 0.35 }));
    expect(machines).toBeGreaterThanOrEqual(32);
    expect(machines).toBeLessThan(40);
  });

  it('never needs fewer machines for more load or a tighter bound', () => {
    const rate = fc.double({ min: 10, max: 20_000, noNaN: true });
    const bound = fc.double({ min: 0.36, max: 2, noNaN: true });
    fc.assert(
      fc.property(rate, rate, bound, bound, (r1, r2, b1, b2) => {
        for (const size of [minServersForResponse, minServersForRandomResponse]) {
          const at = (arrivalRate: number, limit: number) =>
            machinesOf(size({ ...objective, arrivalRate, bound: limit }));
          expect(at(Math.max(r1, r2), b1)).toBeGreaterThanOrEqual(at(Math.min(r1, r2), b1));
          expect(at(r1, Math.min(b1, b2))).toBeGreaterThanOrEqual(at(r1, Math.max(b1, b2)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('changes with the latency objective, where a published planner gives one fleet for all', () => {
    const v = vector('nflx-java-slo-insensitive-TRAP');
    const published = vector('nflx-java-small-high-qps').input;
    const mix = [{ serviceTime: published.cpuMsPerOp / 1000, share: 1 }];
    const arrivalRate = published.readRps + published.writeRps;
    const size = (milliseconds: number) =>
      minServersForRandomResponse({
        arrivalRate,
        mix,
        percentile: 0.99,
        bound: milliseconds / 1000,
        serversPerMachine: 8,
      });
    const machines = v.input.latencySloMs.map((slo: number) => machinesOf(size(slo)));
    expect(new Set(machines).size).toBeGreaterThan(1);
    expect([...machines].sort((a, b) => b - a)).toEqual(machines);
    expect(size(0.3)).toEqual({ kind: 'infeasible', servicePercentile: 0.0004 });
  });

  it('sizes a hundred thousand servers', () => {
    const sizing = minServersForResponse({ ...objective, arrivalRate: 1_000_000, serversPerMachine: 1 });
    const machines = machinesOf(sizing);
    expect(machines).toBeGreaterThan(100_000);
    expect(machines).toBeLessThan(100_100);
  });
});

function machinesOf(sizing: ResponseSizing): number {
  if (sizing.kind === 'infeasible') throw new Error('the bound was expected to be feasible');
  return sizing.machines;
}

describe('an objective for some of the requests that share a queue', () => {
  const mix = [
    { serviceTime: 0.05, share: 0.9 },
    { serviceTime: 1, share: 0.1 },
  ];
  const small = [{ serviceTime: 0.05, share: 1 }];
  const queue = { arrivalRate: 30, servers: 6, mix, percentile: 0.99 };

  it('waits behind all of them and serves its own', () => {
    const whole = responsePercentile(queue);
    const own = responsePercentile({ ...queue, answered: small });
    const alone = responsePercentile({ ...queue, mix: small });
    expect(own).toBeLessThan(whole);
    expect(own).toBeGreaterThan(alone);
  });

  it('is the objective for all where it is about all', () => {
    expect(responsePercentile({ ...queue, answered: mix })).toBe(responsePercentile(queue));
  });
});
