import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { retry } from '../shared/backoff.ts';
import { isTransient, tryWaits } from './nats-connection.ts';

/** What is known of a job's earlier deliveries; JetStream itself knows only how many there were. */
export interface DeliveryRecord {
  readonly deaths: number;
  readonly handedBack: number;
}

export interface DeliveryRecords {
  find(id: string): Promise<DeliveryRecord>;
  /** Adds one, and returns the record as it is then. */
  add(id: string, kind: keyof DeliveryRecord): Promise<DeliveryRecord>;
}

const none: DeliveryRecord = { deaths: 0, handedBack: 0 };

/** Counts over all workers, in a replicated bucket; `patience` in milliseconds, then the last error is thrown. */
export function createDeliveryRecords(bucket: KV, patience: number): DeliveryRecords {
  const read = async (id: string) => {
    const entry = await bucket.get(keyOf(id));
    return entry?.operation === 'PUT'
      ? { record: entry.json<DeliveryRecord>(), revision: entry.revision }
      : { record: none, revision: entry?.revision ?? 0 };
  };
  const safely = <T>(work: () => Promise<T>) =>
    retry(work, {
      ...tryWaits,
      until: Date.now() + patience,
      transient: (error) => isTransient(error) || isOvertaken(error),
    });
  return {
    find: (id) => safely(async () => (await read(id)).record),
    add: (id, kind) =>
      safely(async () => {
        const { record, revision } = await read(id);
        const next = { ...record, [kind]: record[kind] + 1 };
        const value = JSON.stringify(next);
        await (revision === 0 ? bucket.create(keyOf(id), value) : bucket.update(keyOf(id), value, revision));
        return next;
      }),
  };
}

/** Somebody else wrote between our reading and our writing. */
function isOvertaken(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  const codes: readonly number[] = [
    JetStreamApiCodes.StreamWrongLastSequence,
    JetStreamApiCodes.StreamWrongLastSequenceUnknown,
  ];
  return codes.includes(error.code);
}

/** Keys allow fewer characters than ids have. */
function keyOf(id: string): string {
  return Buffer.from(id).toString('base64url');
}
