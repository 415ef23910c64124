import { describe, expect, it } from 'vitest';
import { boundedQueue, machineRepair } from '../../../src/models/queueing/finite.ts';
import { openNetwork } from '../../../src/models/queueing/jackson.ts';
import { solveLinear } from '../../../src/models/queueing/linear-system.ts';
import { closedNetwork, meanValueAnalysis } from '../../../src/models/queueing/mva.ts';
import { priorityMeanWaits } from '../../../src/models/queueing/priority.ts';
import { inTolerances, vector } from './vectors.ts';

describe('closed networks', () => {
  it('gives throughput and response time of the four-station shop', () => {
    const v = vector('pdq-ebiz');
    const state = closedNetwork({ population: v.input.N, thinkTime: v.input.Z, demands: v.input.demands });
    expect(inTolerances(v, state.throughput, v.expected.throughput)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, state.responseTime, v.expected.response)).toBeLessThanOrEqual(1);
  });

  it('gives a hundred thinking users at one server', () => {
    const v = vector('pdq-mm1n');
    const state = closedNetwork({ population: v.input.N, thinkTime: v.input.Z, demands: [v.input.S] });
    expect(inTolerances(v, state.throughput, v.expected.throughput)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, state.responseTime, v.expected.response)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, state.queueLength[0] as number, v.expected.queue)).toBeLessThanOrEqual(1);
    // The same system is a machine repair with one repairer.
    const repair = machineRepair(1 / v.input.Z, 1 / v.input.S, v.input.N, 1);
    expect(repair.throughput).toBeCloseTo(state.throughput, 10);
  });

  it('gives three classes at three stations', () => {
    const v = vector('pdq-allen-multiclass');
    const { populations, think: thinkTimes, demands } = v.input;
    const state = meanValueAnalysis({ populations, thinkTimes, demands });
    const compared: [readonly number[], readonly number[]][] = [
      [state.throughput, v.expected.X],
      [state.responseTime, v.expected.R],
      [state.utilization, v.expected.Utotal],
      [state.queueLength, v.expected.Qtotal],
    ];
    for (const [values, expected] of compared) {
      for (const [i, value] of values.entries())
        expect(inTolerances(v, value, expected[i] as number)).toBeLessThanOrEqual(1);
    }
  });

  it('keeps every user somewhere: thinking or at a station', () => {
    const state = meanValueAnalysis({
      populations: [4, 3],
      thinkTimes: [2, 0],
      demands: [
        [0.5, 0.1],
        [0.2, 0.9],
      ],
    });
    const queued = state.queueLength.reduce((sum, length) => sum + length, 0);
    expect(queued + 2 * (state.throughput[0] as number)).toBeCloseTo(7, 12);
  });

  it('refuses ragged tables, negative demands and populations that are too many to solve', () => {
    const network = { populations: [2], thinkTimes: [1], demands: [[0.1, 0.2]] };
    expect(() => meanValueAnalysis({ ...network, thinkTimes: [] })).toThrow(/one entry for each class/);
    expect(() => meanValueAnalysis({ ...network, demands: [[-0.1]] })).toThrow(/service demand/);
    expect(() => meanValueAnalysis({ ...network, demands: [[]] })).toThrow(/stations/);
    const many = [999, 999, 999];
    const demands = many.map(() => [1]);
    expect(() => meanValueAnalysis({ populations: many, thinkTimes: [0, 0, 0], demands })).toThrow(/states/);
  });
});

describe('open networks', () => {
  const v = vector('pdq-passport');
  const { lambda, p12, p13, p23, p32, S } = v.input;
  const office = {
    arrivals: [lambda, 0, 0, 0],
    routing: [
      [0, p12, p13, 0],
      [0, 0, p23, 1 - p23],
      [0, p32, 0, 1 - p32],
      [0, 0, 0, 0],
    ],
    serviceTimes: S,
  };

  it('gives the passport office with feedback', () => {
    const state = openNetwork(office);
    for (let i = 0; i < 4; i += 1) {
      expect(inTolerances(v, state.utilization[i] as number, v.expected.utilization[i])).toBeLessThanOrEqual(
        1,
      );
      expect(inTolerances(v, state.residenceTime[i] as number, v.expected.residence[i])).toBeLessThanOrEqual(
        1,
      );
    }
    expect(inTolerances(v, state.responseTime, v.expected.totalSeconds)).toBeLessThanOrEqual(1);
  });

  it('shortens the stay at a station that gets a second server', () => {
    const before = openNetwork(office);
    const after = openNetwork({ ...office, servers: [1, 2, 1, 1] });
    expect(after.residenceTime[1]).toBeLessThan((before.residenceTime[1] as number) / 4);
    expect(after.residenceTime[2]).toBeCloseTo(before.residenceTime[2] as number, 6);
  });

  it('refuses a network that nothing leaves, shares above 1 and an overloaded station', () => {
    const loop = { arrivals: [1], routing: [[1]], serviceTimes: [0.1] };
    expect(() => openNetwork(loop)).toThrow(/singular/);
    expect(() =>
      openNetwork({ ...office, routing: office.routing.map((row) => row.map((p) => p * 1.2)) }),
    ).toThrow(/routing/);
    expect(() => openNetwork({ ...office, arrivals: [lambda * 1.1, 0, 0, 0] })).toThrow(/offered load/);
    expect(() => openNetwork({ ...office, routing: [] })).toThrow(/one row/);
  });

  it('solves a system whose first pivot is 0', () => {
    expect(
      solveLinear(
        [
          [0, 2],
          [3, 1],
        ],
        [4, 5],
      ),
    ).toEqual([1, 2]);
  });
});

describe('queues with bounded places', () => {
  it('gives the losses of a buffer of six', () => {
    const v = vector('ksl-finite-buffer');
    const queue = boundedQueue(v.input.lambda, v.input.mu, 1, v.input.capacity);
    expect(inTolerances(v, queue.lossRate, v.expected.lostPerMinute)).toBeLessThanOrEqual(1);
    expect(queue.lostShare).toBeCloseTo(v.reference.pFull, 13);
    expect(queue.inSystem).toBeCloseTo(v.reference.L, 12);
    expect(queue.responseTime).toBeCloseTo(v.reference.W, 12);
  });

  it('loses the excess when far overloaded', () => {
    const queue = boundedQueue(1000, 1, 4, 500);
    expect(queue.throughput).toBeCloseTo(4, 9);
    expect(queue.lossRate).toBeCloseTo(996, 6);
  });

  it('gives machines down, queue and cost of the repair table, and its optimum at two repairers', () => {
    const v = vector('ksl-machine-repair');
    // The table charges 60 an hour for a machine down and 15 for a repairer.
    const costs = v.input.servers.map((repairers: number, i: number) => {
      const state = machineRepair(v.input.failureRate, v.input.repairRate, v.input.population, repairers);
      expect(inTolerances(v, state.inSystem, v.expected.L[i])).toBeLessThanOrEqual(1);
      expect(inTolerances(v, state.waiting, v.expected.Lq[i])).toBeLessThanOrEqual(1);
      return 60 * state.inSystem + 15 * repairers;
    });
    for (const [i, cost] of costs.entries()) {
      expect(inTolerances(v, cost, v.expected.costPerHour[i])).toBeLessThanOrEqual(1);
    }
    expect(costs.indexOf(Math.min(...costs)) + 1).toBe(2);
  });

  it('refuses a capacity below the servers', () => {
    expect(() => boundedQueue(1, 1, 3, 2)).toThrow(/capacity/);
    expect(() => machineRepair(1, 0, 3, 1)).toThrow(/service rate/);
  });
});

describe('priorities', () => {
  it('gives the published sojourn times of two classes', () => {
    const v = vector('priority-mm1-nonpreemptive');
    const serviceTime = 1 / v.input.mu;
    const waits = priorityMeanWaits([
      { arrivalRate: v.input.lambdaHigh, serviceTime, scv: 1 },
      { arrivalRate: v.input.lambdaLow, serviceTime, scv: 1 },
    ]);
    const [high, low] = waits.map((wait) => wait + serviceTime);
    expect(inTolerances(v, high as number, v.expected.sojournHigh)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, low as number, v.expected.sojournLow)).toBeLessThanOrEqual(1);
  });

  it('keeps the work that waits the same in any order of the classes', () => {
    const quick = { arrivalRate: 2, serviceTime: 0.1, scv: 0.5 };
    const slow = { arrivalRate: 0.5, serviceTime: 1, scv: 2 };
    const [q1 = 0, s1 = 0] = priorityMeanWaits([quick, slow]);
    const [s2 = 0, q2 = 0] = priorityMeanWaits([slow, quick]);
    expect(0.2 * q1 + 0.5 * s1).toBeCloseTo(0.2 * q2 + 0.5 * s2, 12);
    expect(q1).toBeLessThan(q2);
    expect(() => priorityMeanWaits([quick, { ...slow, arrivalRate: 0.9 }])).toThrow(/offered load/);
  });
});
