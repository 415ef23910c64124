import { claim, type Data, type LeaseRecord } from './keeper-rules.ts';

/** Where the lease is kept: a quorum store with compare-and-swap. */
export interface LeaseStore {
  /** Throws where no quorum answers. May be behind; a write on what is behind then conflicts. */
  read(): Promise<LeaseEntry | undefined>;
  /** Writes if the record is still at `revision` (undefined: does not exist); otherwise undefined. Throws as `read`. */
  write(record: LeaseRecord, revision: number | undefined): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface LeaseEntry {
  readonly record: LeaseRecord;
  readonly revision: number;
}

/** Milliseconds. `steady` never jumps but may stop while a machine sleeps; `wall` may jump but does not stop. */
export interface Clock {
  readonly steady: () => number;
  readonly wall: () => number;
}

export interface LeaseOptions {
  readonly store: LeaseStore;
  readonly me: string;
  readonly data: () => Data;
  /** Milliseconds after its last confirmed renewal after which the holder gives up. */
  readonly detection: number;
  /** Milliseconds in which it then stops its database; only after both is the lease free for others. */
  readonly fencing: number;
  readonly clock?: Clock;
}

/**
 * A node's view of the lease. Safe against delays, lost answers and pauses: a renewal counts from when it was sent, so
 * the holder gives up before anybody who saw that renewal can have waited long enough.
 */
export interface Lease {
  /** Renews as the holder; otherwise looks, and takes the lease where the rules allow it. Never throws. */
  tick(): Promise<void>;
  /** Whether this node may be primary at this moment. */
  holds(): boolean;
  /** What was seen last; undefined where nothing was. */
  record(): LeaseRecord | undefined;
  /** Whether the witness answered since the start. */
  seen(): boolean;
  /**
   * Changes the record as it is at that moment; `update` says undefined where it no longer applies. False where the
   * change is not known to be made.
   */
  change(update: (record: LeaseRecord) => LeaseRecord | undefined): Promise<boolean>;
}

const machineClock: Clock = { steady: () => performance.now(), wall: () => Date.now() };

export function createLease(options: LeaseOptions): Lease {
  const { store, me, data, detection, fencing, clock = machineClock } = options;
  let entry: LeaseEntry | undefined;
  let seen = false;
  let seenAt = 0;
  let confirmed: { readonly steady: number; readonly wall: number } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const now = () => ({ steady: clock.steady(), wall: clock.wall() });
  const holds = () => {
    if (!confirmed) return false;
    const { steady, wall } = now();
    return Math.max(steady - confirmed.steady, wall - confirmed.wall) < detection;
  };

  const look = async () => {
    const found = await store.read();
    if (!seen || found?.revision !== entry?.revision) seenAt = clock.steady();
    seen = true;
    entry = found;
    if (found?.record.holder !== me) confirmed = undefined;
  };

  /** True where the witness took it. Whatever was sent before counts from its sending. */
  const write = async (record: LeaseRecord): Promise<boolean> => {
    const sent = now();
    const revision = await store.write(record, entry?.revision);
    if (revision === undefined) return false;
    entry = { record, revision };
    seenAt = clock.steady();
    if (record.holder === me) confirmed = sent;
    else confirmed = undefined;
    return true;
  };

  const renewOrTake = async () => {
    if (holds() && entry && (await write(entry.record))) return;
    await look();
    const still = holds() && entry?.record.holder === me;
    const wanted = still
      ? entry?.record
      : claim({
          me,
          data: data(),
          record: entry?.record,
          unchangedFor: clock.steady() - seenAt,
          lease: detection + fencing,
        });
    if (wanted) await write(wanted);
  };

  /** One after another: each builds on what the one before has seen. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  };

  return {
    tick: () => inTurn(renewOrTake).catch(() => {}),
    holds,
    record: () => entry?.record,
    seen: () => seen,
    change: (update) =>
      inTurn(async () => {
        for (let attempt = 0; attempt < 3; attempt += 1) {
          const changed = entry && update(entry.record);
          if (!changed) return false;
          if (await write(changed)) return true;
          await look();
        }
        return false;
      }).catch(() => false),
  };
}
