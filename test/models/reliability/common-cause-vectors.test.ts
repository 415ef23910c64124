import { describe, expect, it } from 'vitest';
import { meanUnavailability } from '../../../src/models/reliability/capacity-at-risk.ts';
import { survivorsWithCauses } from '../../../src/models/reliability/crossing.ts';
import { probabilityBelow } from '../../../src/models/reliability/domains-distribution.ts';
import { survivors } from '../../../src/models/reliability/domains-survivors.ts';
import { atLeastDown, naiveFactor, type ReplicaFamily } from '../../../src/models/reliability/families.ts';
import { frechetBounds } from '../../../src/models/reliability/families-bounds.ts';
import {
  alphaFactor,
  alphaShares,
  betaFactor,
  eventProbabilities,
  greekFromShares,
  greekShares,
  multipleGreekLetter,
  phiFactor,
} from '../../../src/models/reliability/families-common-cause.ts';
import { betaBinomial } from '../../../src/models/reliability/families-mixtures.ts';
import { overlapSizes } from '../../../src/models/reliability/families-subsets.ts';
import {
  kOfEqualUnavailability,
  kOfNUnavailability,
  naiveUnavailability,
  parallelUnavailability,
  seriesOfEqualUnavailability,
  seriesUnavailability,
} from '../../../src/models/reliability/independent.ts';
import { shardCombinations, shardOverlap, shuffleBlast } from '../../../src/models/reliability/sharding.ts';
import { fitAlphaFactors } from '../../../src/models/statistics/alpha-factor-fit.ts';
import {
  atLeast,
  binomialPmf,
  poissonBinomialPmf,
  sumBetween,
} from '../../../src/models/statistics/poisson-binomial.ts';
import { fitShockSizes } from '../../../src/models/statistics/shock-size-fit.ts';
import { expectNear, type Vector, vector } from '../statistics/vectors.ts';
import { coveredVectors } from './common-cause-covered.ts';

const computations: Readonly<Record<string, (v: Vector) => void>> = {
  'ccf-scram-beta': (v) => {
    expectEvents(eventProbabilities(v.input.Q_total, greekShares([v.input.factors[0], 1])), v);
    expectTrains(betaFactor(v.input.Q_total, v.input.factors[0]), v);
    expectTrains(multipleGreekLetter(v.input.Q_total, [v.input.factors[0], 1]), v);
  },
  'ccf-scram-alpha-nonstaggered': (v) => {
    const shares = alphaShares(v.input.factors, 'non-staggered');
    expectEvents(eventProbabilities(v.input.Q_total, shares), v);
    expectTrains(alphaFactor(v.input.Q_total, v.input.factors, 'non-staggered'), v);
  },
  'ccf-scram-phi': (v) => {
    const phi = phiFactor(v.input.Q_total, v.input.factors);
    expectTrains(phi, v);
    // The trap: what is called Q_total is not what a replica has.
    expect(phi.marginal).toBeGreaterThan(1.1 * v.input.Q_total);
  },
  'ccf-alpha-staggered-same-system': (v) => {
    expectEvents(eventProbabilities(v.input.Q_total, alphaShares(v.input.alpha, 'staggered')), v);
    expectTrains(alphaFactor(v.input.Q_total, v.input.alpha, 'staggered'), v);
  },
  'ccf-beta-1oo2': betaOfAll,
  'ccf-beta-1oo5': betaOfAll,
  'ccf-fit-from-event-counts': ({ input, expected, tolerance }) => {
    const alphas = alphasOf(Object.values(input.events_by_number_failed));
    expectAll(alphas, expected.alpha, tolerance);
    const mean = alphas.reduce((sum, alpha, i) => sum + (i + 1) * alpha, 0);
    expectNear(mean, expected.alpha_t, tolerance);
    const shares = alphaShares(alphas, input.scheme);
    const greek = greekFromShares(shares);
    expectAll(greek, [expected.mgl_beta, expected.mgl_gamma], tolerance);
    expectAll(eventProbabilities(0.1, greekShares(greek)), eventProbabilities(0.1, shares), tolerance);
  },
  'ccf-alpha-bayes-update': ({ input, expected, tolerance }) => {
    expectAll(alphasOf(input.events, input.prior_dirichlet), expected, tolerance);
  },
  'ccf-bfr-mle': ({ input, expected, tolerance }) => {
    const counts: readonly number[] = Object.values(input.shock_events_by_size);
    const sizes = counts.map((count, i) => ({ hit: i + 1, exposed: counts.length, count }));
    const { lethality, visibleShare } = fitShockSizes(sizes, 0.95);
    const visibleRate = counts.reduce((sum, count) => sum + count, 0) / input.exposure_h;
    expectNear(lethality.value, expected.p, tolerance);
    expectNear(visibleRate, expected.visible_rate, tolerance);
    expectNear(visibleRate / visibleShare, expected.mu_all_shocks, tolerance);
  },
  'betabinom-n3-p0.01-rho0.1': betaBinomialCase,
  'betabinom-n3-p0.01-rho0.01': betaBinomialCase,
  'betabinom-n2-p0.01-rho0.3': betaBinomialCase,
  'frechet-bounds': ({ input: { p }, expected, tolerance }) => {
    const all = frechetBounds(p.length, p);
    expectAll([all.lower, all.upper], [expected.all_fail_min, expected.all_fail_max], tolerance);
    const any = frechetBounds(1, p);
    expectAll([any.lower, any.upper], [expected.any_fail_min, expected.any_fail_max], tolerance);
    expectNear(parallelUnavailability(p), expected.naive, tolerance);
    expectNear(seriesUnavailability(p), expected.any_fail_naive, tolerance);
  },
  'poisson-binomial-small': ({ input: { p }, expected, tolerance }) => {
    expectAll([...poissonBinomialPmf(p)], expected, tolerance);
  },
  'poisson-binomial-200-deep-tail': ({ expected, tolerance }) => {
    const p = Array.from({ length: 200 }, (_, i) => (i + 1) / 10_000);
    for (const k of [10, 20, 40, 60]) {
      expectNear(atLeast(k, p), expected[`P_ge_${k}`], tolerance);
      expectNear(sumBetween(poissonBinomialPmf(p), k, 201), expected[`P_ge_${k}`], tolerance);
    }
  },
  'hier-fleet-3000': ({ input, expected, tolerance }) => {
    const event = (unavailability: number) => [{ name: 'loss', unavailability }];
    const machines = { count: input.nodes_per_rack, unavailability: input.q_node };
    const rack = {
      name: 'rack',
      copies: input.racks_per_zone,
      events: event(input.q_rack),
      children: [machines],
    };
    const zone = { name: 'zone', copies: input.zones, events: event(input.q_zone), children: [rack] };
    const fleet = { name: 'fleet', events: event(input.q_global), children: [zone] };
    // The fair comparison: independent machines that are down as often as these are for all causes together.
    const { lower: marginal } = meanUnavailability(survivors(fleet, { tolerance: 0 }));
    const independent = binomialPmf(3000, marginal);
    for (const tolerated of [0, 1e-15]) {
      const distribution = survivors(fleet, { tolerance: tolerated });
      for (const need of [2000, 2850, 2900, 2950]) {
        const { lower, upper } = probabilityBelow(distribution, need);
        expectNear(lower, expected[`P_up_lt_${need}`], tolerance);
        expectNear(upper, expected[`P_up_lt_${need}`], tolerance);
      }
    }
    for (const need of [2850, 2900, 2950]) {
      expectNear(sumBetween(independent, 3001 - need, 3001), expected.naive_independent[need], tolerance);
    }
    // Not representable: P(more than 1,000 of 3,000 down) is below 1e-1000.
    expect(sumBetween(independent, 1001, 3001)).toBe(expected.naive_independent[2000]);
  },
  'hier-crosscutting-6': ({ input, expected, tolerance }) => {
    const group = (version: string) => ({ count: 1, unavailability: input.q_node, attributes: { version } });
    const zone = (name: string) => ({
      name,
      kind: 'zone',
      events: [{ name: 'zone', unavailability: input.q_zone }],
      children: [group('0'), group('1')],
    });
    const fleet = { name: 'fleet', events: [], children: ['0', '1', '2'].map(zone) };
    const causes = [
      { name: 'bug 0', unavailability: input.q_version_bug, affects: { version: ['0'] } },
      { name: 'bug 1', unavailability: input.q_version_bug, affects: { version: ['1'] } },
      { name: 'config', unavailability: input.q_config_all, affects: {} },
      { name: 'poison', unavailability: input.q_poison_zones01, affects: { zone: ['0', '1'] } },
    ];
    for (const tolerated of [0, 1e-12]) {
      const { distribution } = survivorsWithCauses(fleet, causes, { tolerance: tolerated });
      const { lower, upper } = probabilityBelow(distribution, input.need);
      expectNear(lower, expected.unavailability, tolerance);
      expectNear(upper, expected.unavailability, tolerance);
    }
  },
  'quorum-majority-3': majority,
  'quorum-majority-5': majority,
  'shuffle-shard-8-2': ({ input: { workers, shard }, expected, tolerance }) => {
    expect(shardCombinations(workers, shard)).toBe(expected.combinations);
    expectAll([...shardOverlap(workers, shard)], expected.pmf_overlap, tolerance);
    expectNear(shuffleBlast(workers, shard).down, expected.P_full_overlap, tolerance);
    expectNear(shuffleBlast(workers, shard).untouched, expected.pmf_overlap[0], tolerance);
  },
  'numerics-log1p': ({ input: { p, n }, expected, tolerance }) => {
    expectNear(seriesOfEqualUnavailability(n, p), expected.exact, tolerance);
    expectNear(kOfEqualUnavailability(1000, 1000, p), 1000 * p, tolerance);
    expect(1 - (1 - p) ** n).toBe(0);
  },
  'numerics-p-vs-q': ({ input: { q, series_n }, expected, tolerance }) => {
    expectNear(seriesUnavailability(new Array(series_n).fill(q)), expected.U, tolerance);
    expectNear(seriesOfEqualUnavailability(series_n, q), expected.U, tolerance);
  },
};

describe('the vectors of independence, domains, crossing causes and families', () => {
  it('are all computed', () => {
    expect(Object.keys(computations).sort()).toEqual([...coveredVectors].sort());
  });

  for (const [name, compute] of Object.entries(computations)) {
    it(`reproduces ${name} within its tolerance`, () => {
      compute(vector(name));
    });
  }
});

describe('figures of the research that are not in the vectors', () => {
  it('has the chance that all five fail of the beta-binomial with p = 0.001 and correlation 0.05', () => {
    expectNear(atLeastDown(betaBinomial(0.001, 0.05), 5, 5), 1.17e-7, 5e-3);
  });

  it('has the quorum of 3 of 5 over zones of 2, 2 and 1, thirteen times worse than independence', () => {
    const event = (unavailability: number) => [{ name: 'loss', unavailability }];
    const zone = (count: number) => ({
      name: 'zone',
      events: event(0.001),
      children: [{ count, unavailability: 0.01 }],
    });
    const fleet = { name: 'all', events: event(1e-4), children: [2, 2, 1].map(zone) };
    const distribution = survivors(fleet);
    expectNear(probabilityBelow(distribution, 3).upper, 1.726859103580118e-4, 1e-13);
    const { lower: marginal } = meanUnavailability(distribution);
    expectNear(kOfEqualUnavailability(3, 5, marginal), 1.34e-5, 2e-3);
  });
});

/** Three trains of a valve and a pump in series, one train needed; valves fail as a group of three, and so do pumps. */
function trainsDown(family: ReplicaFamily): number {
  const down = family.failures(3);
  let chance = 0;
  for (let valves = 0; valves <= 3; valves += 1) {
    for (let pumps = 3 - valves; pumps <= 3; pumps += 1) {
      const all = overlapSizes(3, valves, pumps)[valves + pumps - 3] as number;
      chance += (down[valves] as number) * (down[pumps] as number) * all;
    }
  }
  return chance;
}

function expectTrains(family: ReplicaFamily, { expected, tolerance }: Vector): void {
  expectNear(trainsDown(family), expected.top, tolerance);
}

function expectEvents(events: readonly number[], { expected, tolerance }: Vector): void {
  expectAll(events, expected.Q_k, tolerance);
}

function betaOfAll({ input: { Q, beta, m }, expected, tolerance }: Vector): void {
  const family = betaFactor(Q, beta);
  expectNear(naiveUnavailability(Q, m), expected['naive_P^N'], tolerance);
  expectNear(atLeastDown(family, m, m), expected.with_beta, tolerance);
  expectNear(family.floor, beta * Q, 1e-15);
}

function betaBinomialCase({ input: { n, p, rho }, expected, tolerance }: Vector): void {
  const family = betaBinomial(p, rho);
  expectAll([...family.failures(n)], expected.pmf, tolerance);
  expectNear(atLeastDown(family, n, n), expected.all_fail, tolerance);
  expectNear(naiveUnavailability(p, n), expected.naive, tolerance);
  expectNear(naiveFactor(family, n), expected.ratio, tolerance);
}

function majority({ input: { n, need, q }, expected, tolerance }: Vector): void {
  expectNear(kOfEqualUnavailability(need, n, q), expected.unavailability, tolerance);
  expectNear(kOfNUnavailability(need, new Array(n).fill(q)), expected.unavailability, tolerance);
}

function expectAll(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expectNear(actual[i] as number, value, tolerance);
  });
}

function alphasOf(events: readonly number[], prior?: readonly number[]): number[] {
  return fitAlphaFactors(events, 0.95, 'staggered', prior).alpha.map(({ value }) => value);
}
