import { setTimeout as sleep } from 'node:timers/promises';
import type { IdentityStore } from '../contracts/identity.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Database } from './database.ts';
import { feedReplica } from './feed.ts';

export interface Feeder {
  /** Feeds at once instead of at the next turn. */
  wake(): void;
  close(): Promise<void>;
}

export interface FeederOptions {
  readonly database: Database;
  readonly replicas: readonly IdentityStore[];
  /** Seconds within which a change must be on every replica; fed four times as often. */
  readonly replicationLag: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Keeps the replicas up to date, each on its own, so that a slow one delays no other, and measures how far they lag. */
export function startFeeder({ database, replicas, replicationLag, logger, metrics }: FeederOptions): Feeder {
  const closing = new AbortController();
  const fedAt = replicas.map(() => Date.now());
  let waking = new AbortController();

  const measure = () => {
    const lag = fedAt.length === 0 ? 0 : (Date.now() - Math.min(...fedAt)) / 1000;
    metrics.set('headroom_identity_replication_lag_seconds', {}, Math.max(0, lag));
  };

  const keepFed = async (replica: IdentityStore, index: number) => {
    let failing = false;
    while (!closing.signal.aborted) {
      // Taken before the feed, so that what changes during it is fed at once. One signal, not any of two: Node 20 keeps a
      // trace of each combined one in `closing` for ever.
      const { signal } = waking;
      try {
        fedAt[index] = await feedReplica(database, replica);
        if (failing) logger.info({ replica: index }, 'the replica is fed again');
        failing = false;
      } catch (error) {
        if (!failing) logger.warn({ replica: index, err: error }, 'the replica cannot be fed; trying on');
        failing = true;
      }
      measure();
      // What is broken is not tried more often where many changes come.
      const until = failing ? closing.signal : signal;
      await sleep((replicationLag * 1000) / 4, undefined, { signal: until }).catch(() => {});
    }
  };

  measure();
  const running = replicas.map(keepFed);
  const wake = () => {
    waking.abort();
    waking = new AbortController();
  };
  return {
    wake,
    async close() {
      closing.abort();
      wake();
      await Promise.all(running);
    },
  };
}
