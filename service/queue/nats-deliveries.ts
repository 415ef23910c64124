import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { retry } from '../shared/backoff.ts';
import { isTransient, tryWaits } from './nats-connection.ts';

/** What is known of the deliveries of one message; JetStream itself knows only how many there were. */
export interface MessageRecord {
  /** Deliveries of which a worker told the end: it handed the job back, or a process died over it. */
  readonly told: number;
  /** Their numbers; those are missing that were told before numbers were kept. */
  readonly numbers?: readonly number[];
  /** Deliveries that ended in silence, as far as somebody met the message again since. */
  readonly silent: number;
}

/** What is known of a job, over all messages with which it was published. */
export interface DeliveryRecord {
  readonly deaths: number;
  /** Why it was set aside, where it was. */
  readonly aside?: string;
  /** By the place of the message. */
  readonly messages: Readonly<Record<string, MessageRecord>>;
}

export interface DeliveryRecords {
  find(id: string): Promise<DeliveryRecord>;
  /**
   * Changes the record of a job, and returns it as it is then. `next` is asked again where another one was faster, and
   * where nobody said that the change was stored: so it must know a change of its own again, and return the same record.
   */
  change(id: string, next: (record: DeliveryRecord) => DeliveryRecord): Promise<DeliveryRecord>;
}

const none: DeliveryRecord = { deaths: 0, messages: {} };

/** Records over all workers, in a replicated bucket; `patience` in milliseconds, then the last error is thrown. */
export function createDeliveryRecords(bucket: KV, patience: number): DeliveryRecords {
  const read = async (id: string) => {
    const entry = await bucket.get(keyOf(id));
    return entry?.operation === 'PUT'
      ? { record: { ...none, ...entry.json<DeliveryRecord>() }, revision: entry.revision }
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
    change: (id, next) =>
      safely(async () => {
        const { record, revision } = await read(id);
        const changed = next(record);
        if (changed === record) return record;
        const value = JSON.stringify(changed);
        await (revision === 0 ? bucket.create(keyOf(id), value) : bucket.update(keyOf(id), value, revision));
        return changed;
      }),
  };
}

/** The record of a message in that of its job. */
export function messageIn({ messages }: DeliveryRecord, place: string): MessageRecord {
  return messages[place] ?? { told: 0, silent: 0 };
}

/** One delivery of a message, by its number, of which a worker told the end; the same record where it is known. */
export function withTold(record: DeliveryRecord, place: string, number: number): DeliveryRecord {
  const before = messageIn(record, place);
  const { told, numbers = [] } = before;
  if (numbers.includes(number)) return record;
  return withMessage(record, place, { ...before, told: told + 1, numbers: [...numbers, number] });
}

/** The same of one over which a process died. */
export function withDeath(record: DeliveryRecord, place: string, number: number): DeliveryRecord {
  const told = withTold(record, place, number);
  return told === record ? record : { ...told, deaths: record.deaths + 1 };
}

export function withMessage(record: DeliveryRecord, place: string, message: MessageRecord): DeliveryRecord {
  return { ...record, messages: { ...record.messages, [place]: message } };
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
