import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { LeaseStore } from './keeper-lease.ts';
import type { LeaseRecord } from './keeper-rules.ts';

/** One question, in milliseconds; a server that hangs must not use up the lease. */
const timeout = 1500;

const bucket = 'headroom_identity';
const key = 'primary';

/** JetStream's codes for a compare-and-swap that lost. */
const conflicts = [10_071, 10_164];

/**
 * The lease in a key-value bucket of NATS JetStream, replicated over three nodes by Raft: a write is answered once a
 * majority has it, and one whose expected revision is not the last is refused. Connects in the background.
 */
export function openNatsLease(url: string, replicas: number): LeaseStore {
  const opening = new AbortController();
  let opened: Promise<{ kv: KV; end: () => Promise<void> }> | undefined;

  const open = async () => {
    const connection = await connect({
      name: 'headroom-keeper',
      servers: url.split(',').map((each) => each.trim()),
      timeout,
      // The client's own defaults would notice a hung server after four minutes.
      pingInterval: 1000,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 150,
    });
    try {
      const kvm = new Kvm(jetstream(connection, { timeout }));
      // Reads go to the leader, not to any replica: an old record would only cost a lost write, but often.
      const kv = await kvm.create(bucket, { replicas, history: 1, timeout, allow_direct: false });
      return { kv, end: () => connection.close() };
    } catch (error) {
      await connection.close();
      throw error;
    }
  };
  const bound = async () => {
    if (opening.signal.aborted) throw new Error('closed');
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return (await opened).kv;
  };

  return {
    async read() {
      const entry = await within((await bound()).get(key));
      if (entry?.operation !== 'PUT') return undefined;
      return { record: entry.json<LeaseRecord>(), revision: entry.revision };
    },
    async write(record, revision) {
      const kv = await bound();
      const text = JSON.stringify(record);
      try {
        return await within(
          revision === undefined ? kv.create(key, text) : kv.update(key, text, revision, timeout),
        );
      } catch (error) {
        if (error instanceof JetStreamApiError && conflicts.includes(error.code)) return undefined;
        throw error;
      }
    },
    async close() {
      opening.abort();
      const end = await opened?.then(
        ({ end }) => end,
        () => undefined,
      );
      await end?.();
    },
  };
}

/** Twice the client's own timeout, for what has none. The outcome of what took longer is not known. */
async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the witness did not answer')), 2 * timeout);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
