import { describe, expect, it } from 'vitest';
import { birthDeathPassageTime } from '../../../src/models/reliability/birth-death.ts';
import {
  copysetsFor,
  lossOfAny,
  placementLoss,
  randomSetsWithin,
  setLoss,
  yearsBetweenLosses,
} from '../../../src/models/reliability/copysets.ts';
import { analyseService } from '../../../src/models/reliability/dependencies.ts';
import { windowedLoss } from '../../../src/models/reliability/durability.ts';
import { burstHits, burstHitsByRack } from '../../../src/models/reliability/durability-bursts.ts';
import { analyseFailure, type Part } from '../../../src/models/reliability/importance.ts';
import { chainOf } from '../../../src/models/reliability/markov.ts';
import { meanTimeTo } from '../../../src/models/reliability/markov-absorption.ts';
import { steadyState } from '../../../src/models/reliability/markov-steady.ts';
import { independentSurvivors, quorumBehaviour } from '../../../src/models/reliability/quorum.ts';
import {
  leadingTimeToLossOfAll,
  meanTimeToLossOfAll,
  partUnavailability,
  ratesOf,
  repairableGroup,
} from '../../../src/models/reliability/repair.ts';
import { chanceWithin, transient } from '../../../src/models/reliability/uniformization.ts';
import { expectNear, type Vector, vector } from '../statistics/vectors.ts';
import { treeOf } from './bdd-tree-text.ts';
import { workstationCluster } from './markov-workstation-cluster.ts';
import { coveredVectors } from './repair-covered.ts';

/** How each vector is computed; the keys are the list of vectors that these models answer for. */
const computations: Readonly<Record<string, (v: Vector) => void>> = {
  'ft-scram-AB|BC': faultTree,
  'ft-scram-2-of-3': faultTree,
  'ft-scram-xor': faultTree,
  'ft-scram-two-train': faultTree,
  'ft-scram-ne574': faultTree,
  'ft-openfta-theatre': faultTree,
  'ft-openfta-theatre-rate': (v) => {
    const byRate = Object.entries(v.input.rate as Record<string, number>);
    const timed = byRate.map(([name, rate]) => [name, -Math.expm1(-rate * v.input.t)]);
    faultTree({ ...v, input: { tree: v.input.tree, p: { ...v.input.p, ...Object.fromEntries(timed) } } });
  },
  'ft-storm-importance-2of4': ({ input, expected, tolerance }) => {
    const names = ['x1', 'x2', 'x3', 'x4'];
    const parts = Object.fromEntries(names.map((name) => [name, { unavailability: input.p_each }]));
    const { unavailability, parts: importances } = analyseFailure(treeOf(input.tree), parts);
    expectNear(unavailability, expected.p, tolerance);
    expect(importances).toHaveLength(4);
    for (const part of importances) {
      expectNear(part.birnbaum, expected.MIF, tolerance);
      expectNear(part.criticality, expected.CIF, tolerance);
      expectNear(part.diagnosis, expected.DIF, tolerance);
      expectNear(part.riskAchievement, expected.RAW, tolerance);
      expectNear(part.riskReduction, expected.RRW, tolerance);
    }
  },
  'quorum-majority-3': majority,
  'quorum-majority-5': majority,
  'mttf-ford-R2': (v) => serialLoss(v, 2),
  'mttf-ford-R3': (v) => serialLoss(v, 3),
  'mttf-ford-R4': (v) => serialLoss(v, 4),
  'ford-table3-naive-over-correlated': ({ input, expected, tolerance }) => {
    // The table of measurements is data; that its factors grow with the copies is what the plan must show.
    const rows = Object.entries(
      input.stripe_mttf_days as Record<string, { correlated: number; independent: number }>,
    );
    for (const [name, { independent, correlated }] of rows) {
      expectNear(independent / correlated, expected.overestimate_factor[name], tolerance);
    }
    // The independent column of R = 2 and 3 is the serial chain with the rates of the other vectors.
    const { lambda_per_day: failure, rho_per_day: repair } = vector('mttf-ford-R2').input;
    expectNear(
      meanTimeToLossOfAll(2, failure, repair, 'serial'),
      input.stripe_mttf_days['R=2'].independent,
      0.005,
    );
    expectNear(
      meanTimeToLossOfAll(3, failure, repair, 'serial'),
      input.stripe_mttf_days['R=3'].independent,
      0.005,
    );
  },
  'mttdl-raid4-greenan': ({ input: { n, lambda, mu }, expected, tolerance }) => {
    const group = { units: n, needed: n - 1, failureRate: lambda, repairRate: mu, crews: 1 };
    expectNear(repairableGroup(group).meanTimeToOutage, expected, tolerance);
  },
  'mttdl-xorbas-3rep': ({ expected, tolerance }) => {
    const nodeFailuresPerDay = 1 / (4 * 365);
    const blockBits = 256 * 2 ** 20 * 8;
    const repairsPerDay = (2 ** 30 / blockBits) * 86_400;
    const stripes = (30 * 2 ** 50) / (3 * 256 * 2 ** 20);
    const stripe = meanTimeToLossOfAll(3, nodeFailuresPerDay, repairsPerDay, 'serial');
    expectNear(stripe / stripes, expected, tolerance);
  },
  'mttdl-2rep-serial-vs-parallel': ({ input: { N, lambda, mu }, expected, tolerance }) => {
    expectNear(meanTimeToLossOfAll(N, lambda, mu, 'serial'), expected.serial, tolerance);
    expectNear(meanTimeToLossOfAll(N, lambda, mu, 'parallel'), expected.parallel, tolerance);
    const leading = expected['leading_serial_mu^(N-1)/(N! lambda^N)'];
    expectNear(leadingTimeToLossOfAll(N, lambda, mu, 'serial'), leading, tolerance);
    expectNear(leadingTimeToLossOfAll(N, lambda, mu, 'parallel'), expected.leading_parallel, tolerance);
  },
  'ss-2unit-parallel-two-crews': ({ input: { lambda, mu }, expected, tolerance }) => {
    const pair = repairableGroup({ units: 2, needed: 1, failureRate: lambda, repairRate: mu });
    expectNear(pair.unavailability, expected.U, tolerance);
    expectNear(pair.frequency, expected.outages_per_h, tolerance);
    expectNear(pair.meanOutage, expected.mean_outage_h, tolerance);
  },
  'ss-2unit-parallel-one-crew': ({ input: { lambda, mu }, expected, tolerance }) => {
    const pair = repairableGroup({ units: 2, needed: 1, failureRate: lambda, repairRate: mu, crews: 1 });
    expectNear(pair.unavailability, expected.U, tolerance);
  },
  'mission-2unit-repair': ({ input: { lambda, mu, t_h }, expected, tolerance }) => {
    const pair = chainOf(3, [
      { from: 0, to: 1, rate: 2 * lambda },
      { from: 1, to: 0, rate: mu },
      { from: 1, to: 2, rate: lambda },
    ]);
    expectNear(1 - chanceWithin(pair, (state) => state === 2, t_h), expected.R, tolerance);
    const mttf = meanTimeTo(pair, (state) => state === 2);
    expectNear(Math.exp(-t_h / mttf), expected['exp_law_1-exp(-t/MTTF)'], tolerance);
  },
  'dft-storm-spare': ({ input, expected, tolerance }) => {
    const [failureRate] = input.lambda;
    const group = { units: 1, needed: 1, spares: 1, dormancy: input.dormancy, failureRate, repairRate: 0 };
    expectNear(birthDeathPassageTime(ratesOf(group).up, [0]), expected, tolerance);
  },
  'dft-storm-1of3': ({ input, expected, tolerance }) => {
    const moves = (input.lambda as number[]).map((rate, i) => ({ from: 0, to: i + 1, rate }));
    expectNear(
      meanTimeTo(chainOf(4, moves), (state) => state > 0),
      expected,
      tolerance,
    );
  },
  'dft-storm-hecs': ({ input, expected, tolerance }) => {
    // Two processors and a cold spare; 3 of 5 memories; two buses; hardware and software of the console.
    const processors = chainOf(4, [
      { from: 0, to: 1, rate: 2 * input.A },
      { from: 1, to: 2, rate: 2 * input.A },
      { from: 2, to: 3, rate: input.A },
    ]);
    const failed = (rate: number): Part => ({ unavailability: -Math.expm1(-rate) });
    const parts: Record<string, Part> = {};
    const system = (id: string) => {
      const add = (name: string, part: Part): string => {
        parts[id + name] = part;
        return id + name;
      };
      const spare = { unavailability: chanceWithin(processors, (state) => state === 3, 1) };
      return {
        or: [
          add('processors', spare),
          { atLeast: 3, of: [1, 2, 3, 4, 5].map((i) => add(`memory${i}`, failed(input.M))) },
          { and: [add('bus1', failed(input.BUS)), add('bus2', failed(input.BUS))] },
          add('hardware', failed(input.HW)),
          add('software', failed(input.SW)),
        ],
      };
    };
    const { unavailability } = analyseFailure({ or: [system('a'), system('b')] }, parts);
    expectNear(unavailability, expected, tolerance);
  },
  'ctmc-cluster-N2': clusterOverTime,
  'ctmc-cluster-N4': clusterOverTime,
  'ctmc-cluster-N8': clusterOverTime,
  'ctmc-cluster-N64-numerics': ({ input, expected, tolerance }) => {
    const { chain, premium } = workstationCluster(input.N);
    expect(chain.size).toBe(151_060);
    const found = steadyState(chain);
    if (found.method !== 'iteration') throw new Error('the chain is meant to be too large for elimination');
    expect(found.errorBound).toBeLessThan(1e-10);
    expectNear(shareOf(found.probability, premium), expected.premium_steady, tolerance);
  },
  'copyset-R3-minimal-5000': ({ input, expected, tolerance }) => {
    const one = setLoss({ machines: input.N, lostMachines: input.failed, pieces: input.R, fatal: input.R });
    expectNear(one, expected.p_set, tolerance);
    expectNear(lossOfAny(one, input.copysets), expected.P_loss, tolerance);
  },
  'copyset-R3-random-1e7': ({ input, expected, tolerance }) => {
    const loss = { machines: input.N, lostMachines: input.failed, pieces: input.R, fatal: input.R };
    const random = placementLoss(loss, { kind: 'random', stripes: input.distinct_sets });
    expectNear(random.anyLoss, expected.P_loss, tolerance);
  },
  'copyset-counts': ({ input: { N, R, S }, expected, tolerance }) => {
    expectNear(copysetsFor(N, R, S), expected['minimal_S/(R-1)*N/R'], tolerance);
    expectNear(randomSetsWithin(N, R, S + 1), expected.random, tolerance);
  },
  'copyset-once-in-years': ({ input, expected, tolerance }) => {
    expectNear(yearsBetweenLosses(input.P_loss_per_outage, 1), expected.years_between_losses, tolerance);
  },
  'copyset-EC-RS(8,4)': erasureSets,
  'copyset-EC-RS(9,6)': erasureSets,
  'ford-hit-probability-uniform': ({ input, expected, tolerance }) => {
    const hits = burstHits(input.N, input.burst, input.n);
    for (const [k, p] of hits.entries()) expectNear(p, expected.pmf[k], tolerance);
  },
  'ford-hit-probability-rack-aware': ({ input, expected, tolerance }) => {
    const fullRack = Array.from({ length: input.racks }, (_, r) => (r === 7 ? input.nodes_per_rack : 0));
    const hits = burstHitsByRack(fullRack, input.nodes_per_rack, input.n);
    for (const [k, p] of hits.entries()) expectNear(p, expected.pmf[k], tolerance);
  },
  'backblaze-17+3': ({ input, expected, tolerance }) => {
    const loss = windowedLoss(input.data, input.parity, input.afr, input.replace_days);
    expectNear(loss.window, expected.window_loss, tolerance);
    expectNear(loss.annual, expected.annual_loss, tolerance);
    expect(Math.floor(-Math.log10(loss.annual))).toBe(expected.nines);
  },
  'numerics-log1p': ({ input, expected, tolerance }) => {
    expectNear(lossOfAny(input.p, input.n), expected.exact, tolerance);
  },
  'numerics-p-vs-q': ({ input, expected, tolerance }) => {
    const names = Array.from({ length: input.series_n }, (_, i) => `part${i}`);
    const parts = Object.fromEntries(names.map((name) => [name, { unavailability: input.q }]));
    expectNear(analyseService({ and: names }, parts).unavailability, expected.U, tolerance);
  },
  'freq-duration-3rep-plus-shock': ({ input, expected, tolerance }) => {
    const part = (mttf: number, mttr: number): Part => ({
      unavailability: partUnavailability(mttf, mttr),
      failureRate: 1 / mttf,
    });
    const replicas = Array.from({ length: input.replicas }, (_, i) => `replica${i}`);
    const node = part(input.node_mttf_h, input.node_mttr_h);
    const parts: Record<string, Part> = Object.fromEntries(replicas.map((name) => [name, node]));
    const naive = analyseService({ or: replicas }, parts);
    expectNear(naive.unavailability, expected.naive_U_no_shock, tolerance);
    parts['shock'] = part(input.shock_mttf_h, input.shock_mttr_h);
    const real = analyseService({ and: ['shock', { or: replicas }] }, parts);
    expectNear(real.unavailability, expected.U, tolerance);
    expectNear((real.frequency ?? 0) * 8760, expected.outages_per_year, tolerance);
    expectNear(real.meanOutage ?? 0, expected.mean_outage_h, tolerance);
  },
};

describe('published and recomputed vectors of repair, durability and dependencies', () => {
  it('has a computation for every vector that it claims to cover', () => {
    expect(Object.keys(computations).sort()).toEqual([...coveredVectors].sort());
  });

  for (const [name, compute] of Object.entries(computations)) {
    it(`reproduces ${name} within its tolerance`, { timeout: 120_000 }, () => {
      compute(vector(name));
    });
  }
});

function faultTree({ input, expected, tolerance }: Vector): void {
  const chances = Object.entries(input.p as Record<string, number>);
  const parts = Object.fromEntries(chances.map(([name, p]) => [name, { unavailability: p }]));
  expectNear(analyseFailure(treeOf(input.tree), parts).unavailability, expected, tolerance);
}

function majority({ input: { n, need, q }, expected, tolerance }: Vector): void {
  const survivors = independentSurvivors(new Array(n).fill(q));
  const { writeUnavailability } = quorumBehaviour({ copies: n, read: need, write: need }, survivors);
  expectNear(writeUnavailability, expected.unavailability, tolerance);
}

function serialLoss({ input, expected, tolerance }: Vector, replicas: number): void {
  const mean = meanTimeToLossOfAll(replicas, input.lambda_per_day, input.rho_per_day, 'serial');
  expectNear(mean, expected, tolerance);
}

function erasureSets({ input, expected, tolerance }: Vector): void {
  const loss = { machines: input.N, lostMachines: input.failed, pieces: input.n, fatal: input.lose_at };
  const random = placementLoss(loss, { kind: 'random', stripes: 1e7 });
  expectNear(random.setLoss, expected.p_set, tolerance);
  expectNear(random.anyLoss, expected.P_loss_1e7_random_stripes, tolerance);
}

function clusterOverTime({ input, expected, tolerance }: Vector): void {
  const { chain, premium, minimum, working, repairRate } = workstationCluster(input.N);
  const below = (state: number): boolean => !minimum(state);
  const steady = steadyState(chain).probability;
  expectNear(shareOf(steady, premium), expected.premium_steady, tolerance);
  const soon = transient(chain, 0, input.t).probability;
  expectNear(shareOf(soon, below), expected.qos2_t ?? expected.qos2, tolerance);
  expectNear(weighted(soon, working), expected.operational_t, tolerance);
  const { occupancy } = transient(chain, 0, input.T);
  expectNear(shareOf(occupancy, below), expected.below_min_T, tolerance);
  expectNear(weighted(occupancy, repairRate), expected.repairs_T, tolerance);
  expectNear(chanceWithin(chain, below, input.T), expected.qos1_T, tolerance);
}

function shareOf(values: Float64Array, inside: (state: number) => boolean): number {
  return values.reduce((total, value, i) => (inside(i) ? total + value : total), 0);
}

function weighted(values: Float64Array, weights: readonly number[]): number {
  return values.reduce((total, value, i) => total + value * (weights[i] as number), 0);
}
