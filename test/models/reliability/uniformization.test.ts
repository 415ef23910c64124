import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chain, chainOf } from '../../../src/models/reliability/markov.ts';
import { meanTimeTo } from '../../../src/models/reliability/markov-absorption.ts';
import { steadyState } from '../../../src/models/reliability/markov-steady.ts';
import { chanceWithin, transient } from '../../../src/models/reliability/uniformization.ts';
import { poissonWindow } from '../../../src/models/reliability/uniformization-poisson.ts';
import { squaredTransient } from '../../../src/models/reliability/uniformization-squaring.ts';
import { expectNear } from '../statistics/vectors.ts';
import { irreducibleChains, lineChain } from './markov-examples.ts';

/** exp(Q t) by Taylor series and squaring: another method, with subtractions, good to about 1e-12 absolute. */
function exponential(chain: Chain, time: number): number[][] {
  const n = chain.size;
  const q = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) {
    const row = q[i] as number[];
    row[i] = -(chain.exit[i] as number);
    for (let e = chain.rowStart[i] as number; e < (chain.rowStart[i + 1] as number); e++) {
      row[chain.column[e] as number] = chain.rate[e] as number;
    }
  }
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(...chain.exit) * time)) + 3);
  const small = q.map((row) => row.map((x) => (x * time) / 2 ** halvings));
  const identity: number[][] = q.map((_, i) => q.map((_, j) => (i === j ? 1 : 0)));
  let sum = identity;
  let term = identity;
  for (let k = 1; k < 20; k++) {
    term = times(term, small).map((row) => row.map((x) => x / k));
    sum = sum.map((row, i) => row.map((x, j) => x + (term[i]?.[j] as number)));
  }
  for (let k = 0; k < halvings; k++) sum = times(sum, sum);
  return sum;
}

function times(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b.map((_, j) => row.reduce((total, x, k) => total + x * (b[k]?.[j] as number), 0)));
}

describe('uniformization', () => {
  it('equals the exponential of the rate matrix', () => {
    const time = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(irreducibleChains(6), time, (chain, t) => {
        const reference = exponential(chain, t)[0] as number[];
        transient(chain, 0, t).probability.forEach((p, i) => {
          expect(Math.abs(p - (reference[i] as number))).toBeLessThan(1e-10);
        });
      }),
    );
  });

  it('equals the closed form of a part that fails and is repaired', () => {
    const [failure, repair, t] = [0.3, 2, 0.7];
    const { probability, occupancy } = transient(
      lineChain(
        1,
        () => failure,
        () => repair,
      ),
      0,
      t,
    );
    const both = failure + repair;
    const down = (failure / both) * -Math.expm1(-both * t);
    expectNear(probability[1] as number, down, 1e-14);
    expectNear(occupancy[1] as number, (failure / both) * (t + Math.expm1(-both * t) / both), 1e-13);
    expectNear((occupancy[0] as number) + (occupancy[1] as number), t, 1e-14);
  });

  it('keeps the relative accuracy of chances as small as 1e-30', () => {
    // Three losses in a row without repair: a hypoexponential whose leading term is λ₁λ₂λ₃ t³ / 6.
    const rate = 1e-10;
    const chance = chanceWithin(
      lineChain(
        3,
        () => rate,
        () => 0,
      ),
      (state) => state === 3,
      1,
    );
    expectNear(chance, rate ** 3 / 6, 1e-9);
  });

  it('gives the same by squaring as by stepping', () => {
    fc.assert(
      fc.property(irreducibleChains(6), (chain) => {
        const t = 0.05;
        const fastest = Math.max(...chain.exit);
        const stepped = transient(chain, 0, t);
        const squared = squaredTransient(
          chain,
          Float64Array.from(chain.exit, (_, i) => (i === 0 ? 1 : 0)),
          t,
          fastest,
        );
        for (let i = 0; i < chain.size; i++) {
          expectNear(squared.probability[i] as number, stepped.probability[i] as number, 1e-9);
          expectNear(squared.occupancy[i] as number, stepped.occupancy[i] as number, 1e-9);
        }
      }),
    );
  });

  it('follows a chain through 1e9 jumps: failovers of seconds in a mission of decades', () => {
    // Units: seconds. A pair with a failover of 10 s, repaired in a day; loss of both within 30 years.
    const [failure, repair, swap] = [1 / 1.5e7, 1 / 86_400, 1 / 10];
    const chain = chainOf(4, [
      { from: 0, to: 1, rate: 2 * failure },
      { from: 1, to: 2, rate: swap },
      { from: 2, to: 0, rate: repair },
      { from: 1, to: 3, rate: failure },
      { from: 2, to: 3, rate: failure },
      { from: 0, to: 0, rate: 1 },
    ]);
    const mission = 30 * 365 * 86_400;
    const loss = chanceWithin(chain, (state) => state === 3, mission);
    const mttf = meanTimeTo(chain, (state) => state === 3);
    // Nearly exponential, because repair is so much faster than loss.
    expectNear(loss, -Math.expm1(-mission / mttf), 1e-3);
  });

  it('arrives at the steady state', () => {
    const chain = lineChain(
      4,
      () => 1,
      () => 2,
    );
    const late = transient(chain, 4, 200).probability;
    for (const [i, p] of steadyState(chain).probability.entries()) expectNear(late[i] as number, p, 1e-12);
  });

  it('starts from a distribution as well, and refuses impossible starts and times', () => {
    const chain = lineChain(
      1,
      () => 1,
      () => 1,
    );
    expectNear(transient(chain, Float64Array.of(0.5, 0.5), 3).probability[0] as number, 0.5, 1e-14);
    expect([...transient(chain, 1, 0).probability]).toEqual([0, 1]);
    expect(() => transient(chain, 2, 1)).toThrow(/start state 2/);
    expect(() => transient(chain, Float64Array.of(1), 1)).toThrow(RangeError);
    expect(() => transient(chain, 0, -1)).toThrow(/time/);
  });
});

describe('Poisson window', () => {
  it('holds all the mass but the tolerance, with the mean in the middle', () => {
    for (const mean of [1e-9, 0.5, 1, 7.3, 400, 123_456.7]) {
      const { first, weight, dropped } = poissonWindow(mean);
      expectNear(
        weight.reduce((a, b) => a + b, 0),
        1,
        1e-12,
      );
      expectNear(
        weight.reduce((sum, w, i) => sum + w * (first + i), 0),
        mean,
        1e-10,
      );
      expect(dropped).toBeLessThanOrEqual(1e-100);
    }
  });

  it('equals the textbook formula where that can be computed', () => {
    const { first, weight } = poissonWindow(3.5);
    expect(first).toBe(0);
    let term = Math.exp(-3.5);
    for (let k = 0; k < 30; k++) {
      expectNear(weight[k] as number, term, 1e-13);
      term *= 3.5 / (k + 1);
    }
  });
});
