import type { Chain } from './markov.ts';
import { bandOf, costsOf, eliminate, stationaryWeights } from './markov-elimination.ts';
import { narrowOrder } from './markov-structure.ts';

/** A chain in blocks of neighbouring states, with the moves between blocks numbered. */
export interface Blocks {
  readonly count: number;
  /** Block of each state; −1 for states that are left out. */
  readonly of: Int32Array;
  /** For each move of the chain the number of the move between blocks that it belongs to; −1 within a block. */
  readonly move: Int32Array;
  /** The chain of blocks; its rates are set anew for each correction. */
  readonly coarse: Chain;
  readonly order: Int32Array;
  readonly band: number;
}

/** Blocks above which the coarse chain would cost more than the sweeps that it saves. */
const mostBlocks = 3000;

/**
 * Groups the states `inside` into patches of neighbours; `alone` gets a block of its own, number 0.
 *
 * Patches grow breadth first to an equal size, so that a chain that is a plane gets blocks that are round.
 */
export function blocksOf(chain: Chain, backward: Chain, inside: Uint8Array, alone: number): Blocks {
  const of = new Int32Array(chain.size).fill(-1);
  of[alone] = 0;
  const members = inside.reduce((total, mark) => total + mark, 0);
  const size = Math.ceil(members / mostBlocks) + 1;
  let count = 1;
  const seeds: number[] = [alone];
  for (let head = 0, next = 0; ; ) {
    // Seeds are states at the rim of earlier patches; states without one start anew.
    const seed = head < seeds.length ? (seeds[head++] as number) : next < chain.size ? next++ : -1;
    if (seed < 0) break;
    if (seed !== alone && (of[seed] !== -1 || !inside[seed])) continue;
    if (seed === alone) seeds.push(...growPatch(chain, backward, inside, of, seed, 0, 1));
    else seeds.push(...growPatch(chain, backward, inside, of, seed, count++, size));
  }
  return coarsen(chain, of, count);
}

/** Fills one block from a seed; returns the free neighbours that it did not take. */
function growPatch(
  chain: Chain,
  backward: Chain,
  inside: Uint8Array,
  of: Int32Array,
  seed: number,
  block: number,
  size: number,
): number[] {
  const queue = [seed];
  const rim: number[] = [];
  of[seed] = block;
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number;
    for (const side of [chain, backward]) {
      for (let e = side.rowStart[state] as number; e < (side.rowStart[state + 1] as number); e++) {
        const to = side.column[e] as number;
        if (of[to] !== -1 || !inside[to]) continue;
        if (queue.length < size) {
          of[to] = block;
          queue.push(to);
        } else rim.push(to);
      }
    }
  }
  return rim;
}

function coarsen(chain: Chain, of: Int32Array, count: number): Blocks {
  const move = new Int32Array(chain.column.length).fill(-1);
  const rows: Map<number, number[]>[] = Array.from({ length: count }, () => new Map());
  for (let i = 0; i < chain.size; i++) {
    const from = of[i] as number;
    for (let e = chain.rowStart[i] as number; e < (chain.rowStart[i + 1] as number); e++) {
      const to = of[chain.column[e] as number] as number;
      if (from < 0 || to < 0 || to === from) continue;
      const row = rows[from] as Map<number, number[]>;
      const members = row.get(to);
      if (members) members.push(e);
      else row.set(to, [e]);
    }
  }
  const rowStart = new Int32Array(count + 1);
  const column: number[] = [];
  rows.forEach((row, block) => {
    for (const [to, members] of row) {
      for (const e of members) move[e] = column.length;
      column.push(to);
    }
    rowStart[block + 1] = column.length;
  });
  const coarse: Chain = {
    size: count,
    rowStart,
    column: Int32Array.from(column),
    rate: new Float64Array(column.length),
    exit: new Float64Array(count),
  };
  const all = new Uint8Array(count).fill(1);
  const order = narrowOrder(coarse, all);
  return { count, of, move, coarse, order, band: bandOf(coarse, order) };
}

/** Sums of p over the blocks; rates between blocks weighted by p go into the coarse chain. */
function weigh({ of, move, coarse, count }: Blocks, chain: Chain, p: Float64Array): Float64Array {
  const mass = new Float64Array(count);
  coarse.rate.fill(0);
  for (let i = 0; i < chain.size; i++) {
    const block = of[i] as number;
    if (block < 0) continue;
    const weight = p[i] as number;
    mass[block] = (mass[block] as number) + weight;
    for (let e = chain.rowStart[i] as number; e < (chain.rowStart[i + 1] as number); e++) {
      const to = move[e] as number;
      if (to >= 0) coarse.rate[to] = (coarse.rate[to] as number) + weight * (chain.rate[e] as number);
    }
  }
  for (let block = 0; block < count; block++) {
    for (let e = coarse.rowStart[block] as number; e < (coarse.rowStart[block + 1] as number); e++) {
      coarse.rate[e] = (coarse.rate[e] as number) / (mass[block] as number);
    }
  }
  return mass;
}

/**
 * Scales each block of an approximate steady state to the weight that the chain of blocks gives it: the aggregation
 * step of Koury, McAllister and Stewart (SIAM J. Alg. Disc. Meth. 5(2), 1984). It moves mass over long distances, which
 * sweeps do slowly; whether the result is good is decided by the bound, not here. Leaves `p` alone where a block has
 * no weight.
 */
export function rebalance(blocks: Blocks, chain: Chain, p: Float64Array): void {
  const mass = weigh(blocks, chain, p);
  if (mass.some((m) => !(m > 1e-280))) return;
  const weight = stationaryWeights(eliminate(blocks.coarse, blocks.order, blocks.band));
  const factor = new Float64Array(blocks.count);
  blocks.order.forEach((block, at) => {
    factor[block] = (weight[at] as number) / (mass[block] as number);
  });
  for (let i = 0; i < chain.size; i++) {
    const block = blocks.of[i] as number;
    if (block >= 0) p[i] = (p[i] as number) * (factor[block] as number);
  }
}

/**
 * Adds to an approximate cost until state `alone` is reached what the chain of blocks says is missing: `gap(i)` is
 * what the equation of state i lacks. Only a better start for the sweeps: a bound never rests on it.
 */
export function correctCost(
  blocks: Blocks,
  chain: Chain,
  p: Float64Array,
  gap: (state: number) => number,
  x: Float64Array,
): void {
  const mass = weigh(blocks, chain, p);
  if (mass.some((m) => !(m > 1e-280))) return;
  const lacking = new Float64Array(blocks.count);
  for (let i = 0; i < chain.size; i++) {
    const block = blocks.of[i] as number;
    if (block > 0) lacking[block] = (lacking[block] as number) + (p[i] as number) * gap(i);
  }
  const order = blocks.order.filter((block) => block !== 0);
  const cost = (block: number): number => (lacking[block] as number) / (mass[block] as number);
  const missing = new Float64Array(blocks.count);
  costsOf(eliminate(blocks.coarse, order, blocks.band, cost)).forEach((value, at) => {
    missing[order[at] as number] = value;
  });
  if (!missing.every(Number.isFinite)) return;
  for (let i = 0; i < chain.size; i++) {
    const block = blocks.of[i] as number;
    if (block > 0) x[i] = Math.max(0, (x[i] as number) + (missing[block] as number));
  }
}
