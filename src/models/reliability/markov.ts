import { requireCount, requirePositive } from './ranges.ts';

/** One possible move of a chain: `rate` is events per unit of time, in any unit that the whole chain shares. */
export interface Transition {
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

/**
 * A continuous-time Markov chain in compressed rows: the moves out of state i are the entries
 * `rowStart[i]` up to `rowStart[i + 1]` of `column` and `rate`. Moves of a state to itself are left out.
 */
export interface Chain {
  readonly size: number;
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  readonly rate: Float64Array;
  /** Sum of the rates out of each state. */
  readonly exit: Float64Array;
}

/**
 * Builds a chain from its moves; moves between the same two states add up.
 * @throws RangeError for a state outside 0 … size − 1, or a rate that is negative or not finite.
 */
export function chainOf(size: number, transitions: Iterable<Transition>): Chain {
  requireCount('number of states', size, 1);
  const rows: Map<number, number>[] = Array.from({ length: size }, () => new Map());
  for (const { from, to, rate } of transitions) {
    requirePositive(`rate from state ${from} to state ${to}`, rate, 'zero allowed');
    const row = rows[from];
    if (!row || rows[to] === undefined) {
      throw new RangeError(`transition from ${from} to ${to} leaves the ${size} states of the chain`);
    }
    if (from !== to && rate > 0) row.set(to, (row.get(to) ?? 0) + rate);
  }
  return compress(rows);
}

function compress(rows: readonly ReadonlyMap<number, number>[]): Chain {
  const size = rows.length;
  const entries = rows.reduce((total, row) => total + row.size, 0);
  const rowStart = new Int32Array(size + 1);
  const column = new Int32Array(entries);
  const rate = new Float64Array(entries);
  const exit = new Float64Array(size);
  let at = 0;
  rows.forEach((row, state) => {
    for (const [to, r] of row) {
      column[at] = to;
      rate[at++] = r;
      exit[state] = (exit[state] as number) + r;
    }
    rowStart[state + 1] = at;
  });
  return { size, rowStart, column, rate, exit };
}

/** A chain whose states carry a meaning: `states[i]` is what state i stands for; state 0 is the start. */
export interface NamedChain<S> {
  readonly chain: Chain;
  readonly states: readonly S[];
}

/**
 * Builds the chain of everything that can be reached from a start.
 *
 * `key` tells states apart; `moves` lists where a state goes and at which rate. Rates of 0 are not followed.
 * @throws RangeError for a negative rate, or when more than `limit` states are reached.
 */
export function exploreChain<S>(
  start: S,
  key: (state: S) => string | number,
  moves: (state: S) => Iterable<{ readonly to: S; readonly rate: number }>,
  limit = 2_000_000,
): NamedChain<S> {
  const index = new Map<string | number, number>([[key(start), 0]]);
  const states: S[] = [start];
  const rows: Map<number, number>[] = [];
  for (let from = 0; from < states.length; from++) {
    const row = new Map<number, number>();
    for (const { to, rate } of moves(states[from] as S)) {
      requirePositive('transition rate', rate, 'zero allowed');
      if (rate === 0) continue;
      const name = key(to);
      let target = index.get(name);
      if (target === undefined) {
        target = states.length;
        if (target >= limit) throw new RangeError(`number of states exceeds the limit of ${limit}`);
        index.set(name, target);
        states.push(to);
      }
      if (target !== from) row.set(target, (row.get(target) ?? 0) + rate);
    }
    rows.push(row);
  }
  return { chain: compress(rows), states };
}

/**
 * The same chain with every move reversed: entry (j, i) of the result is the rate from i to j.
 * Its `exit` is the total rate into each state.
 */
export function transposed(chain: Chain): Chain {
  const { size, rowStart, column, rate } = chain;
  const start = new Int32Array(size + 1);
  for (const to of column) start[to + 1] = (start[to + 1] as number) + 1;
  for (let i = 0; i < size; i++) start[i + 1] = (start[i + 1] as number) + (start[i] as number);
  const next = start.slice(0, size);
  const from = new Int32Array(column.length);
  const value = new Float64Array(column.length);
  const exit = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let e = rowStart[i] as number; e < (rowStart[i + 1] as number); e++) {
      const to = column[e] as number;
      const at = next[to] as number;
      next[to] = at + 1;
      from[at] = i;
      value[at] = rate[e] as number;
      exit[to] = (exit[to] as number) + (rate[e] as number);
    }
  }
  return { size, rowStart: start, column: from, rate: value, exit };
}

/** How often and for how long a chain is in a set of states. Times are in the unit of the chain's rates. */
export interface Visits {
  /** Share of time in the set. */
  readonly probability: number;
  /** Entries into the set per unit of time. */
  readonly frequency: number;
  /** Mean length of a visit; 0 where the set is never entered. */
  readonly meanDuration: number;
}

/**
 * Frequency and duration of a set of states in steady state.
 *
 * frequency w = Σ_{i outside} π_i Σ_{j inside} q_ij, mean visit = P(inside) / w
 * (Billinton and Allan, Reliability Evaluation of Engineering Systems, ch. 8).
 * @throws RangeError when `probability` has another length than the chain.
 */
export function visitsOf(
  chain: Chain,
  probability: Float64Array,
  inside: (state: number) => boolean,
): Visits {
  if (probability.length !== chain.size) {
    throw new RangeError(`probability must have ${chain.size} entries, got ${probability.length}`);
  }
  let total = 0;
  let frequency = 0;
  for (let i = 0; i < chain.size; i++) {
    const p = probability[i] as number;
    if (inside(i)) total += p;
    else frequency += p * rateInto(chain, i, inside);
  }
  return { probability: total, frequency, meanDuration: frequency > 0 ? total / frequency : 0 };
}

/** Total rate at which state `from` moves into a set of states, per unit of time. */
export function rateInto(chain: Chain, from: number, inside: (state: number) => boolean): number {
  let total = 0;
  for (let e = chain.rowStart[from] as number; e < (chain.rowStart[from + 1] as number); e++) {
    if (inside(chain.column[e] as number)) total += chain.rate[e] as number;
  }
  return total;
}

/** Rate that a mean time stands for: 1 / time, with time in hours giving events per hour. */
export function rateOf(quantity: string, meanTime: number): number {
  requirePositive(quantity, meanTime);
  return 1 / meanTime;
}
