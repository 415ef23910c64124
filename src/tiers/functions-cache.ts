import { ttlCache } from '../models/queueing/cache.ts';
import { distinctItems } from '../models/queueing/distinct.ts';
import type { SheetFunction } from '../sheet/types.ts';
import type { Traffic } from './functions-mix.ts';

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
  {
    name: 'distinctUsersMean',
    meaning:
      'different users that are seen within a window, mean over the hours of a day with the given peak rate',
    parameters: ['object:traffic', ...parameters],
    result: 'user',
    evaluate: ({ hourly }: Traffic, peakRate: number, items: number, zipfExponent: number, window: number) =>
      hourly.reduce((sum, share) => sum + seen(peakRate * share, items, zipfExponent, window), 0) /
      hourly.length,
  },
];

/** An hour without traffic sees nobody. */
function seen(requestRate: number, items: number, zipfExponent: number, window: number): number {
  return requestRate === 0 ? 0 : distinctItems({ requestRate, items, zipfExponent, window });
}
