import type { Chain } from './markov.ts';
import { transposed } from './markov.ts';
import { type Blocks, blocksOf, correctCost, rebalance } from './markov-aggregation.ts';

export interface IterationOptions {
  /** Largest error of the probability of any set of states; default 1e-10. */
  readonly tolerance?: number;
  /** Sweeps, forth and back counted as one, after which the iteration gives up; default 20,000. */
  readonly maxSweeps?: number;
}

const epsilon = 2 ** -52;
/** Sweeps before the most probable state is taken as the reference. */
const settlingSweeps = 16;
/** Sweeps between two looks at the bound: a look costs about one sweep. */
const sweepsPerLook = 4;
/** Sweeps after which corrections by blocks are given up: by then they do not help this chain. */
const correctedSweeps = 2000;
/** Multiplications that one correction by blocks may cost. */
const coarseWork = 2e8;

/**
 * Steady state by symmetric Gauss–Seidel, stopped by a proof instead of by a small change.
 *
 * For an approximation p with residual r = pQ and any H ≥ 0 with (QH)_i ≤ −1 outside a reference state z and
 * H_z = 0, every set D of states satisfies |p(D) − π(D)| ≤ Σ |r_i| H_i: the solution g of Poisson's equation for the
 * indicator of D, with g_z = 0, is bounded by the mean time to reach z, and H bounds that time from above.
 * H comes from the same iteration (any H that passes the test is good enough); rounding of r is added to |r|.
 * Change-based stopping is the trap that this avoids: it ends far from the solution where mixing is slow.
 */
export function iterateSteadyState(
  chain: Chain,
  closed: Uint8Array,
  { tolerance = 1e-10, maxSweeps = 20_000 }: IterationOptions,
): { probability: Float64Array; errorBound: number; converged: boolean; sweeps: number } {
  const inflow = transposed(chain);
  const members = closed.reduce((total, mark) => total + mark, 0);
  const p = Float64Array.from(closed, (mark) => mark / members);
  let sweeps = 0;
  for (; sweeps < settlingSweeps; sweeps++) sweepInflow(inflow, chain.exit, p);
  const reference = p.reduce((best, value, i) => (value > (p[best] as number) ? i : best), 0);
  const others = closed.map((mark, i) => (i === reference ? 0 : mark));
  const blocks = usefulBlocks(chain, inflow, closed, reference);
  const correct =
    blocks && ((gap: (i: number) => number, h: Float64Array) => correctCost(blocks, chain, p, gap, h));
  const reach = exitTimeBound(chain, others, maxSweeps, correct);
  let look = { errorBound: 1, floor: 0 };
  while (sweeps < maxSweeps) {
    if (blocks && sweeps < correctedSweeps) rebalance(blocks, chain, p);
    for (let i = 0; i < sweepsPerLook; i++) sweepInflow(inflow, chain.exit, p);
    sweeps += sweepsPerLook;
    normalise(p);
    look = boundOf(inflow, chain.exit, p, reach);
    // Below twice the rounding error further sweeps only move the noise.
    if (look.errorBound <= Math.max(tolerance, 2 * look.floor)) break;
  }
  return { probability: p, errorBound: look.errorBound, converged: look.errorBound <= tolerance, sweeps };
}

/** Blocks of a chain, or nothing where solving the chain of blocks would cost more than it saves. */
function usefulBlocks(
  chain: Chain,
  inflow: Chain,
  closed: Uint8Array,
  reference: number,
): Blocks | undefined {
  const blocks = blocksOf(chain, inflow, closed, reference);
  return blocks.count * blocks.band ** 2 <= coarseWork ? blocks : undefined;
}

function sweepInflow(inflow: Chain, exit: Float64Array, p: Float64Array): void {
  for (let i = 0; i < inflow.size; i++) p[i] = weighted(inflow, p, i) / (exit[i] as number);
  for (let i = inflow.size - 1; i >= 0; i--) p[i] = weighted(inflow, p, i) / (exit[i] as number);
  normalise(p);
}

function weighted(rows: Chain, value: Float64Array, i: number): number {
  let total = 0;
  const end = rows.rowStart[i + 1] as number;
  for (let e = rows.rowStart[i] as number; e < end; e++) {
    total += (rows.rate[e] as number) * (value[rows.column[e] as number] as number);
  }
  return total;
}

/** Scales to a sum of 1; the sum carries its lost digits along (Neumaier), so that it is right to two roundings. */
function normalise(p: Float64Array): void {
  let sum = 0;
  let lost = 0;
  for (const x of p) {
    const next = sum + x;
    lost += sum >= x ? sum - next + x : x - next + sum;
    sum = next;
  }
  const total = sum + lost;
  for (let i = 0; i < p.length; i++) p[i] = (p[i] as number) / total;
}

function boundOf(inflow: Chain, exit: Float64Array, p: Float64Array, reach: Float64Array) {
  let errorBound = 4 * epsilon;
  let floor = 4 * epsilon;
  for (let i = 0; i < inflow.size; i++) {
    const into = weighted(inflow, p, i);
    const from = (p[i] as number) * (exit[i] as number);
    // States that are left for good hold nothing.
    if (into + from === 0) continue;
    if (reach[i] === Number.POSITIVE_INFINITY) return { errorBound: 1, floor: 0 };
    const terms = (inflow.rowStart[i + 1] as number) - (inflow.rowStart[i] as number) + 2;
    const rounding = terms * epsilon * (into + from) * (reach[i] as number);
    floor += rounding;
    errorBound += Math.abs(into - from) * (reach[i] as number) + rounding;
  }
  return { errorBound: Math.min(1, errorBound), floor };
}

/**
 * An upper bound H of the mean time that each state of `inside` takes to leave the set, 0 outside: proved by
 * (QH)_i ≤ −1 in every state of the set, with rounding counted against it.
 *
 * `correct`, where given, may improve h now and then; the proof does not depend on it. Infinite where `maxSweeps` sweeps do not suffice, as when leaving takes far longer than the sweeps look ahead.
 */
export function exitTimeBound(
  chain: Chain,
  inside: Uint8Array,
  maxSweeps: number,
  correct?: (gap: (state: number) => number, h: Float64Array) => void,
): Float64Array {
  const h = new Float64Array(chain.size);
  const one = (): number => 1;
  const gap = (i: number): number => 1 + weighted(chain, h, i) - (chain.exit[i] as number) * (h[i] as number);
  for (let sweep = 1; sweep <= maxSweeps; sweep++) {
    if (correct && sweep < correctedSweeps && sweep % sweepsPerLook === 1) correct(gap, h);
    sweepCost(chain, inside, one, h);
    if (sweep % sweepsPerLook !== 0) continue;
    const drift = 1 - largestGap(chain, inside, one, h);
    if (drift > 0.5) return h.map((time) => time / drift);
  }
  return h.map((_, i) => (inside[i] ? Number.POSITIVE_INFINITY : 0));
}

/**
 * One sweep forth and back of the expected cost until `inside` is left, (exit_i) x_i = cost_i + Σ q_ij x_j.
 * Started at 0, x rises towards the solution and never passes it.
 */
export function sweepCost(
  chain: Chain,
  inside: Uint8Array,
  cost: (state: number) => number,
  x: Float64Array,
): void {
  const improve = (i: number): void => {
    if (inside[i]) x[i] = (cost(i) + weighted(chain, x, i)) / (chain.exit[i] as number);
  };
  for (let i = 0; i < chain.size; i++) improve(i);
  for (let i = chain.size - 1; i >= 0; i--) improve(i);
}

/** Largest cost_i + (Qx)_i over a set, plus what rounding may have taken from it. */
export function largestGap(
  chain: Chain,
  inside: Uint8Array,
  cost: (state: number) => number,
  x: Float64Array,
): number {
  let largest = 0;
  for (let i = 0; i < chain.size; i++) {
    if (!inside[i]) continue;
    const into = cost(i) + weighted(chain, x, i);
    const from = (x[i] as number) * (chain.exit[i] as number);
    const terms = (chain.rowStart[i + 1] as number) - (chain.rowStart[i] as number) + 3;
    largest = Math.max(largest, into - from + terms * epsilon * (from + into));
  }
  return largest;
}
