import { ttlCache } from '../models/queueing/cache.ts';
import { distinctItems } from '../models/queueing/distinct.ts';
import type { SheetFunction } from '../sheet/types.ts';

const parameters = ['req/s', 'user', '1', 's'] as const;

/** Caches with a time to live under a Zipf popularity of users. */
export const cacheFunctions: readonly SheetFunction[] = [
  {
    name: 'ttlHitRatio',
    meaning: 'share of requests that a cache with a time to live answers',
    parameters,
    result: '1',
    evaluate: (requestRate: number, items: number, zipfExponent: number, ttl: number) =>
      ttlCache({ requestRate, items, zipfExponent, ttl }).hitRatio,
  },
  {
    name: 'ttlEntries',
    meaning: 'entries that such a cache holds on average',
    parameters,
    result: 'user',
    evaluate: (requestRate: number, items: number, zipfExponent: number, ttl: number) =>
      ttlCache({ requestRate, items, zipfExponent, ttl }).itemsHeld,
  },
  {
    name: 'distinctUsers',
    meaning: 'different users that are seen within a window',
    parameters,
    result: 'user',
    evaluate: (requestRate: number, items: number, zipfExponent: number, window: number) =>
      distinctItems({ requestRate, items, zipfExponent, window }),
  },
];
