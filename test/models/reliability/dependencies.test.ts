import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bdd, TooManyNodes } from '../../../src/models/reliability/bdd.ts';
import { compileLogic, type Logic } from '../../../src/models/reliability/bdd-logic.ts';
import { evaluatorOf, nodesBelow } from '../../../src/models/reliability/bdd-probability.ts';
import {
  analyseService,
  dependencyBudgets,
  evenShare,
  extraNine,
  failureLogic,
  type Requirement,
} from '../../../src/models/reliability/dependencies.ts';
import type { Part } from '../../../src/models/reliability/importance.ts';
import { chainOf, type Transition, visitsOf } from '../../../src/models/reliability/markov.ts';
import { steadyState } from '../../../src/models/reliability/markov-steady.ts';
import { expectNear } from '../statistics/vectors.ts';
import { monteCarloMargin, seeded } from './repair-random.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** Requirements over seven parts, nested three deep, with parts that occur several times. */
const requirements: fc.Arbitrary<Requirement> = fc.letrec<{ node: Requirement }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...names),
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((and) => ({ and })),
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((or) => ({ or })),
    fc
      .tuple(fc.array(tie('node'), { minLength: 1, maxLength: 5 }), fc.nat())
      .map(([of, k]) => ({ atLeast: 1 + (k % of.length), of })),
  ),
})).node;

const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });

function works(requirement: Requirement, up: ReadonlySet<string>): boolean {
  if (typeof requirement === 'string') return up.has(requirement);
  if ('and' in requirement) return requirement.and.every((each) => works(each, up));
  if ('or' in requirement) return requirement.or.some((each) => works(each, up));
  return requirement.of.filter((each) => works(each, up)).length >= requirement.atLeast;
}

/** Sum over all states of the parts, with the state's own evaluation of the requirement. */
function bruteForce(requirement: Requirement, q: readonly number[]): number {
  let down = 0;
  for (let state = 0; state < 1 << names.length; state++) {
    const up = new Set(names.filter((_, i) => (state >> i) & 1));
    const chance = q.reduce((p, own, i) => p * ((state >> i) & 1 ? 1 - own : own), 1);
    if (!works(requirement, up)) down += chance;
  }
  return down;
}

function partsOf(q: readonly number[], rates?: readonly number[]): Record<string, Part> {
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      { unavailability: q[i] as number, ...(rates && { failureRate: rates[i] as number }) },
    ]),
  );
}

describe('a service over its parts', () => {
  it('equals the sum over all states of all parts', () => {
    fc.assert(
      fc.property(requirements, chances, (requirement, q) => {
        const { unavailability } = analyseService(requirement, partsOf(q));
        expect(Math.abs(unavailability - bruteForce(requirement, q))).toBeLessThan(1e-13);
      }),
      { numRuns: 200 },
    );
  });

  it('has for each part the importance that two evaluations give', () => {
    fc.assert(
      fc.property(requirements, chances, (requirement, q) => {
        const { parts, unavailability } = analyseService(requirement, partsOf(q));
        for (const part of parts) {
          const at = names.indexOf(part.name);
          const given = (value: number) =>
            bruteForce(
              requirement,
              q.map((own, i) => (i === at ? value : own)),
            );
          expect(Math.abs(part.birnbaum - (given(1) - given(0)))).toBeLessThan(1e-12);
          if (unavailability < 1e-6) continue;
          expectNear(part.riskAchievement, given(1) / unavailability, 1e-9);
          expect(part.diagnosis).toBeLessThanOrEqual(1 + 1e-12);
          expect(part.criticality).toBeLessThanOrEqual(part.diagnosis + 1e-12);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has the frequency and duration of the Markov chain of all its parts', () => {
    const [failure, repair] = [
      [1e-3, 2e-3, 5e-4, 1e-2, 1e-3, 3e-3, 1e-4],
      [0.5, 1, 0.25, 2, 1, 0.1, 4],
    ];
    const q = failure.map((l, i) => l / (l + (repair[i] as number)));
    const moves: Transition[] = [];
    for (let state = 0; state < 1 << 7; state++) {
      for (let i = 0; i < 7; i++) {
        const isUp = (state >> i) & 1;
        moves.push({ from: state, to: state ^ (1 << i), rate: (isUp ? failure[i] : repair[i]) as number });
      }
    }
    const chain = chainOf(1 << 7, moves);
    const { probability } = steadyState(chain);
    fc.assert(
      fc.property(requirements, (requirement) => {
        const isDown = (state: number) =>
          !works(requirement, new Set(names.filter((_, i) => (state >> i) & 1)));
        const visits = visitsOf(chain, probability, isDown);
        const { unavailability, frequency, meanOutage, parts } = analyseService(
          requirement,
          partsOf(q, failure),
        );
        expectNear(unavailability, visits.probability, 1e-10);
        expectNear(frequency as number, visits.frequency, 1e-10);
        expectNear(meanOutage as number, visits.meanDuration, 1e-10);
        expectNear(
          parts.reduce((sum, part) => sum + (part.shareOfOutages ?? 0), 0),
          1,
          1e-12,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with a million drawn states', () => {
    const service: Requirement = {
      and: ['a', { or: ['b', { and: ['c', 'd'] }] }, { atLeast: 2, of: ['e', 'f', 'g'] }],
    };
    const q = [0.01, 0.1, 0.2, 0.05, 0.03, 0.07, 0.1];
    const [random, runs] = [seeded(42), 1_000_000];
    let down = 0;
    for (let run = 0; run < runs; run++) {
      const up = q.map((own) => random() >= own);
      const quorum = Number(up[4]) + Number(up[5]) + Number(up[6]) >= 2;
      if (!(up[0] && (up[1] || (up[2] && up[3])) && quorum)) down++;
    }
    const { unavailability } = analyseService(service, partsOf(q));
    expect(Math.abs(down / runs - unavailability)).toBeLessThan(monteCarloMargin(unavailability, runs));
  });

  it('counts a shared part once: two paths through one switch are not redundant', () => {
    const parts = {
      switch: { unavailability: 1e-3 },
      left: { unavailability: 1e-3 },
      right: { unavailability: 1e-3 },
    };
    const service = { or: [{ and: ['switch', 'left'] }, { and: ['switch', 'right'] }] };
    const found = analyseService(service, parts);
    expectNear(found.unavailability, 1e-3 + (1 - 1e-3) * 1e-6, 1e-12);
    expectNear(found.sharedCountedApart, (2e-3 - 1e-6) ** 2, 1e-12);
    expect(found.parts[0]?.name).toBe('switch');
    expectNear(found.parts[0]?.riskReduction as number, found.unavailability / 1e-6, 1e-9);
  });

  it('leaves out parts that the service can do without', () => {
    const parts = { api: { unavailability: 1e-4 }, usage: { unavailability: 0.5 } };
    expectNear(analyseService('api', parts).unavailability, 1e-4, 1e-15);
  });

  it('keeps the digits of a small importance beside a large shared cause', () => {
    const parts = {
      shock: { unavailability: 0.3 },
      x: { unavailability: 1e-9 },
      y: { unavailability: 1e-12 },
    };
    const found = analyseService({ and: ['shock', { or: ['x', 'y'] }] }, parts);
    const x = found.parts.find((part) => part.name === 'x');
    expectNear(x?.birnbaum as number, 0.7e-12, 1e-14);
  });

  it('refuses parts that are missing or impossible', () => {
    expect(() => analyseService('api', {})).toThrow(/part api is named/);
    expect(() => analyseService('toString', {})).toThrow(/part toString is named/);
    expect(() => analyseService('api', { api: { unavailability: 1.5 } })).toThrow(/unavailability of api/);
    expect(() => analyseService('api', { api: { unavailability: 0, failureRate: -1 } })).toThrow(
      /failure rate of api/,
    );
    expect(() => analyseService({ and: [] }, {})).toThrow(/operands/);
    expect(() => failureLogic({ atLeast: 3, of: ['a', 'b'] })).toThrow(/atLeast/);
    expect(() => failureLogic({ atLeast: 0, of: ['a', 'b'] })).toThrow(/atLeast/);
  });
});

describe('budgets of dependencies', () => {
  it('gives each part the unavailability at which the service just meets its objective', () => {
    const service: Requirement = { and: ['a', { or: ['b', 'c'] }] };
    const parts = partsOf([1e-4, 0.02, 0.03, 0, 0, 0, 0]);
    for (const budget of dependencyBudgets(service, parts, 1e-3)) {
      const mended = { ...parts, [budget.name]: { unavailability: budget.allowed } };
      expectNear(analyseService(service, mended).unavailability, 1e-3, 1e-9);
      expect(budget.met).toBe(budget.unavailability <= budget.allowed);
    }
  });

  it('says so when one part alone cannot mend the service', () => {
    const parts = partsOf([0.01, 0.02, 0, 0, 0, 0, 0]);
    const budgets = dependencyBudgets({ and: ['a', 'b'] }, parts, 1e-3);
    expect(budgets.every((budget) => budget.allowed < 0 && !budget.met)).toBe(true);
  });

  it('knows the rule of the extra nine, and that ten such dependencies use up the budget', () => {
    expectNear(extraNine(1e-3), 1e-4, 1e-15);
    expectNear(evenShare(1e-3, 10), 1e-4, 1e-3);
    expectNear(1 - (1 - evenShare(1e-3, 7, 0.3)) ** 7, 0.7e-3, 1e-11);
  });
});

describe('decision diagrams', () => {
  it('give equal functions the same root', () => {
    const bdd = new Bdd();
    const [x, y, z] = [bdd.variable(0), bdd.variable(1), bdd.variable(2)];
    expect(bdd.or(bdd.and(x, y), bdd.and(x, z))).toBe(bdd.and(x, bdd.or(y, z)));
    expect(bdd.not(bdd.and(x, y))).toBe(bdd.or(bdd.not(x), bdd.not(y)));
    const pairs = bdd.or(bdd.or(bdd.and(x, y), bdd.and(x, z)), bdd.and(y, z));
    expect(bdd.atLeast(2, [x, y, z])).toBe(pairs);
    expect(bdd.atLeast(0, [x])).toBe(1);
    expect(bdd.and(x, bdd.not(x))).toBe(0);
  });

  it('handle logic that a failure can mend', () => {
    const compiled = compileLogic({ xor: ['a', { not: 'b' }] });
    const { probability, birnbaum } = evaluatorOf(compiled);
    expectNear(probability([0.2, 0.3]), 0.2 * 0.3 + 0.8 * 0.7, 1e-15);
    expectNear(birnbaum([0.2, 0.3])[0] as number, 0.3 - 0.7, 1e-14);
    expect(evaluatorOf(compileLogic({ or: ['a', { not: 'a' }] })).probability([0.3])).toBe(1);
  });

  it('stay small for k of hundreds: one row per part', () => {
    const of = Array.from({ length: 300 }, (_, i) => `m${i}`);
    const compiled = compileLogic({ atLeast: 20, of });
    expect(nodesBelow(compiled).length).toBeLessThanOrEqual(300 * 20);
  });

  it('give up where no order fits the limit, and try others before', () => {
    const pairs = Array.from({ length: 12 }, (_, i) => [`x${i}`, `y${i}`] as const);
    // All x before all y makes a diagram of 2^12 paths; pairwise it is a line.
    const bad: Logic = {
      and: [{ or: pairs.map(([x]) => x) }, { or: pairs.map(([x, y]) => ({ and: [x, y] })) }],
    };
    expect(() => compileLogic(bad, 300)).not.toThrow();
    expect(() => compileLogic(bad, 20)).toThrow(TooManyNodes);
  });
});
