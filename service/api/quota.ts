import { LRUCache } from 'lru-cache';
import type { Identity } from '../contracts/identity.ts';
import type { UsageStore } from '../contracts/usage.ts';
import type { Logger } from '../shared/log.ts';
import { Refusal } from '../shared/problem.ts';

export interface QuotaOptions {
  /** Customers that are remembered. */
  readonly entries: number;
  /** Seconds after which a customer's usage is read again. */
  readonly refresh: number;
  /** Without it only rates are limited. */
  readonly store?: Pick<UsageStore, 'total'> | undefined;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

export interface Quotas {
  /**
   * Takes one request from the customer's quota; returns how to give it back where it was not served, any number of
   * times. Throws a Refusal with 429 and Retry-After where none is left.
   */
  take(identity: Identity): () => void;
}

interface Bucket {
  tokens: number;
  at: number;
}

interface Month {
  readonly begin: number;
  /** Requests that the store knows of. */
  known: number;
  /** Requests that this server served or works on, of which no reading of the store knows yet. */
  since: number;
  /** Those of them from before the newest reading began. */
  before: number;
  /** Number of the newest reading, and of the newest that succeeded. */
  begun: number;
  succeeded: number;
  readAt: number;
  reading: boolean;
}

/**
 * The quota of a customer: a token bucket for requests a second, and the month's requests as the usage store knows
 * them. The store is never waited for: the first request of a customer and all during an outage are decided on what
 * is known, so the monthly bound is soft by the age of usage, and the store can be away without refusing anybody.
 * The store counts what was served, and so does this: failures are given back, and a refusal reads the store too.
 */
export function createQuotas(options: QuotaOptions): Quotas {
  const { now = Date.now } = options;
  const buckets = new LRUCache<string, Bucket>({ max: options.entries });
  const months = new LRUCache<string, Month>({ max: options.entries });
  return {
    take({ customer, quota }) {
      const time = now();
      const month = monthOf(months, customer, time);
      try {
        if (options.store) checkMonth(month, quota.requestsPerMonth, time);
        takeToken(buckets, customer, quota.requestsPerSecond, time);
        return takePlace(month);
      } finally {
        refresh(month, customer, time, options);
      }
    },
  };
}

/** The bucket holds one second of requests, at least one. */
function takeToken(buckets: LRUCache<string, Bucket>, customer: string, rate: number, time: number): void {
  const size = Math.max(1, rate);
  const bucket = buckets.get(customer) ?? { tokens: size, at: time };
  const elapsed = Math.max(0, time - bucket.at) / 1000;
  bucket.tokens = Math.min(size, bucket.tokens + elapsed * rate);
  bucket.at = time;
  buckets.set(customer, bucket);
  if (bucket.tokens < 1) {
    const wait = rate > 0 ? Math.ceil((1 - bucket.tokens) / rate) : 3600;
    throw new Refusal(429, 'rate-exceeded', `more than ${rate} requests a second`, { 'retry-after': wait });
  }
  bucket.tokens -= 1;
}

function monthOf(months: LRUCache<string, Month>, customer: string, time: number): Month {
  const begin = beginOfMonth(time);
  const found = months.get(customer);
  if (found?.begin === begin) return found;
  const counts = { known: 0, since: 0, before: 0, begun: 0, succeeded: 0 };
  const month = { begin, ...counts, readAt: Number.NEGATIVE_INFINITY, reading: false };
  months.set(customer, month);
  return month;
}

function checkMonth(month: Month, most: number, time: number): void {
  if (month.known + month.since < most) return;
  const wait = Math.ceil((beginOfMonth(month.begin + 32 * 86_400_000) - time) / 1000);
  throw new Refusal(429, 'quota-exceeded', `more than ${most} requests in this month`, {
    'retry-after': wait,
  });
}

/** Returns how to give the place back. */
function takePlace(month: Month): () => void {
  const { begun } = month;
  let taken = true;
  month.since += 1;
  return () => {
    // What was there when the store was read went out with what the store says.
    if (taken && begun >= month.succeeded) {
      month.since -= 1;
      if (begun < month.begun) month.before -= 1;
    }
    taken = false;
  };
}

/** Reads the month's usage in the background where what is known is old. */
function refresh(
  month: Month,
  customer: string,
  time: number,
  { store, refresh, logger }: QuotaOptions,
): void {
  if (!store || month.reading || time - month.readAt < refresh * 1000) return;
  month.reading = true;
  month.readAt = time;
  month.begun += 1;
  month.before = month.since;
  store
    .total(customer, month.begin, beginOfMonth(month.begin + 32 * 86_400_000))
    .then(({ requests }) => {
      // Late rows only add, so what was known is never too much; what came in meanwhile is not in it yet.
      month.known = Math.max(month.known, requests);
      month.since -= month.before;
      month.succeeded = month.begun;
    })
    .catch((error: unknown) =>
      logger.warn({ err: error }, 'usage is not readable; quotas go by what is known'),
    )
    .finally(() => {
      month.reading = false;
    });
}

/** First millisecond of the calendar month in UTC. */
function beginOfMonth(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
