import type { Chain } from './markov.ts';
import { bandOf, eliminate, stationaryWeights } from './markov-elimination.ts';
import { type IterationOptions, iterateSteadyState } from './markov-iteration.ts';
import { closedClassOf, narrowOrder } from './markov-structure.ts';

/** The long-run share of time in each state, and how it was found. */
export type SteadyState =
  | { readonly method: 'elimination'; readonly probability: Float64Array }
  | {
      readonly method: 'iteration';
      readonly probability: Float64Array;
      /** Proved: the probability of any set of states is off by no more than this. */
      readonly errorBound: number;
      /** False: the sweeps ran out before the bound fell to the tolerance. */
      readonly converged: boolean;
      readonly sweeps: number;
    };

/** Multiplications above which elimination gives way to iteration: about 4 s of one core. */
const eliminationWork = 4e9;
/** Numbers that elimination may hold in memory: 240 MB. */
const eliminationMemory = 3e7;

/**
 * Long-run share of time in each state of a chain, π Q = 0 and Σ π = 1, in hours per hour or whatever the unit.
 *
 * Small or narrow chains are eliminated state by state (exact up to rounding, at any stiffness); others are
 * iterated until a proved bound is below the tolerance. States that are left for good get 0.
 * @throws RangeError when the chain has several closed classes.
 */
export function steadyState(chain: Chain, options: IterationOptions = {}): SteadyState {
  const closed = closedClassOf(chain);
  const order = narrowOrder(chain, closed);
  const band = bandOf(chain, order);
  if (affordable(order.length, band)) {
    return { method: 'elimination', probability: eliminatedSteadyState(chain, order, band) };
  }
  return { method: 'iteration', ...iterateSteadyState(chain, closed, options) };
}

/** Whether elimination of so many states with such a band stays within a few seconds and a few hundred megabytes. */
export function affordable(states: number, band: number): boolean {
  return states * band * band <= eliminationWork && states * (2 * band + 1) <= eliminationMemory;
}

function eliminatedSteadyState(chain: Chain, order: Int32Array, band: number): Float64Array {
  const weight = stationaryWeights(eliminate(chain, order, band));
  const total = weight.reduce((sum, w) => sum + w, 0);
  const probability = new Float64Array(chain.size);
  order.forEach((state, at) => {
    probability[state] = (weight[at] as number) / total;
  });
  return probability;
}
