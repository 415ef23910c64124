import { describe, expect, it } from 'vitest';
import { erlangC } from '../../../src/models/queueing/erlang.ts';
import { allenCunneenMeanWait, sakasegawaMeanWait } from '../../../src/models/queueing/ggm.ts';
import { mdcMeanWait } from '../../../src/models/queueing/mdc.ts';
import { mg1MeanWait } from '../../../src/models/queueing/mg1.ts';
import { mgcMeanWait, mgcWaitPercentile, mgcWaitTail } from '../../../src/models/queueing/mgc.ts';
import {
  mmcAtLeast,
  mmcMeanResponse,
  mmcMeanWait,
  mmcMinServers,
  mmcQueueLength,
  mmcResponsePercentile,
  mmcResponseTail,
  mmcWaitPercentile,
  mmcWaitTail,
} from '../../../src/models/queueing/mmc.ts';
import { inTolerances, vector } from './vectors.ts';

describe('M/M/c', () => {
  it('gives mean and percentiles of the wait of 30 servers', () => {
    const v = vector('mmc-p99-wait');
    const { servers, offered, meanServiceSeconds: serviceTime } = v.input;
    const pool = { servers, serviceTime, arrivalRate: offered / serviceTime };
    expect(inTolerances(v, erlangC(servers, offered), v.expected.pWait)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, mmcMeanWait(pool), v.expected.meanWaitSeconds)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, mmcWaitPercentile(pool, 0.95), v.expected.p95WaitSeconds)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, mmcWaitPercentile(pool, 0.99), v.expected.p99WaitSeconds)).toBeLessThanOrEqual(1);
    expect(mmcWaitPercentile(pool, 0.5)).toBe(0);
  });

  it('gives the published single-server queues', () => {
    const grox = vector('pdq-mm1-grox');
    const pool = { arrivalRate: grox.input.lambda, serviceTime: 1 / grox.input.mu, servers: 1 };
    expect(inTolerances(grox, mmcMeanResponse(pool), grox.expected.residence)).toBeLessThanOrEqual(1);
    expect(
      inTolerances(grox, pool.arrivalRate * mmcMeanResponse(pool), grox.expected.queueLength),
    ).toBeLessThanOrEqual(1);
    expect(inTolerances(grox, mmcAtLeast(pool, 1), grox.expected.utilization)).toBeLessThanOrEqual(1);
    const one = vector('queuecomputer-mm1');
    const queue = { arrivalRate: one.input.lambda, serviceTime: one.input.meanService, servers: 1 };
    expect(inTolerances(one, mmcQueueLength(queue), one.expected.lq)).toBeLessThanOrEqual(1);
    expect(inTolerances(one, mmcMeanWait(queue), one.expected.wq)).toBeLessThanOrEqual(1);
    expect(inTolerances(one, mmcMeanResponse(queue), one.expected.w)).toBeLessThanOrEqual(1);
  });

  it('gives the published pools of three and four servers', () => {
    const three = vector('queuecomputer-mm3');
    const pool = {
      arrivalRate: three.input.lambda,
      serviceTime: three.input.meanService,
      servers: three.input.servers,
    };
    expect(inTolerances(three, mmcAtLeast(pool, 3), three.expected.pWait)).toBeLessThanOrEqual(1);
    expect(inTolerances(three, mmcQueueLength(pool), three.expected.lq)).toBeLessThanOrEqual(1);
    expect(inTolerances(three, mmcMeanResponse(pool), three.expected.w)).toBeLessThanOrEqual(1);
    const spam = vector('pdq-spamcan');
    const cans = {
      arrivalRate: spam.input.lambda,
      serviceTime: spam.input.meanService,
      servers: spam.input.servers,
    };
    expect(inTolerances(spam, mmcAtLeast(cans, 4), spam.expected.pWait)).toBeLessThanOrEqual(1);
    expect(
      inTolerances(spam, mmcMeanResponse(cans) / cans.serviceTime, spam.expected.stretchFactor),
    ).toBeLessThanOrEqual(1);
    expect(
      inTolerances(spam, cans.arrivalRate * mmcMeanResponse(cans), spam.expected.queueLength),
    ).toBeLessThanOrEqual(1);
  });

  it('gives the chance that four or more copiers are wanted', () => {
    const v = vector('ksl-copiers');
    for (const [i, servers] of v.input.servers.entries()) {
      const chance = mmcAtLeast({ arrivalRate: v.input.offered, serviceTime: 1, servers }, 4);
      expect(inTolerances(v, chance, v.expected.p[i])).toBeLessThanOrEqual(1);
      expect(chance).toBeCloseTo(v.reference.p[i], 14);
    }
  });

  it('adds the states up to 1 below and above the number of servers', () => {
    const pool = { arrivalRate: 7, serviceTime: 1, servers: 10 };
    const states = Array.from({ length: 400 }, (_, n) => mmcAtLeast(pool, n) - mmcAtLeast(pool, n + 1));
    expect(states.every((p) => p >= 0)).toBe(true);
    const mean = states.reduce((sum, p, n) => sum + n * p, 0);
    expect(mean).toBeCloseTo(mmcQueueLength(pool) + 7, 10);
  });

  it('meets the service level of the classic call centre', () => {
    const v = vector('erlangC-classic-call-centre-inputs');
    const pool = {
      arrivalRate: v.input.callsPer30min / 1800,
      serviceTime: v.input.ahtSeconds,
      servers: v.input.agents,
    };
    const offered = pool.arrivalRate * pool.serviceTime;
    expect(inTolerances(v, offered, v.expected.offeredErlangs)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, offered / pool.servers, v.expected.occupancy)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, mmcAtLeast(pool, pool.servers), v.expected.pWait)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, mmcMeanWait(pool), v.expected.asaSeconds)).toBeLessThanOrEqual(1);
    const level = 1 - mmcWaitTail(pool, v.input.answerTargetSeconds);
    expect(inTolerances(v, level, v.expected.serviceLevel)).toBeLessThanOrEqual(1);
  });

  it('sizes for a service level, an occupancy and the share of people who are away', () => {
    const v = vector('erlangC-pyworkforce-readme');
    const demand = { arrivalRate: v.input.transactions / v.input.interval, serviceTime: v.input.aht };
    const forLevel = mmcMinServers(demand, { within: v.input.asa, level: v.input.targetServiceLevel });
    const forOccupancy = Math.ceil((demand.arrivalRate * demand.serviceTime) / v.input.maxOccupancy);
    const servers = Math.max(forLevel, forOccupancy);
    expect(servers).toBe(v.expected.rawServers);
    expect(Math.ceil(servers / (1 - v.input.shrinkage))).toBe(v.expected.serversWithShrinkage);
    const pool = { ...demand, servers };
    expect(inTolerances(v, 1 - mmcWaitTail(pool, v.input.asa), v.expected.serviceLevel)).toBeLessThanOrEqual(
      1,
    );
    expect(inTolerances(v, mmcAtLeast(pool, servers), v.expected.pWait)).toBeLessThanOrEqual(1);
    expect(1 - mmcWaitTail({ ...demand, servers: servers - 1 }, v.input.asa)).toBeLessThan(
      v.input.targetServiceLevel,
    );
  });

  it('gives a response percentile that differs from the sum of two percentiles', () => {
    const pool = { arrivalRate: 240, serviceTime: 0.1, servers: 30 };
    const p99 = mmcResponsePercentile(pool, 0.99);
    expect(mmcResponseTail(pool, p99)).toBeCloseTo(0.01, 12);
    expect(p99).toBeLessThan(mmcWaitPercentile(pool, 0.99) + 0.1 * Math.log(100));
  });

  it('has a response tail that is e^(-(1 - rho) t/s) for one server and continuous around c = a + 1', () => {
    expect(mmcResponseTail({ arrivalRate: 0.8, serviceTime: 1, servers: 1 }, 7)).toBeCloseTo(
      Math.exp(-1.4),
      12,
    );
    const near = [4 - 1e-9, 4, 4 + 1e-9].map((arrivalRate) =>
      mmcResponseTail({ arrivalRate, serviceTime: 1, servers: 5 }, 3),
    );
    expect(near[0]).toBeCloseTo(near[1] as number, 8);
    expect(near[2]).toBeCloseTo(near[1] as number, 8);
  });

  it('refuses an overloaded pool and a percentile of 1', () => {
    const pool = { arrivalRate: 3, serviceTime: 1, servers: 3 };
    expect(() => mmcMeanWait(pool)).toThrow(/offered load/);
    expect(() => mmcWaitPercentile({ ...pool, servers: 4 }, 1)).toThrow(/percentile/);
    expect(() => mmcMeanWait({ ...pool, arrivalRate: -5 })).toThrow(/arrival rate/);
    expect(() => mmcMeanWait({ ...pool, serviceTime: 0 })).toThrow(/service time/);
  });
});

describe('M/G/1, M/G/c and G/G/c', () => {
  it('gives the waits of two machines of different spread', () => {
    const v = vector('mg1-two-machines');
    for (const [i, sd] of v.input.sdService.entries()) {
      const wait = mg1MeanWait(v.input.lambda, v.input.meanService, (sd / v.input.meanService) ** 2);
      expect(inTolerances(v, wait, v.expected.wq[i])).toBeLessThanOrEqual(1);
    }
  });

  it('gives the waits of a published G/G/3 by both formulas', () => {
    const v = vector('ggm-allen-cunneen');
    const arrivalScv = (v.input.sdInterarrival / v.input.meanInterarrival) ** 2;
    const scv = (v.input.sdService / v.input.meanService) ** 2;
    expect(inTolerances(v, arrivalScv, v.expected.ca2)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, scv, v.expected.cs2)).toBeLessThanOrEqual(1);
    const { meanService: serviceTime, servers } = v.input;
    const pool = { arrivalRate: 1 / v.input.meanInterarrival, serviceTime, servers, scv, arrivalScv };
    expect(inTolerances(v, mmcMeanWait(pool), v.expected.wqMM3)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, allenCunneenMeanWait(pool), v.expected.wqAllenCunneen)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, sakasegawaMeanWait(pool), v.expected.wqSakasegawa)).toBeLessThanOrEqual(1);
  });

  it('is exact at its corners: one server, fixed service, exponential service', () => {
    const pool = { arrivalRate: 6.4, serviceTime: 1, servers: 8 };
    expect(mgcMeanWait({ ...pool, scv: 0 })).toBeCloseTo(mdcMeanWait(pool), 14);
    expect(mgcMeanWait({ ...pool, scv: 1 })).toBe(mmcMeanWait(pool));
    const single = { arrivalRate: 0.7, serviceTime: 1, servers: 1, scv: 2.5 };
    expect(mgcMeanWait(single)).toBeCloseTo(mg1MeanWait(0.7, 1, 2.5), 12);
  });

  it('has the exponential tail and percentile of M/M/c at a coefficient of variation of 1', () => {
    const pool = { arrivalRate: 240, serviceTime: 0.1, servers: 30, scv: 1 };
    expect(mgcWaitTail(pool, 0.02)).toBeCloseTo(mmcWaitTail(pool, 0.02), 14);
    expect(mgcWaitPercentile(pool, 0.99)).toBeCloseTo(mmcWaitPercentile(pool, 0.99), 12);
    expect(mgcWaitPercentile(pool, 0.5)).toBe(0);
    expect(() => mgcMeanWait({ ...pool, scv: -1 })).toThrow(/variation/);
  });
});
