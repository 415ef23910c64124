import {
  type CapacityDistribution,
  certain,
  emptyRuns,
  lengthOf,
  type Run,
  runAt,
  smallestGap,
} from './domains-distribution.ts';
import { addProduct } from './domains-product.ts';

/** Distributions of at most this many values are kept whole: they cost nothing, and small systems stay exact. */
const neverThinned = 128;

/** Longer runs are cut into blocks of this length, so that a light block can be left out where it meets another. */
const blockLength = 128;

/**
 * Distribution of the sum of two independent capacities: f(n) = Σ_k a(k) b(n-k).
 *
 * Direct sums of positive terms, so that tails keep their relative accuracy. Up to `budget` of mass may be dropped (and
 * is counted in `dropped`) where that shortens the work; a budget of 0 drops nothing.
 */
export function convolve(
  a: CapacityDistribution,
  b: CapacityDistribution,
  budget: number,
): CapacityDistribution {
  const small = lengthOf(a) + lengthOf(b) <= neverThinned;
  const { kept, dropped } = heavyPairs(a, b, small ? 0 : budget / 2);
  const spans = kept.map(({ x, y }) => ({
    from: x.start + y.start,
    to: x.start + y.start + x.values.length + y.values.length - 1,
  }));
  const runs = emptyRuns(spans);
  for (const { x, y, times } of kept) {
    const start = x.start + y.start;
    const target = runAt(runs, start);
    addProduct(target.values, start - target.start, x.values, y.values, times);
  }
  const lost = a.dropped + b.dropped * (1 - a.dropped) + dropped;
  return thin({ runs, dropped: lost, total: a.total + b.total }, budget / 2);
}

/**
 * Distribution of the sum of `copies` independent capacities of one distribution, by repeated squaring.
 *
 * budget: mass that may be dropped in all.
 */
export function convolvePower(
  one: CapacityDistribution,
  copies: number,
  budget: number,
): CapacityDistribution {
  const each = budget / (2 * Math.ceil(Math.log2(copies + 1)));
  let power = one;
  let result: CapacityDistribution | undefined;
  let left = copies;
  while (left > 0) {
    if (left % 2 === 1) result = result === undefined ? power : convolve(result, power, each);
    left = Math.floor(left / 2);
    // A power that still enters the result `left` times may lose only its part of the budget.
    if (left > 0) power = convolve(power, power, each / left);
  }
  return result ?? certain(0, 0);
}

/** Distribution of the sum of independent capacities; the shortest two are joined first, each time for `budget`. */
export function convolveAll(parts: readonly CapacityDistribution[], budget: number): CapacityDistribution {
  const queue = [...parts].sort((a, b) => lengthOf(a) - lengthOf(b));
  while (queue.length > 1) {
    const joined = convolve(
      queue.shift() as CapacityDistribution,
      queue.shift() as CapacityDistribution,
      budget,
    );
    const length = lengthOf(joined);
    const place = queue.findIndex((other) => lengthOf(other) >= length);
    queue.splice(place < 0 ? queue.length : place, 0, joined);
  }
  return queue[0] ?? certain(0, 0);
}

/** Leaves out values that together weigh at most `budget`, and splits runs where long stretches vanish. */
export function thin(distribution: CapacityDistribution, budget: number): CapacityDistribution {
  const length = lengthOf(distribution);
  if (budget <= 0 || length <= neverThinned) return distribution;
  const cut = budget / length;
  const runs: Run[] = [];
  let dropped = distribution.dropped;
  for (const { start, values } of distribution.runs) {
    let first = -1;
    let last = -1;
    let waiting = 0;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] as number;
      if (value <= cut) {
        waiting += value;
        continue;
      }
      if (first < 0 || i - last > smallestGap) {
        dropped += waiting;
        if (first >= 0) runs.push({ start: start + first, values: values.subarray(first, last + 1) });
        first = i;
      }
      waiting = 0;
      last = i;
    }
    dropped += waiting;
    if (first >= 0) runs.push({ start: start + first, values: values.subarray(first, last + 1) });
  }
  return { runs, dropped, total: distribution.total };
}

interface Block extends Run {
  readonly mass: number;
}

interface Pair {
  readonly x: Run;
  readonly y: Run;
  /** 2 where the pair stands for its mirror image too. */
  readonly times: number;
}

/** Pairs of blocks to multiply; those whose products together weigh at most `budget` are left out. */
function heavyPairs(
  a: CapacityDistribution,
  b: CapacityDistribution,
  budget: number,
): { kept: readonly Pair[]; dropped: number } {
  const first = blocksOf(a);
  const second = a === b ? first : blocksOf(b);
  const cut = budget / (first.length * second.length);
  const kept: Pair[] = [];
  let dropped = 0;
  first.forEach((x, i) => {
    for (let j = a === b ? i : 0; j < second.length; j += 1) {
      const y = second[j] as Block;
      const times = a === b && j > i ? 2 : 1;
      const mass = x.mass * y.mass;
      if (mass > cut || budget === 0) kept.push({ x, y, times });
      else dropped += times * mass;
    }
  });
  return { kept, dropped };
}

function blocksOf({ runs }: CapacityDistribution): Block[] {
  const blocks: Block[] = [];
  for (const { start, values } of runs) {
    for (let from = 0; from < values.length; from += blockLength) {
      const block = values.subarray(from, from + blockLength);
      let mass = 0;
      for (let i = 0; i < block.length; i += 1) mass += block[i] as number;
      blocks.push({ start: start + from, values: block, mass });
    }
  }
  return blocks;
}
