/**
 * What the witness remembers about the management plane. It changes only by compare-and-swap, so all nodes see its
 * states in one order.
 */
export interface LeaseRecord {
  /** The node that may be primary; empty where it gave the lease back. */
  readonly holder: string;
  /** The node that was primary last: it has every acknowledged commit. */
  readonly last: string;
  /** Standbys that have every acknowledged commit, because the primary waits for them. */
  readonly inSync: readonly string[];
  /** Whether there ever was a database; before that, and only then, the holder makes an empty one. */
  readonly initialised: boolean;
  /** Counts how often the lease went to another node. */
  readonly term: number;
}

/** What a node has on its disk: a standby's files say that they follow; a primary's may have commits of their own. */
export type Data = 'none' | 'primary' | 'standby';

export interface Situation {
  readonly me: string;
  readonly data: Data;
  /** Undefined where the witness has no record at all. */
  readonly record: LeaseRecord | undefined;
  /** For how long this node has seen the record unchanged, by its own clock, in milliseconds. */
  readonly unchangedFor: number;
  /** Milliseconds after which a lease that was not renewed is free. */
  readonly lease: number;
}

/**
 * The record to write in order to become the holder; undefined where this node may not.
 *
 * A node may take the lease when it is free, and only if it surely has every acknowledged commit: it was the last
 * primary, or the primary waited for it. The time counts on the clock of the one who waits, from when it first saw the
 * record, which is after it was written; no clocks are compared.
 */
export function claim({ me, data, record, unchangedFor, lease }: Situation): LeaseRecord | undefined {
  if (!record) {
    // The first node ever. With files on the disk there was a record, and the witness has lost it: people must look.
    return data === 'none' ? { holder: me, last: me, inSync: [], initialised: false, term: 1 } : undefined;
  }
  const free = record.holder === '' || record.holder === me || unchangedFor >= lease;
  if (!free) return undefined;
  if (record.last === me) {
    if (data === 'none' && record.initialised) return undefined;
    return { ...record, holder: me, term: record.holder === me ? record.term : record.term + 1 };
  }
  if (!record.inSync.includes(me) || data !== 'standby') return undefined;
  return { ...record, holder: me, last: me, inSync: [], term: record.term + 1 };
}

/** One look at the standby from the primary. */
export interface StandbyView {
  readonly standby: string;
  /** Whether it is connected and has caught up enough to stream. */
  readonly streaming: boolean;
  /** Whether the primary's setting makes commits wait for it. */
  readonly waitedFor: boolean;
  /** Whether PostgreSQL says that it is the one that commits wait for, for how many looks, all flushed in between. */
  readonly confirmedLooks: number;
  /** Milliseconds for which it has not been streaming. */
  readonly goneFor: number;
  /** Milliseconds after which commits stop waiting for it. */
  readonly patience: number;
}

export type SyncStep = 'wait-for-it' | 'record-in-sync' | 'record-out-of-sync' | 'stop-waiting' | 'nothing';

/**
 * The next step towards a standby that commits wait for. The order keeps the record true at every moment: commits wait
 * before the record says in sync, and the record says out of sync before they stop.
 */
export function syncStep(inSync: readonly string[], view: StandbyView): SyncStep {
  const recorded = inSync.includes(view.standby);
  if (recorded) {
    if (!view.waitedFor) return 'wait-for-it';
    return !view.streaming && view.goneFor >= view.patience ? 'record-out-of-sync' : 'nothing';
  }
  if (!view.streaming) return view.waitedFor ? 'stop-waiting' : 'nothing';
  if (!view.waitedFor) return 'wait-for-it';
  return view.confirmedLooks >= 2 ? 'record-in-sync' : 'nothing';
}
