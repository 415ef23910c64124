import type { Chain } from './markov.ts';

/**
 * A chain with its states eliminated one after the other from the last of an order to the first, without a
 * subtraction. `rate` holds bands: the rate from place i to place j is at `i * (2 * band + 1) + j - i + band`.
 */
export interface Elimination {
  readonly order: Int32Array;
  readonly band: number;
  readonly rate: Float64Array;
  /** Total rate out of each place towards the places before it and out of the system. */
  readonly out: Float64Array;
  /** Cost per unit of time in each place, that of the eliminated places included. */
  readonly cost: Float64Array;
}

/** Widest distance between the places of two states that are joined by a move. */
export function bandOf(chain: Chain, order: Int32Array): number {
  const place = placesOf(chain.size, order);
  let band = 0;
  for (const state of order) {
    for (let e = chain.rowStart[state] as number; e < (chain.rowStart[state + 1] as number); e++) {
      const to = place[chain.column[e] as number] as number;
      if (to >= 0) band = Math.max(band, Math.abs(to - (place[state] as number)));
    }
  }
  return band;
}

/**
 * Grassmann–Taksar–Heyman elimination in bands: each step censors the chain on the remaining states,
 * `q_ij += q_ik q_kj / out_k`, with `out_k` added up from rates, never taken as a difference.
 *
 * Every operation adds, multiplies or divides positive numbers, so each result keeps its relative accuracy, however
 * stiff the rates (Grassmann, Taksar, Heyman, Operations Research 33(5), 1985; O'Cinneide, Numer. Math. 65, 1993).
 * Moves to states outside `order` leave the system. `cost` is a cost per unit of time and state, by state.
 * Time order.length × band², memory order.length × 2 band numbers.
 */
export function eliminate(
  chain: Chain,
  order: Int32Array,
  band: number,
  cost?: (state: number) => number,
): Elimination {
  const size = order.length;
  const width = 2 * band + 1;
  const { rate, leaving } = bandsOf(chain, order, band);
  const out = new Float64Array(size);
  const carried = Float64Array.from(order, (state) => cost?.(state) ?? 0);
  for (let k = size - 1; k >= 0; k--) {
    const low = Math.max(0, k - band);
    const row = k * width - k + band;
    let total = leaving[k] as number;
    for (let j = low; j < k; j++) total += rate[row + j] as number;
    out[k] = total;
    if (total === 0) continue;
    for (let i = low; i < k; i++) {
      const into = i * width - i + band;
      const share = (rate[into + k] as number) / total;
      if (share === 0) continue;
      for (let j = low; j < k; j++)
        rate[into + j] = (rate[into + j] as number) + share * (rate[row + j] as number);
      leaving[i] = (leaving[i] as number) + share * (leaving[k] as number);
      carried[i] = (carried[i] as number) + share * (carried[k] as number);
      // A return to the state itself is no move: it would count as a way out.
      rate[into + i] = 0;
    }
  }
  return { order, band, rate, out, cost: carried };
}

function placesOf(size: number, order: Int32Array): Int32Array {
  const place = new Int32Array(size).fill(-1);
  order.forEach((state, at) => {
    place[state] = at;
  });
  return place;
}

function bandsOf(chain: Chain, order: Int32Array, band: number) {
  const place = placesOf(chain.size, order);
  const width = 2 * band + 1;
  const rate = new Float64Array(order.length * width);
  const leaving = new Float64Array(order.length);
  order.forEach((state, i) => {
    for (let e = chain.rowStart[state] as number; e < (chain.rowStart[state + 1] as number); e++) {
      const j = place[chain.column[e] as number] as number;
      const at = j < 0 ? -1 : i * width + j - i + band;
      if (at < 0) leaving[i] = (leaving[i] as number) + (chain.rate[e] as number);
      else rate[at] = chain.rate[e] as number;
    }
  });
  return { rate, leaving };
}

/** Large enough to be rare, small enough that a product with any rate stays finite. */
const rescaleAbove = 1e200;

/**
 * Weights of the places in steady state from an elimination of all states of a chain, the first place being 1 unless
 * that leaves the range of numbers: weight_k = Σ_{i < k} weight_i q_ik / out_k.
 */
export function stationaryWeights({ order, band, rate, out }: Elimination): Float64Array {
  const width = 2 * band + 1;
  const weight = new Float64Array(order.length);
  weight[0] = 1;
  for (let k = 1; k < order.length; k++) {
    let inflow = 0;
    for (let i = Math.max(0, k - band); i < k; i++) {
      inflow += (weight[i] as number) * (rate[i * width + k - i + band] as number);
    }
    const value = inflow / (out[k] as number);
    weight[k] = value;
    // The first state may be a very rare one; its neighbours then outgrow the range of numbers.
    if (value > rescaleAbove) for (let i = 0; i <= k; i++) weight[i] = (weight[i] as number) / rescaleAbove;
  }
  return weight;
}

/**
 * Expected cost until the system is left, by place, from an elimination of all its states with costs:
 * x_k = (cost_k + Σ_{j < k} q_kj x_j) / out_k. Infinite or not a number where there is no way out.
 */
export function costsOf({ order, band, rate, out, cost }: Elimination): Float64Array {
  const width = 2 * band + 1;
  const x = new Float64Array(order.length);
  for (let k = 0; k < order.length; k++) {
    let total = cost[k] as number;
    for (let j = Math.max(0, k - band); j < k; j++) {
      total += (rate[k * width + j - k + band] as number) * (x[j] as number);
    }
    x[k] = total / (out[k] as number);
  }
  return x;
}
