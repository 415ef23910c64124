import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { type Chain, chainOf, type Transition } from '../../../src/models/reliability/markov.ts';

/** A random chain in which every state can be reached from every other: a ring with further moves, rates 1e-6 … 1e3. */
export function irreducibleChains(maxStates: number): fc.Arbitrary<Chain> {
  const rate = fc.double({ min: -6, max: 3, noNaN: true }).map((x) => 10 ** x);
  return fc.integer({ min: 2, max: maxStates }).chain((size) => {
    const state = fc.nat({ max: size - 1 });
    return fc
      .tuple(
        fc.array(rate, { minLength: size, maxLength: size }),
        fc.array(fc.record({ from: state, to: state, rate }), { maxLength: 3 * size }),
      )
      .map(([ring, more]) => {
        const around: Transition[] = ring.map((r, i) => ({ from: i, to: (i + 1) % size, rate: r }));
        return chainOf(size, [...around, ...more]);
      });
  });
}

/** Chain over the numbers 0 … n with rates up(i) from i to i + 1 and down(i) from i + 1 to i. */
export function lineChain(n: number, up: (i: number) => number, down: (i: number) => number): Chain {
  const moves: Transition[] = [];
  for (let i = 0; i < n; i++) {
    moves.push({ from: i, to: i + 1, rate: up(i) }, { from: i + 1, to: i, rate: down(i) });
  }
  return chainOf(n + 1, moves);
}

/** Two queues side by side: an n by n grid, which no order makes narrow. */
export function gridChain(n: number, right: number, left: number): Chain {
  const moves: Transition[] = [];
  const at = (i: number, j: number): number => i * n + j;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i + 1 < n) moves.push({ from: at(i, j), to: at(i + 1, j), rate: right });
      if (i + 1 < n) moves.push({ from: at(i + 1, j), to: at(i, j), rate: left });
      if (j + 1 < n) moves.push({ from: at(i, j), to: at(i, j + 1), rate: right });
      if (j + 1 < n) moves.push({ from: at(i, j + 1), to: at(i, j), rate: left });
    }
  }
  return chainOf(n * n, moves);
}

/** Of the grid chain, in its order of states, to 50 digits: its moves balance in pairs, so it is a product of powers. */
export function gridSteadyState(n: number, right: number, left: number): readonly Decimal[] {
  const Exact = Decimal.clone({ precision: 50 });
  const step = new Exact(right).div(left);
  const weights = Array.from({ length: n * n }, (_, state) => step.pow(Math.floor(state / n) + (state % n)));
  const total = weights.reduce((sum, weight) => sum.add(weight));
  return weights.map((weight) => weight.div(total));
}
