import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { birthDeathSteadyState } from '../../../src/models/reliability/birth-death.ts';
import { chainOf, exploreChain, visitsOf } from '../../../src/models/reliability/markov.ts';
import { chanceToEnter, costUntil, meanTimeTo } from '../../../src/models/reliability/markov-absorption.ts';
import { iterateSteadyState } from '../../../src/models/reliability/markov-iteration.ts';
import { steadyState } from '../../../src/models/reliability/markov-steady.ts';
import { closedClassOf } from '../../../src/models/reliability/markov-structure.ts';
import { expectNear } from '../statistics/vectors.ts';
import { gridChain, gridSteadyState, irreducibleChains, lineChain } from './markov-examples.ts';

describe('steady state', () => {
  it('equals the product form of a birth–death chain, however stiff', () => {
    const rate = fc.double({ min: -9, max: 9, noNaN: true }).map((x) => 10 ** x);
    fc.assert(
      fc.property(fc.array(fc.tuple(rate, rate), { minLength: 1, maxLength: 12 }), (rates) => {
        const up = rates.map(([u]) => u);
        const down = rates.map(([, d]) => d);
        const closed = birthDeathSteadyState({ up, down });
        const chain = lineChain(
          up.length,
          (i) => up[i] as number,
          (i) => down[i] as number,
        );
        for (const [i, p] of steadyState(chain).probability.entries())
          expectNear(p, closed[i] as number, 1e-12);
      }),
    );
  });

  it('balances the flow in and out of each state', () => {
    fc.assert(
      fc.property(irreducibleChains(9), (chain) => {
        const { probability } = steadyState(chain);
        expectNear(
          probability.reduce((a, b) => a + b, 0),
          1,
          1e-14,
        );
        for (let state = 0; state < chain.size; state++) {
          const { frequency } = visitsOf(chain, probability, (other) => other === state);
          expectNear((probability[state] as number) * (chain.exit[state] as number), frequency, 1e-12);
        }
      }),
    );
  });

  it('is that of a grid by elimination, and by iteration within the bound that the iteration proves', () => {
    const rate = fc.double({ min: 0.05, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), rate, rate, (n, right, left) => {
        const chain = gridChain(n, right, left);
        const exact = gridSteadyState(n, right, left);
        const eliminated = steadyState(chain);
        expect(eliminated.method).toBe('elimination');
        const found = iterateSteadyState(chain, closedClassOf(chain), { tolerance: 1e-9 });
        expect(found.converged).toBe(true);
        let above = new Decimal(0);
        let below = new Decimal(0);
        for (const [i, p] of exact.entries()) {
          expectNear(eliminated.probability[i] as number, p.toNumber(), 1e-13);
          const difference = p.neg().add(found.probability[i] as number);
          if (difference.gt(0)) above = above.add(difference);
          else below = below.sub(difference);
        }
        // The worst set of states is the one in which all differences have one sign.
        expect(Decimal.max(above, below).toNumber()).toBeLessThanOrEqual(found.errorBound);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its promise at a rough tolerance: the bound covers the error, and no proof means a bound of one', () => {
    // Two clusters that hardly talk to each other: sweeps change little long before the solution is near.
    const moves = [];
    for (const base of [0, 3]) {
      for (let i = 0; i < 3; i++) moves.push({ from: base + i, to: base + ((i + 1) % 3), rate: 1 });
    }
    moves.push({ from: 0, to: 3, rate: 3e-4 }, { from: 3, to: 0, rate: 1e-4 });
    const chain = chainOf(6, moves);
    const exact = steadyState(chain).probability;
    const error = (p: Float64Array): number => Math.abs((p[0] as number) - (exact[0] as number));
    const rough = iterateSteadyState(chain, closedClassOf(chain), { tolerance: 0.05, maxSweeps: 20_000 });
    expect(rough.converged).toBe(true);
    expect(rough.errorBound).toBeLessThanOrEqual(0.05);
    expect(error(rough.probability)).toBeGreaterThan(1e-6);
    expect(error(rough.probability)).toBeLessThanOrEqual(rough.errorBound);
    // Too few sweeps even for the proof: it says that it knows nothing.
    const stopped = iterateSteadyState(chain, closedClassOf(chain), { maxSweeps: 3 });
    expect(stopped).toMatchObject({ converged: false, errorBound: 1 });
  });

  it('solves a line of 100,000 states exactly', () => {
    const ratio = 0.9;
    const found = steadyState(
      lineChain(
        99_999,
        () => ratio,
        () => 1,
      ),
    );
    expect(found.method).toBe('elimination');
    for (const k of [0, 1, 10, 1000])
      expectNear(found.probability[k] as number, (1 - ratio) * ratio ** k, 1e-10);
  });

  it('solves a line whose states of start are so rare that their weights leave the range of numbers', () => {
    const found = steadyState(
      lineChain(
        2000,
        () => 10,
        () => 1,
      ),
    );
    expectNear(found.probability[2000] as number, 0.9, 1e-12);
    expectNear(found.probability[1990] as number, 0.9e-10, 1e-10);
  });

  it('solves a grid of 100,000 states by iteration and bounds the error', { timeout: 60_000 }, () => {
    const n = 320;
    const found = steadyState(gridChain(n, 0.4, 1));
    if (found.method !== 'iteration') throw new Error('the grid is meant to be too wide for elimination');
    expect(found.converged).toBe(true);
    // Two independent queues: the product of two geometric distributions.
    expect(Math.abs((found.probability[0] as number) - 0.36)).toBeLessThanOrEqual(found.errorBound);
    expect(found.errorBound).toBeLessThanOrEqual(1e-10);
  });

  it('is found in a plane that mixes slowly, whose solution is known', { timeout: 60_000 }, () => {
    // Queues at 97 % in both directions: sweeps alone move mass one state at a time.
    const n = 60;
    const ratio = 0.97;
    const chain = gridChain(n, ratio, 1);
    const { probability, converged, errorBound, sweeps } = iterateSteadyState(
      chain,
      closedClassOf(chain),
      {},
    );
    expect(converged).toBe(true);
    const one = Array.from({ length: n }, (_, i) => ((1 - ratio) * ratio ** i) / (1 - ratio ** n));
    let error = 0;
    probability.forEach((p, at) => {
      error += Math.max(0, p - (one[Math.floor(at / n)] as number) * (one[at % n] as number));
    });
    expect(error).toBeLessThanOrEqual(errorBound);
    expect(sweeps).toBeLessThan(1000);
  });

  it('gives no time to states that are left for good', () => {
    const chain = chainOf(3, [
      { from: 0, to: 1, rate: 5 },
      { from: 1, to: 2, rate: 1 },
      { from: 2, to: 1, rate: 3 },
    ]);
    const { probability } = steadyState(chain);
    expect(probability[0]).toBe(0);
    expectNear(probability[1] as number, 0.75, 1e-15);
    const sink = steadyState(chainOf(2, [{ from: 0, to: 1, rate: 1 }]));
    expect([...sink.probability]).toEqual([0, 1]);
  });

  it('refuses a chain whose long run depends on the start', () => {
    const split = chainOf(3, [
      { from: 0, to: 1, rate: 1 },
      { from: 0, to: 2, rate: 1 },
    ]);
    expect(() => steadyState(split)).toThrow(/closed class/);
  });
});

describe('absorption', () => {
  it('solves its equations: exit · x = cost + Σ rate · x', () => {
    fc.assert(
      fc.property(irreducibleChains(9), fc.nat({ max: 8 }), (chain, last) => {
        const target = last % chain.size;
        const x = costUntil(
          chain,
          (state) => state === target,
          (state) => 1 + state,
        );
        for (let i = 0; i < chain.size; i++) {
          if (i === target) continue;
          let into = 1 + i;
          for (let e = chain.rowStart[i] as number; e < (chain.rowStart[i + 1] as number); e++) {
            into += (chain.rate[e] as number) * (x[chain.column[e] as number] as number);
          }
          expectNear((chain.exit[i] as number) * (x[i] as number), into, 1e-12);
        }
      }),
    );
  });

  it('gives chances that add up to one over the ways out', () => {
    const chain = chainOf(4, [
      { from: 0, to: 1, rate: 2 },
      { from: 1, to: 0, rate: 1 },
      { from: 1, to: 2, rate: 3 },
      { from: 0, to: 3, rate: 1 },
    ]);
    const isTarget = (state: number): boolean => state > 1;
    const first = chanceToEnter(chain, isTarget, (state) => state === 2);
    expectNear(first, ((2 / 3) * (3 / 4)) / (1 - (2 / 3) * (1 / 4)), 1e-15);
    expectNear(first + chanceToEnter(chain, isTarget, (state) => state === 3), 1, 1e-15);
  });

  it('keeps its digits where the mean time is 1e40 times the shortest step', () => {
    // Serial repair of five copies: 1 + (mu/lambda) + … dominates; the closed sum is the reference.
    const [failure, repair] = [1e-8, 1e2];
    const chain = lineChain(
      5,
      (i) => (5 - i) * failure,
      () => repair,
    );
    let step = 0;
    let sum = 0;
    for (let i = 0; i < 5; i++) {
      step = (1 + (i > 0 ? repair * step : 0)) / ((5 - i) * failure);
      sum += step;
    }
    expectNear(
      meanTimeTo(chain, (state) => state === 5),
      sum,
      1e-14,
    );
    expect(sum).toBeGreaterThan(1e40);
  });

  it('solves wide chains by iteration too', () => {
    const n = 300;
    const chain = gridChain(n, 1, 0.2);
    const isTarget = (state: number): boolean => state === n * n - 1;
    const x = costUntil(chain, isTarget, () => 1);
    // A step of the equation from the corner: by symmetry both neighbours take equally long.
    expectNear(x[0] as number, 0.5 + (x[1] as number), 1e-6);
    expectNear(x[1] as number, x[n] as number, 1e-6);
  }, 60_000);

  it('refuses targets that cannot be reached, and none at all', () => {
    const chain = chainOf(2, [{ from: 0, to: 1, rate: 1 }]);
    expect(() => meanTimeTo(chain, (state) => state === 0, 1)).toThrow(RangeError);
    expect(() => meanTimeTo(chain, () => false)).toThrow(/target/);
  });
});

describe('building chains', () => {
  it('adds up moves between the same states and drops moves to itself', () => {
    const chain = chainOf(2, [
      { from: 0, to: 1, rate: 1 },
      { from: 0, to: 1, rate: 2 },
      { from: 0, to: 0, rate: 9 },
    ]);
    expect([...chain.exit]).toEqual([3, 0]);
  });

  it('names the rate or state that is impossible', () => {
    expect(() => chainOf(2, [{ from: 0, to: 1, rate: -1 }])).toThrow(/rate from state 0 to state 1/);
    expect(() => chainOf(2, [{ from: 0, to: 2, rate: 1 }])).toThrow(/leaves the 2 states/);
    expect(() => chainOf(0, [])).toThrow(/number of states/);
    const endless = () =>
      exploreChain(
        0,
        (n) => n,
        (n) => [{ to: n + 1, rate: 1 }],
        100,
      );
    expect(endless).toThrow(/limit of 100/);
  });

  it('measures how often and how long a set is visited', () => {
    // Down 2 h in every 10 h.
    const chain = lineChain(
      1,
      () => 1 / 8,
      () => 1 / 2,
    );
    const visits = visitsOf(chain, steadyState(chain).probability, (state) => state === 1);
    expectNear(visits.probability, 0.2, 1e-15);
    expectNear(visits.frequency, 0.1, 1e-15);
    expectNear(visits.meanDuration, 2, 1e-15);
  });
});
