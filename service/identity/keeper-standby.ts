import type { KeptNode } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Settings } from './keeper-files.ts';
import type { Lease } from './keeper-lease.ts';
import type { Postgres } from './keeper-postgres.ts';

export interface FollowOptions {
  readonly postgres: Postgres;
  readonly lease: Lease;
  readonly me: string;
  readonly settings: (holder: KeptNode) => Settings;
  /** Milliseconds without streaming from a primary that answers, after which the files are taken for unusable. */
  readonly patience: number;
  /** Seconds in which PostgreSQL is stopped. */
  readonly stopTime: number;
  readonly logger: Logger;
}

/** One turn of being the standby of the holder. */
export type Follow = (holder: KeptNode) => Promise<void>;

export function createFollow(options: FollowOptions): Follow {
  const { postgres, lease, me, settings, patience, stopTime, logger } = options;
  let streamedAt = performance.now();

  const isStreaming = async () => {
    const rows = await postgres
      .ask("select 1 from pg_stat_wal_receiver where status = 'streaming'")
      .catch(() => []);
    return rows.length > 0;
  };

  const clone = async (holder: KeptNode) => {
    // A copy does not have everything until it has caught up: it must not be promoted on what the old files had.
    const without = await lease.change((old) => ({
      ...old,
      inSync: old.inSync.filter((each) => each !== me),
    }));
    if (!without) return;
    logger.warn({ from: holder.node }, 'copying the database from the primary');
    await postgres.stop(stopTime);
    await postgres.clone(holder);
    logger.info({ from: holder.node }, 'copied');
    streamedAt = performance.now();
  };

  return async (holder) => {
    const { files } = postgres;
    if (files.data() !== 'standby') {
      if (await postgres.isPrimary(holder)) await clone(holder);
      if (files.data() !== 'standby') return;
    }
    const changed = await files.configure(settings(holder));
    if (!postgres.alive()) {
      streamedAt = performance.now();
      return postgres.start();
    }
    if (changed) await postgres.reload();
    if (await isStreaming()) {
      streamedAt = performance.now();
    } else if (performance.now() - streamedAt >= patience && (await postgres.isPrimary(holder))) {
      await clone(holder);
    }
  };
}
