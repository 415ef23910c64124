import { requireCount, requireProbability } from './ranges.ts';

/** The recursion takes about m^5/20 steps; at this size that is some tenths of a second. */
const largestGroup = 64;

/**
 * Distribution of the number of members down, f(0..n), when independent events each take one set of members.
 *
 * eventProbabilities: Q_k, the chance of the event that takes one given set of k of the m members, k = 1..m. Looks at n
 * of the m members (n <= m). Members are taken in one by one: the events that take the first member form the same
 * problem among the others with sets smaller by one, those that spare it the same problem among the others; the two
 * independent random sets are united by the hypergeometric distribution. All terms are positive, so no digits are
 * lost where inclusion and exclusion would cancel. Exact.
 * Throws a RangeError for more than 64 members, n outside 1..m, or a probability outside [0, 1].
 */
export function subsetFailures(eventProbabilities: readonly number[], n: number): Float64Array {
  const m = eventProbabilities.length;
  requireCount('number of members', n, 1);
  if (m > largestGroup) throw new RangeError(`group size must be at most ${largestGroup}, not ${m}`);
  if (n > m) throw new RangeError(`number of members must be at most ${m}, not ${n}`);
  for (const event of eventProbabilities) requireProbability('probability of an event', event);
  const all = unionSizes(eventProbabilities);
  return n === m ? all : lookAtSome(all, n);
}

/** Distribution of the size of the union of all events among all m members. */
function unionSizes(events: readonly number[]): Float64Array {
  const m = events.length;
  // One row for each number of members that all sets of the row already contain, from m - 1 down to 0.
  let deeper: Float64Array[] = [];
  for (let contained = m; contained >= 0; contained -= 1) {
    const row: Float64Array[] = [Float64Array.of(1)];
    for (let others = 1; others <= m - contained; others += 1) {
      const spared = row[others - 1] as Float64Array;
      const withFirst = deeper[others - 1] as Float64Array;
      row.push(addMember(spared, withFirst, events[contained] as number));
    }
    deeper = row;
  }
  return deeper[m] as Float64Array;
}

/**
 * One more member joins.
 *
 * spared: sizes of the union of the events without it; withIt: sizes, among the others, of the union of the events with
 * it and at least one other; alone: chance of the event that takes only it.
 */
function addMember(spared: Float64Array, withIt: Float64Array, alone: number): Float64Array {
  const others = spared.length - 1;
  const result = new Float64Array(others + 2);
  for (let u = 0; u <= others; u += 1) {
    const first = withIt[u] as number;
    if (first === 0) continue;
    for (let v = 0; v <= others; v += 1) {
      const both = first * (spared[v] as number);
      if (both === 0) continue;
      const overlaps = overlapSizes(others, u, v);
      overlaps.forEach((chance, overlap) => {
        const size = u + v - overlap;
        const mass = both * chance;
        if (u > 0) result[size + 1] = (result[size + 1] as number) + mass;
        else {
          result[size] = (result[size] as number) + (1 - alone) * mass;
          result[size + 1] = (result[size + 1] as number) + alone * mass;
        }
      });
    }
  }
  return result;
}

/**
 * Distribution of the overlap of a random set of k with a fixed set of d among n: C(d,j) C(n-d,k-j) / C(n,k), j = 0..min.
 *
 * Starts from 1 at the smallest possible overlap and goes up by ratios, then normalises; positive terms.
 * Throws a RangeError unless 0 <= k, d <= n.
 */
export function overlapSizes(n: number, k: number, d: number): Float64Array {
  requireCount('number of items', n);
  requireCount('size of a set', Math.min(k, d));
  if (Math.max(k, d) > n) throw new RangeError(`size of a set must be at most ${n}, not ${Math.max(k, d)}`);
  const least = Math.max(0, k + d - n);
  const most = Math.min(k, d);
  const pmf = new Float64Array(most + 1);
  let value = 1;
  let sum = 1;
  pmf[least] = 1;
  for (let j = least; j < most; j += 1) {
    value *= ((d - j) / (j + 1)) * ((k - j) / (n - d - k + j + 1));
    pmf[j + 1] = value;
    sum += value;
  }
  return pmf.map((entry) => entry / sum);
}

function lookAtSome(all: Float64Array, n: number): Float64Array {
  const m = all.length - 1;
  const some = new Float64Array(n + 1);
  all.forEach((chance, down) => {
    overlapSizes(m, n, down).forEach((share, seen) => {
      some[seen] = (some[seen] as number) + chance * share;
    });
  });
  return some;
}
