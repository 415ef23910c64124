import type { Chain } from './markov.ts';
import { chainOf, transposed } from './markov.ts';
import { requirePositive } from './ranges.ts';
import { type PoissonWindow, poissonTails, poissonWindow } from './uniformization-poisson.ts';
import { squaredTransient } from './uniformization-squaring.ts';

/** Where a chain is at a time, and where it has been until then. */
export interface Transient {
  /** Probability of each state at the end. */
  readonly probability: Float64Array;
  /** Expected time spent in each state from the start to the end, in the time unit of the rates. */
  readonly occupancy: Float64Array;
  /** What truncation may have taken from any of the probabilities; rounding is not counted. */
  readonly errorBound: number;
}

/** Jumps above which a small chain is squared instead of stepped. */
const manyJumps = 2e6;
const smallChain = 120;

/**
 * State of a chain after a time, from a start distribution, by uniformization.
 *
 * p(t) = Σ_k Poisson(Λt; k) p(0) (I + Q/Λ)^k with Λ the largest exit rate; occupancy = Σ_k P(N > k) p(0) P^k / Λ.
 * All terms are positive, so small probabilities keep their relative accuracy (Jensen 1953; Fox and Glynn 1988).
 * Costs Λt steps over the moves of the chain; a chain of up to 120 states with more than 2e6 jumps is squared.
 * `start` is a state or a distribution. Valid to about 1e9 jumps.
 * @throws RangeError for a negative time or a start outside the chain.
 */
export function transient(chain: Chain, start: number | Float64Array, time: number): Transient {
  requirePositive('time', time, 'zero allowed');
  const p0 = startOf(chain, start);
  const fastest = chain.exit.reduce((a, b) => Math.max(a, b), 0);
  if (fastest * time === 0) return { probability: p0, occupancy: p0.map((p) => p * time), errorBound: 0 };
  if (fastest * time > manyJumps && chain.size <= smallChain)
    return squaredTransient(chain, p0, time, fastest);
  return stepped(chain, p0, fastest, poissonWindow(fastest * time));
}

function startOf(chain: Chain, start: number | Float64Array): Float64Array {
  if (typeof start !== 'number') {
    if (start.length !== chain.size)
      throw new RangeError(`start distribution must have ${chain.size} entries`);
    return start.slice();
  }
  const p = new Float64Array(chain.size);
  if (p[start] === undefined) throw new RangeError(`start state ${start} is not in the chain`);
  p[start] = 1;
  return p;
}

function stepped(chain: Chain, p0: Float64Array, fastest: number, window: PoissonWindow): Transient {
  const inflow = transposed(chain);
  const stay = chain.exit.map((exit) => (fastest - exit) / fastest);
  const tails = poissonTails(window);
  const { first, weight } = window;
  const probability = new Float64Array(chain.size);
  const occupancy = new Float64Array(chain.size);
  let p: Float64Array = p0;
  let next: Float64Array = new Float64Array(chain.size);
  const last = first + weight.length - 1;
  for (let k = 0; k <= last; k++) {
    const more = k < first ? 1 : (tails[k - first + 1] as number);
    const now = k < first ? 0 : (weight[k - first] as number);
    for (let i = 0; i < p.length; i++) {
      const x = p[i] as number;
      occupancy[i] = (occupancy[i] as number) + (more * x) / fastest;
      if (now > 0) probability[i] = (probability[i] as number) + now * x;
    }
    if (k < last) {
      step(inflow, stay, fastest, p, next);
      const spare = p === p0 ? new Float64Array(chain.size) : p;
      p = next;
      next = spare;
    }
  }
  return { probability, occupancy, errorBound: window.dropped };
}

function step(inflow: Chain, stay: Float64Array, fastest: number, p: Float64Array, next: Float64Array): void {
  const { rowStart, column, rate } = inflow;
  for (let i = 0; i < p.length; i++) {
    let total = 0;
    const end = rowStart[i + 1] as number;
    for (let e = rowStart[i] as number; e < end; e++)
      total += (rate[e] as number) * (p[column[e] as number] as number);
    next[i] = total / fastest + (stay[i] as number) * (p[i] as number);
  }
}

/**
 * Chance that a set of states is entered before a time: uniformization of the chain that stops there.
 *
 * All terms are positive: a chance of 1e-20 has as many right digits as one of 0.5.
 * @throws RangeError for a negative time or a start outside the chain.
 */
export function chanceWithin(
  chain: Chain,
  isTarget: (state: number) => boolean,
  time: number,
  start: number | Float64Array = 0,
): number {
  const { probability } = transient(stopping(chain, isTarget), start, time);
  return probability.reduce((total, p, i) => (isTarget(i) ? total + p : total), 0);
}

/** The chain without the moves out of a set: once there, it stays. */
export function stopping(chain: Chain, isTarget: (state: number) => boolean): Chain {
  return chainOf(chain.size, movesOutside(chain, isTarget));
}

function* movesOutside(chain: Chain, isTarget: (state: number) => boolean) {
  for (let from = 0; from < chain.size; from++) {
    if (isTarget(from)) continue;
    for (let e = chain.rowStart[from] as number; e < (chain.rowStart[from + 1] as number); e++) {
      yield { from, to: chain.column[e] as number, rate: chain.rate[e] as number };
    }
  }
}
