import { setTimeout as sleep } from 'node:timers/promises';
import { waitBefore } from '../shared/backoff.ts';
import type { RetryConfig } from '../shared/config-types.ts';
import type { Position } from './segment.ts';

/** Brings the log to one destination, batch after batch. */
export interface Shipper {
  /** Up to where the destination has everything. */
  position(): Position;
  /** Ships the next batch and returns its records, 0 where there is nothing. Safe to repeat after any failure. */
  ship(): Promise<number>;
}

export interface ShippingOptions {
  readonly shipper: Shipper;
  /** Seconds between batches. */
  readonly interval: number;
  readonly retry: RetryConfig;
  /** Told of each batch, and with 0 that there is nothing to ship. */
  readonly shipped: (records: number) => Promise<void>;
  /** True where what it needs is there now, so that it tries again at once. */
  readonly failed: (error: unknown) => Promise<boolean>;
}

export interface Shipping {
  /** Stops, after a last try to ship what is there. What does not go stays in the log for the next start. */
  finish(): Promise<void>;
  /** Stops without a last try. */
  stop(): Promise<void>;
}

/** Ships at an interval, and with growing waits while the destination is away, until it is stopped. */
export function startShipping({ shipper, interval, retry, shipped, failed }: ShippingOptions): Shipping {
  const stopped = new AbortController();
  let failures = 0;

  const shipAll = async (last: boolean): Promise<void> => {
    while (last || !stopped.signal.aborted) {
      const records = await shipper.ship();
      failures = 0;
      await shipped(records);
      if (records === 0) return;
    }
  };
  const attempt = async (last: boolean) => {
    for (;;) {
      try {
        return await shipAll(last);
      } catch (error) {
        failures += 1;
        if (!(await failed(error))) return;
      }
    }
  };
  const run = async () => {
    while (!stopped.signal.aborted) {
      const seconds = failures === 0 ? interval : waitBefore(failures, retry);
      await sleep(seconds * 1000, undefined, { signal: stopped.signal }).catch(() => undefined);
      await attempt(false);
    }
  };
  const running = run();
  const stop = async () => {
    stopped.abort();
    await running;
  };
  return {
    stop,
    finish: async () => {
      await stop();
      await attempt(true);
      // A full disk may have refused the first try; what shipping needs is free now.
      if (failures > 0) await attempt(true);
    },
  };
}
