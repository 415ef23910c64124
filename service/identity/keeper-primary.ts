import pg from 'pg';
import type { PostgresAddress } from './database-postgres.ts';
import type { Lease } from './keeper-lease.ts';
import type { Postgres } from './keeper-postgres.ts';
import { type LeaseRecord, type SyncStep, syncStep } from './keeper-rules.ts';

export interface SyncOptions {
  readonly postgres: Postgres;
  readonly lease: Lease;
  readonly me: string;
  /** The other node. */
  readonly standby: string;
  /** Milliseconds for which a standby may be gone before commits stop waiting for it. */
  readonly patience: number;
  readonly log: (step: SyncStep) => void;
}

/** Who waits for whom, on a primary. */
export interface Synchrony {
  /** The standbys that the configuration is to wait for now, given what the witness has recorded. */
  waitFor(record: LeaseRecord): readonly string[];
  /** Looks at the standby and takes the next step; true where the configuration must be written anew. */
  step(record: LeaseRecord): Promise<boolean>;
  /** The primary is down: what was seen of the standby counts no more; whom commits wait for stays. */
  rest(): void;
}

interface Look {
  readonly state: string | null;
  readonly sync: string | null;
  readonly now: string;
  readonly flushed: boolean | null;
  /** Whether the checkpointer, through which a new setting begins to hold, is at a place where it has read it. */
  readonly settled: boolean | null;
}

/** Brings the standby into synchrony and lets it go, in the order that keeps the witness's record true. */
export function createSynchrony({ postgres, lease, me, standby, patience, log }: SyncOptions): Synchrony {
  let waiting = false;
  let streamedAt = performance.now();
  let noted: string | undefined;
  let confirmedLooks = 0;

  const look = async (): Promise<boolean> => {
    const [row] = await postgres.ask<Look>(
      `select state, sync_state as sync, pg_current_wal_flush_lsn()::text as now,
         flush_lsn >= $2::pg_lsn as flushed,
         (select wait_event in ('CheckpointerMain', 'CheckpointWriteDelay') from pg_stat_activity
           where backend_type = 'checkpointer') as settled
       from (select 1) as one left join pg_stat_replication on application_name = $1`,
      [standby, noted ?? '0/0'],
    );
    const streaming = row?.state === 'streaming';
    if (streaming) streamedAt = performance.now();
    const waitedFor = streaming && waiting && row.sync === 'sync' && row.settled === true;
    // Commits after `noted` wait. Those before it may not have: it is in sync once it has flushed them as well.
    confirmedLooks = waitedFor && noted !== undefined && row.flushed === true ? confirmedLooks + 1 : 0;
    noted = waitedFor ? row.now : undefined;
    return streaming;
  };

  const recordInSync = (inSync: readonly string[]) =>
    lease.change((old) => (old.holder === me ? { ...old, inSync } : undefined));

  return {
    waitFor(record) {
      waiting ||= record.inSync.includes(standby);
      return waiting ? [standby] : [];
    },
    async step(record) {
      const streaming = await look();
      const goneFor = performance.now() - streamedAt;
      const step = syncStep(record.inSync, {
        standby,
        streaming,
        waitedFor: waiting,
        confirmedLooks,
        goneFor,
        patience,
      });
      if (step === 'nothing') return false;
      log(step);
      switch (step) {
        case 'wait-for-it':
          waiting = true;
          return true;
        case 'stop-waiting':
          // What was seen last may be too old: the witness may have taken "in sync" though its answer was lost, or that
          // write may still be on its way. It is true only after a write of our own, with which the late one conflicts.
          if (!(await recordInSync([]))) return false;
          waiting = false;
          return true;
        case 'record-in-sync':
          await recordInSync([standby]);
          return false;
        case 'record-out-of-sync':
          await recordInSync([]);
          return false;
      }
    },
    rest() {
      [streamedAt, noted, confirmedLooks] = [performance.now(), undefined, 0];
    },
  };
}

/** Makes the role and the database of the management plane, where they are missing. */
export async function createApplication(
  postgres: Postgres,
  { user, database }: PostgresAddress,
  password: string,
): Promise<void> {
  const [role, base] = [pg.escapeIdentifier(user), pg.escapeIdentifier(database)];
  const roles = await postgres.ask('select 1 from pg_roles where rolname = $1', [user]);
  if (roles.length === 0) {
    await postgres.ask(`create role ${role} login password ${pg.escapeLiteral(password)}`);
  }
  const bases = await postgres.ask('select 1 from pg_database where datname = $1', [database]);
  if (bases.length === 0) await postgres.ask(`create database ${base} owner ${role}`);
}
