/** A set of causes that are active at once, all others being absent. */
export interface Combination {
  /** Bit i is set when cause i is active. */
  readonly active: number;
  readonly probability: number;
}

/** The most probable combinations, and the probability of all others. */
export interface Enumeration {
  readonly combinations: readonly Combination[];
  readonly leftOut: number;
}

/** Where 30 causes are all likely there is no end; the rest is then simply left out, and said to be. */
const mostCombinations = 100_000;

interface Candidate {
  /** Bits of the flipped causes, in the order of their odds. */
  readonly flipped: number;
  readonly last: number;
  readonly ratio: number;
}

/**
 * Combinations of independent causes, most probable first, until those left out weigh at most `tolerance`.
 *
 * probabilities: chance of each cause. leftOut is an upper bound: it allows for the rounding of the probabilities.
 * It is exactly 0 when every combination was taken. At most 100,000 combinations are taken.
 */
export function enumerateCombinations(probabilities: readonly number[], tolerance: number): Enumeration {
  const combinations: Combination[] = [];
  const rounding = (probabilities.length + 4) * Number.EPSILON;
  let sum = 0;
  let lost = 0;
  for (const combination of mostProbableFirst(probabilities)) {
    const left = Math.max(0, 1 - sum - lost) + rounding;
    if (combinations.length > 0 && (left <= tolerance || combinations.length >= mostCombinations)) {
      return { combinations, leftOut: Math.min(1, left) };
    }
    combinations.push(combination);
    // Neumaier's sum: the terms fall, so each is smaller than the sum, and what it loses is carried beside it.
    const next = sum + combination.probability;
    lost += sum - next + combination.probability;
    sum = next;
  }
  return { combinations, leftOut: 0 };
}

/**
 * All combinations of independent causes, most probable first.
 *
 * Starts from the most probable state of every cause. Flipping cause i multiplies the probability by
 * r_i = min(p_i, 1-p_i) / max(p_i, 1-p_i) <= 1; with the causes ordered by falling r, every set of flips comes from
 * one parent by adding the next cause or by exchanging its last one for the next, both of which lower the
 * probability, so a heap yields them in order. Causes with p = 0 or 1 are never flipped.
 */
export function* mostProbableFirst(probabilities: readonly number[]): Generator<Combination> {
  const order = probabilities
    .map((p, cause) => ({ cause, ratio: p > 0.5 ? (1 - p) / p : p / (1 - p) }))
    .filter(({ ratio }) => ratio > 0)
    .sort((a, b) => b.ratio - a.ratio);
  const base = probabilities.reduce((bits, p, cause) => (p > 0.5 ? bits | (1 << cause) : bits), 0);
  const baseProbability = probabilities.reduce((product, p) => product * Math.max(p, 1 - p), 1);
  yield { active: base, probability: baseProbability };

  const heap: Candidate[] = [];
  const first = order[0];
  if (first !== undefined) pushHeap(heap, { flipped: 1 << first.cause, last: 0, ratio: first.ratio });
  for (let best = popHeap(heap); best !== undefined; best = popHeap(heap)) {
    yield { active: base ^ best.flipped, probability: baseProbability * best.ratio };
    const here = order[best.last] as { cause: number; ratio: number };
    const next = order[best.last + 1];
    if (next === undefined) continue;
    const flip = 1 << next.cause;
    const last = best.last + 1;
    pushHeap(heap, { flipped: best.flipped | flip, last, ratio: best.ratio * next.ratio });
    const exchanged = (best.flipped & ~(1 << here.cause)) | flip;
    pushHeap(heap, { flipped: exchanged, last, ratio: (best.ratio / here.ratio) * next.ratio });
  }
}

/** Binary heap with the largest ratio on top. */
function pushHeap(heap: Candidate[], item: Candidate): void {
  let child = heap.push(item) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if ((heap[parent] as Candidate).ratio >= item.ratio) break;
    heap[child] = heap[parent] as Candidate;
    child = parent;
  }
  heap[child] = item;
}

function popHeap(heap: Candidate[]): Candidate | undefined {
  const top = heap[0];
  const item = heap.pop();
  if (item === undefined || heap.length === 0) return top;
  let parent = 0;
  for (let child = 1; child < heap.length; child = 2 * parent + 1) {
    const right = heap[child + 1];
    if (right !== undefined && right.ratio > (heap[child] as Candidate).ratio) child += 1;
    if ((heap[child] as Candidate).ratio <= item.ratio) break;
    heap[parent] = heap[child] as Candidate;
    parent = child;
  }
  heap[parent] = item;
  return top;
}
