/** A source of uniform numbers in [0, 1); the same seed gives the same numbers on every platform. */
export type Random = () => number;

/**
 * Uniform pseudo-random numbers of 32 bits from a seed: the mulberry32 generator (T. Ettinger, public domain),
 * integer arithmetic only, so that it does not depend on a mathematical library. Period 2^32.
 * @throws RangeError if the seed is not an integer from 0 to 2^32 - 1.
 */
export function seededRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`seed must be an integer from 0 to 4294967295, got ${seed}`);
  }
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A seed for a part of the work, derived from the seed of the whole (Fibonacci hashing of the part's number).
 */
export function derivedSeed(seed: number, part: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(part + 1, 0x9e3779b1)) >>> 0;
}
