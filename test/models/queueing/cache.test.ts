import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TtlCacheInput, ttlCache, ttlCacheHitRatio } from '../../../src/models/queueing/cache.ts';
import { smoothSum } from '../../../src/models/queueing/series.ts';
import { uniform } from './simulation.ts';

describe('a TTL cache under Zipf popularity', () => {
  it.each([
    { requestRate: 3333, items: 100_000, zipfExponent: 1, ttl: 60 },
    { requestRate: 10, items: 50_000, zipfExponent: 0.8, ttl: 300 },
    { requestRate: 1e6, items: 20_000, zipfExponent: 1.5, ttl: 10 },
    { requestRate: 100, items: 30_000, zipfExponent: 0, ttl: 60 },
    { requestRate: 5, items: 200_000, zipfExponent: 4, ttl: 1 },
    { requestRate: 50, items: 40, zipfExponent: 1, ttl: 1 },
  ])('agrees with the plain sum over $items items of exponent $zipfExponent', (input) => {
    const plain = plainSums(input);
    const cache = ttlCache(input);
    expect(Math.abs(cache.hitRatio / plain.hitRatio - 1)).toBeLessThan(1e-9);
    expect(Math.abs(cache.missRate / plain.missRate - 1)).toBeLessThan(1e-9);
    expect(Math.abs(cache.itemsHeld / plain.itemsHeld - 1)).toBeLessThan(1e-9);
  });

  it('hits as often as a simulated cache whose entries expire', () => {
    const input = { requestRate: 50, items: 200, zipfExponent: 1, ttl: 2 };
    expect(Math.abs(ttlCacheHitRatio(input) - simulatedHitRatio(input, 400_000))).toBeLessThan(0.004);
  });

  it('splits requests into hits and misses, and hits more with a longer time to live', () => {
    const input = fc.record({
      requestRate: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
      items: fc.integer({ min: 1, max: 10_000_000 }),
      zipfExponent: fc.double({ min: 0, max: 2, noNaN: true }),
      ttl: fc.double({ min: 0, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(input, fc.double({ min: 1, max: 100, noNaN: true }), (cache, longer) => {
        const { hitRatio, missRate, itemsHeld } = ttlCache(cache);
        expect(hitRatio + missRate / cache.requestRate).toBeCloseTo(1, 9);
        expect(itemsHeld).toBeLessThanOrEqual(cache.items * (1 + 1e-9));
        expect(ttlCacheHitRatio({ ...cache, ttl: cache.ttl * longer })).toBeGreaterThanOrEqual(
          hitRatio * (1 - 1e-9),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has no hits without a time to live and refuses impossible input', () => {
    const input = { requestRate: 10, items: 100, zipfExponent: 1, ttl: 0 };
    expect(ttlCacheHitRatio(input)).toBe(0);
    expect(() => ttlCache({ ...input, ttl: -1 })).toThrow(/time to live/);
    expect(() => ttlCache({ ...input, items: 0 })).toThrow(/items/);
    expect(() => ttlCache({ ...input, zipfExponent: 5 })).toThrow(/Zipf/);
    expect(() => ttlCache({ ...input, requestRate: 0 })).toThrow(/request rate/);
  });
});

describe('the smooth summation', () => {
  it('gives the partial zeta sum of ten million terms', () => {
    // ζ(2) less the tail 1/N - 1/(2N²) + 1/(6N³).
    const n = 10_000_000;
    const expected = Math.PI ** 2 / 6 - 1 / n + 1 / (2 * n * n);
    expect(Math.abs(smoothSum((i) => 1 / (i * i), 1, n) / expected - 1)).toBeLessThan(1e-13);
  });
});

function plainSums({ requestRate, items, zipfExponent, ttl }: TtlCacheInput) {
  let total = 0;
  for (let i = 1; i <= items; i += 1) total += i ** -zipfExponent;
  let hits = 0;
  let misses = 0;
  let held = 0;
  for (let i = 1; i <= items; i += 1) {
    const rate = (requestRate * i ** -zipfExponent) / total;
    hits += (rate * rate * ttl) / (1 + rate * ttl);
    misses += rate / (1 + rate * ttl);
    held += (rate * ttl) / (1 + rate * ttl);
  }
  return { hitRatio: hits / requestRate, missRate: misses, itemsHeld: held };
}

function simulatedHitRatio(
  { requestRate, items, zipfExponent, ttl }: TtlCacheInput,
  requests: number,
): number {
  const random = uniform(99);
  const cumulative: number[] = [];
  for (let i = 1, sum = 0; i <= items; i += 1) {
    sum += i ** -zipfExponent;
    cumulative.push(sum);
  }
  const validUntil = new Float64Array(items);
  let now = 0;
  let hits = 0;
  for (let n = 0; n < requests; n += 1) {
    now -= Math.log(1 - random()) / requestRate;
    const u = random() * (cumulative.at(-1) as number);
    const item = cumulative.findIndex((sum) => sum > u);
    if ((validUntil[item] as number) > now) hits += 1;
    else validUntil[item] = now + ttl;
  }
  return hits / requests;
}
