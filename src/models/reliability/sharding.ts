import { overlapSizes } from './families-subsets.ts';
import { requireCount } from './ranges.ts';

/** Chances for a customer that sends nothing bad. */
export interface BlastRadius {
  /** Mean number of workers that the bad customers take. */
  readonly workersLost: number;
  /** None of the customer's workers is lost. */
  readonly untouched: number;
  /** Some are lost and some are left, which retries can use. */
  readonly degraded: number;
  /** All are lost: the customer is down. */
  readonly down: number;
}

/**
 * Number of different shards of `shard` workers out of `workers`: C(n, k).
 *
 * Exact while the result is below 2^53. Throws a RangeError unless 1 <= shard <= workers.
 */
export function shardCombinations(workers: number, shard: number): number {
  requireShard(workers, shard);
  let ways = 1;
  for (let i = 1; i <= Math.min(shard, workers - shard); i += 1) {
    const next = (ways * (workers - i + 1)) / i;
    ways = next < 2 ** 53 ? Math.round(next) : next;
  }
  return ways;
}

/**
 * Chance that two customers with random shards share exactly j workers, j = 0..k: C(k,j) C(n-k,k-j) / C(n,k).
 *
 * n workers, k shard size. Source: C. MacCarthaigh, shuffle sharding (AWS Builders' Library).
 * Throws a RangeError unless 1 <= shard <= workers.
 */
export function shardOverlap(workers: number, shard: number): Float64Array {
  requireShard(workers, shard);
  return overlapSizes(workers, shard, shard);
}

/**
 * What customers with poison requests do to another customer when every customer has a random shard.
 *
 * workers: n; shard: workers of each customer; poisoners: bad customers with shards of their own; taken: workers that a
 * bad customer takes of its shard: attempts of the request, at most the shard (by default all of it). The union of the
 * taken sets grows by the hypergeometric distribution. Exact. Throws a RangeError for impossible counts.
 */
export function shuffleBlast(workers: number, shard: number, poisoners = 1, taken = shard): BlastRadius {
  requireShard(workers, shard);
  requireCount('number of bad customers', poisoners);
  requireCount('workers taken by a bad customer', taken);
  if (taken > shard)
    throw new RangeError(`workers taken by a bad customer must be at most ${shard}, not ${taken}`);
  return blastOf(unionSizes(workers, taken, poisoners), (lost) => overlapSizes(workers, shard, lost), shard);
}

/**
 * The same when workers are divided into fixed shards: a bad customer takes workers of one of the n/k shards.
 *
 * Throws a RangeError where the shard does not divide the workers, and as shuffleBlast does.
 */
export function plainBlast(workers: number, shard: number, poisoners = 1, taken = shard): BlastRadius {
  requireShard(workers, shard);
  requireCount('number of bad customers', poisoners);
  requireCount('workers taken by a bad customer', taken);
  if (taken > shard)
    throw new RangeError(`workers taken by a bad customer must be at most ${shard}, not ${taken}`);
  if (workers % shard !== 0) throw new RangeError(`shard of ${shard} must divide the ${workers} workers`);
  // All shards are alike: what one of them loses, times their number, is what all lose.
  const here = shard / workers;
  let lost = Float64Array.of(1);
  for (let i = 0; i < poisoners; i += 1) {
    const hit = unite(lost, overlapsWithin(shard, taken), taken, shard);
    lost = hit.map((value, size) => here * value + (1 - here) * (lost[size] ?? 0));
  }
  const blast = blastOf(lost, (size) => certainly(size), shard);
  return { ...blast, workersLost: blast.workersLost / here };
}

/** Distribution of the union of random sets of one size. */
function unionSizes(items: number, size: number, sets: number): Float64Array {
  let union = Float64Array.of(1);
  for (let i = 0; i < sets; i += 1) union = unite(union, overlapsWithin(items, size), size, items);
  return union;
}

function overlapsWithin(items: number, size: number): (already: number) => Float64Array {
  return (already) => overlapSizes(items, size, already);
}

/** One more random set of `size` joins a union; `overlaps` says how much of it was there already. */
function unite(
  union: Float64Array,
  overlaps: (already: number) => Float64Array,
  size: number,
  items: number,
): Float64Array<ArrayBuffer> {
  const result = new Float64Array(Math.min(items, union.length - 1 + size) + 1);
  union.forEach((chance, already) => {
    if (chance === 0) return;
    overlaps(already).forEach((share, overlap) => {
      const grown = already + size - overlap;
      if (share > 0) result[grown] = (result[grown] as number) + chance * share;
    });
  });
  return result;
}

function blastOf(lost: Float64Array, ofCustomer: (lost: number) => Float64Array, shard: number): BlastRadius {
  let workersLost = 0;
  let untouched = 0;
  let degraded = 0;
  let down = 0;
  lost.forEach((chance, size) => {
    workersLost += chance * size;
    ofCustomer(size).forEach((share, own) => {
      if (own === 0) untouched += chance * share;
      else if (own === shard) down += chance * share;
      else degraded += chance * share;
    });
  });
  return { workersLost, untouched, degraded, down };
}

function certainly(size: number): Float64Array {
  const pmf = new Float64Array(size + 1);
  pmf[size] = 1;
  return pmf;
}

function requireShard(workers: number, shard: number): void {
  requireCount('number of workers', workers, 1);
  requireCount('shard size', shard, 1);
  if (shard > workers) throw new RangeError(`shard size must be at most ${workers}, not ${shard}`);
}
