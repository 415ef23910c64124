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
  /** Milliseconds without streaming, and then again from a primary that answers: the files are taken for unusable. */
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
  let answersSince: number | undefined;
  let refused = false;

  const countAnew = () => {
    [streamedAt, answersSince] = [performance.now(), undefined];
  };

  const isStreaming = async () => {
    const rows = await postgres
      .ask("select 1 from pg_stat_wal_receiver where status = 'streaming'")
      .catch(() => []);
    return rows.length > 0;
  };

  /**
   * Whether a standby's files cannot follow. A primary that was away says nothing about them, and to follow it takes a
   * moment once it is back: so it is asked late, and they have as much time again from its first answer on.
   */
  const areUnusable = async (holder: KeptNode) => {
    if (await isStreaming()) {
      countAnew();
      return false;
    }
    if (performance.now() - streamedAt < patience) return false;
    answersSince = (await postgres.isPrimary(holder)) ? (answersSince ?? performance.now()) : undefined;
    return answersSince !== undefined && performance.now() - answersSince >= patience;
  };

  /**
   * A primary with another database than ours began anew, as a node without files does where the witness lost its
   * record. Then what is here may be the only copy of what customers have.
   */
  const mayReplace = async (holder: KeptNode) => {
    const may = postgres.files.data() === 'none' || (await postgres.isRelated(holder));
    if (!may && !refused) {
      logger.error(
        { from: holder.node, folder: postgres.files.folder },
        'the primary has another database than this node, which keeps its files and does not follow: find out which ' +
          'of the two is wanted; where it is that of the primary, stop this keeper, move this folder away and start it',
      );
    }
    refused = !may;
    return may;
  };

  const clone = async (holder: KeptNode) => {
    if (!(await mayReplace(holder))) return;
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
    countAnew();
  };

  return async (holder) => {
    const { files } = postgres;
    if (files.data() !== 'standby') {
      if (await postgres.isPrimary(holder)) await clone(holder);
      if (files.data() !== 'standby') return;
    }
    const changed = await files.configure(settings(holder));
    if (!postgres.alive()) {
      countAnew();
      return postgres.start();
    }
    if (changed) await postgres.reload();
    if (await areUnusable(holder)) await clone(holder);
  };
}
