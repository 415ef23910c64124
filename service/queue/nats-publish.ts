import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Job } from '../contracts/job.ts';
import { QueueFull, QueueUnavailable } from '../contracts/queue.ts';
import { retry } from '../shared/backoff.ts';
import { isTransient, tryTimeout, tryWaits } from './nats-connection.ts';

export interface Message {
  readonly subject: string;
  /** Deduplicates, so that a try whose answer was lost can be repeated. */
  readonly id: string;
  readonly data: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Publishes until a majority has it, with the same id at each try, for `patienceMs` milliseconds. Returns true where
 * it was new. Throws QueueFull or QueueUnavailable.
 */
export async function publishSafely(
  client: JetStreamClient,
  message: Message,
  patienceMs: number,
): Promise<boolean> {
  const until = Date.now() + patienceMs;
  let tries = 0;
  try {
    const taken = await retry(
      () => {
        tries += 1;
        const timeout = Math.max(100, Math.min(tryTimeout, until - Date.now()));
        const options = { msgID: message.id, timeout, headers: headersOf(message.headers) };
        return client.publish(message.subject, message.data, options);
      },
      { ...tryWaits, until, transient: (error) => isTransient(error) && !isFull(error) },
    );
    // After a first try without an answer, the duplicate is most likely our own.
    return !taken.duplicate || tries > 1;
  } catch (error) {
    if (isFull(error))
      throw new QueueFull('the queue holds as many jobs or bytes as it may', { cause: error });
    throw new QueueUnavailable(`the queue did not take ${message.id} in time`, { cause: error });
  }
}

function headersOf(values: Readonly<Record<string, string>> = {}): MsgHdrs {
  const all = headers();
  for (const [name, value] of Object.entries(values)) all.set(name, value);
  return all;
}

function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && /maximum (messages|bytes) exceeded/.test(error.message);
}

/** A job as a message; the trace context is a header, where tracing tools look for it. */
export function messageOf(job: Job, subject: string): Message {
  const { traceparent, ...rest } = job;
  return {
    subject,
    id: job.id,
    data: JSON.stringify(rest),
    ...(traceparent === undefined ? {} : { headers: { traceparent } }),
  };
}
