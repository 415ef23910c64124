import type { Chain } from './markov.ts';
import { rateInto } from './markov.ts';
import { bandOf, costsOf, eliminate } from './markov-elimination.ts';
import { exitTimeBound, largestGap, sweepCost } from './markov-iteration.ts';
import { affordable } from './markov-steady.ts';
import { narrowOrder } from './markov-structure.ts';

/**
 * Expected cost from each state until a set of targets is reached: x_i = (cost_i + Σ_j q_ij x_j) / Σ_j q_ij, with
 * x = 0 in the targets. `cost` is per unit of time spent in a state.
 *
 * By elimination without subtraction, so that a mean of 10³⁰ hours is as accurate as one of 1 hour; chains that are
 * too large for it are iterated to a relative error proved to be below 1e-9.
 * @throws RangeError when a state exists from which no target can be reached, or when there is no target.
 * @throws Error when the iteration of a large chain does not settle.
 */
export function costUntil(
  chain: Chain,
  isTarget: (state: number) => boolean,
  cost: (state: number) => number,
): Float64Array {
  const inside = Uint8Array.from({ length: chain.size }, (_, i) => (isTarget(i) ? 0 : 1));
  if (!inside.includes(0)) throw new RangeError('target states: the chain has none');
  if (!inside.includes(1)) return new Float64Array(chain.size);
  const order = narrowOrder(chain, inside);
  const band = bandOf(chain, order);
  if (!affordable(order.length, band)) return iteratedCost(chain, inside, cost);
  const eliminated = eliminate(chain, order, band, cost);
  if (eliminated.out.includes(0)) throw new RangeError('target states cannot be reached from every state');
  const x = costsOf(eliminated);
  const result = new Float64Array(chain.size);
  order.forEach((state, at) => {
    result[state] = x[at] as number;
  });
  return result;
}

const relativeTolerance = 1e-9;
const maxSweeps = 20_000;

function iteratedCost(chain: Chain, inside: Uint8Array, cost: (state: number) => number): Float64Array {
  const bound = exitTimeBound(chain, inside, maxSweeps);
  const longest = bound.reduce((a, b) => Math.max(a, b), 0);
  const x = new Float64Array(chain.size);
  for (let sweep = 1; sweep <= maxSweeps && longest < Number.POSITIVE_INFINITY; sweep++) {
    sweepCost(chain, inside, cost, x);
    // The solution lies between x and x + gap × bound; the start, state 0, sets the scale.
    const scale = inside[0] ? (x[0] as number) : x.reduce((a, b) => Math.max(a, b), 0);
    if (sweep % 8 === 0 && largestGap(chain, inside, cost, x) * longest <= relativeTolerance * scale)
      return x;
  }
  throw new Error(`absorption of a chain with ${chain.size} states did not settle in ${maxSweeps} sweeps`);
}

/**
 * Mean time from a start until a set of states is first entered, in the time unit of the rates.
 * @throws as `costUntil`.
 */
export function meanTimeTo(chain: Chain, isTarget: (state: number) => boolean, start = 0): number {
  return costUntil(chain, isTarget, () => 1)[start] as number;
}

/**
 * Chance that, of several sets of targets, one given set is entered first.
 * `isTarget` marks all targets, `isChosen` those whose chance is asked.
 * @throws as `costUntil`.
 */
export function chanceToEnter(
  chain: Chain,
  isTarget: (state: number) => boolean,
  isChosen: (state: number) => boolean,
  start = 0,
): number {
  if (isTarget(start)) return isChosen(start) ? 1 : 0;
  return costUntil(chain, isTarget, (state) => rateInto(chain, state, isChosen))[start] as number;
}
