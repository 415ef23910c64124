import type { Root } from './bdd.ts';
import type { Compiled } from './bdd-logic.ts';

/** The inner nodes below a root in rows: children before parents, 0 and 1 for the constants, the root last. */
interface Rows {
  readonly level: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Numbers of the inner nodes below a root, children before parents. */
export function nodesBelow({ bdd, root }: Compiled): number[] {
  const seen = new Set<number>();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node < 2 || seen.has(node)) continue;
    seen.add(node);
    stack.push(bdd.low[node] as number, bdd.high[node] as number);
  }
  return [...seen].sort((a, b) => a - b);
}

function rowsOf(compiled: Compiled): Rows {
  const { bdd } = compiled;
  const nodes = nodesBelow(compiled);
  const row = new Map<Root, number>([
    [0, 0],
    [1, 1],
  ]);
  nodes.forEach((node, i) => {
    row.set(node, i + 2);
  });
  const read = (side: Int32Array): Int32Array =>
    Int32Array.from([0, 1, ...nodes.map((node) => row.get(side[node] as number) as number)]);
  return {
    level: Int32Array.from([-1, -1, ...nodes.map((node) => bdd.level[node] as number)]),
    low: read(bdd.low),
    high: read(bdd.high),
  };
}

/** Evaluates one compiled function again and again for other chances of its variables. */
export interface Evaluator {
  /**
   * Probability that the function is true, with variable i true with probability `chance[i]`, independently.
   *
   * Shannon expansion P(f) = p P(f | x) + (1 − p) P(f | not x) over the nodes: exact, positive terms only.
   */
  readonly probability: (chance: ArrayLike<number>) => number;
  /**
   * Birnbaum importance of every variable: P(f | x true) − P(f | x false).
   *
   * One pass down gives the chance to arrive at each node; the difference of its two children is taken pair by pair
   * down the diagram, P(g) − P(h) = p (P(g|y) − P(h|y)) + (1 − p) (…), so that for functions that only rise in their
   * variables nothing is subtracted and small importances keep their digits (Birnbaum 1969; Rauzy 1993).
   */
  readonly birnbaum: (chance: ArrayLike<number>) => number[];
}

/** Prepares a compiled function for evaluation; see `Evaluator` for the equations. */
export function evaluatorOf(compiled: Compiled): Evaluator {
  const rows = rowsOf(compiled);
  // Without an inner node the function is the constant of its root.
  const top = rows.level.length > 2 ? rows.level.length - 1 : compiled.root;
  return {
    probability: (chance) => truthOf(rows, chance)[top] as number,
    birnbaum: (chance) => birnbaumOf(rows, top, chance, compiled.names.length),
  };
}

function truthOf({ level, low, high }: Rows, chance: ArrayLike<number>): Float64Array {
  const truth = new Float64Array(level.length);
  truth[1] = 1;
  for (let at = 2; at < level.length; at++) {
    const p = chance[level[at] as number] as number;
    truth[at] = p * (truth[high[at] as number] as number) + (1 - p) * (truth[low[at] as number] as number);
  }
  return truth;
}

function birnbaumOf(rows: Rows, top: number, chance: ArrayLike<number>, variables: number): number[] {
  const { level, low, high } = rows;
  const importance = new Array<number>(variables).fill(0);
  const difference = differences(rows, chance);
  const arrival = new Float64Array(level.length);
  arrival[top] = 1;
  for (let at = level.length - 1; at >= 2; at--) {
    const here = arrival[at] as number;
    const variable = level[at] as number;
    const [below, above] = [low[at] as number, high[at] as number];
    const p = chance[variable] as number;
    arrival[above] = (arrival[above] as number) + here * p;
    arrival[below] = (arrival[below] as number) + here * (1 - p);
    importance[variable] = (importance[variable] as number) + here * difference(above, below);
  }
  return importance;
}

/** Pairs of nodes that are compared before falling back to the difference of their probabilities. */
const maxPairs = 2_000_000;

function differences(rows: Rows, chance: ArrayLike<number>): (g: number, h: number) => number {
  const { level, low, high } = rows;
  const truth = truthOf(rows, chance);
  const known = new Map<number, number>();
  const difference = (g: number, h: number): number => {
    if (g === h) return 0;
    if (g < 2 && h < 2) return g - h;
    const key = g * level.length + h;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size > maxPairs) return (truth[g] as number) - (truth[h] as number);
    const upper = h < 2 || (g >= 2 && (level[g] as number) <= (level[h] as number)) ? g : h;
    const variable = level[upper] as number;
    const split = (f: number, side: Int32Array): number => (level[f] === variable ? (side[f] as number) : f);
    const p = chance[variable] as number;
    const value =
      p * difference(split(g, high), split(h, high)) + (1 - p) * difference(split(g, low), split(h, low));
    known.set(key, value);
    return value;
  };
  return difference;
}
