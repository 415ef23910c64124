import { type Msg, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Job } from '../contracts/job.ts';
import { retry } from '../shared/backoff.ts';
import { isTransient, tryTimeout, tryWaits } from './nats-connection.ts';
import { consumerName, streamOf } from './nats-names.ts';

/** A message of a work queue that was delivered to us. */
export interface Pulled {
  readonly job: Job;
  /** 1 for the first delivery. */
  readonly count: number;
  readonly publishedAt: number;
  /** Confirmed by a majority; throws where nobody confirmed within `patience` milliseconds. */
  acknowledge(patience: number): Promise<void>;
  handBack(delayMs?: number): void;
  working(): void;
}

/**
 * Asks a partition for its next message and waits for it up to `waitMs`; 0 asks and does not wait. Undefined where
 * there is none. One request for one message: none is fetched ahead and then kept from others.
 */
export async function pull(
  connection: NatsConnection,
  partition: number,
  waitMs: number,
): Promise<Pulled | undefined> {
  const wait = waitMs > 0 ? { expires: nanos(waitMs) } : { no_wait: true };
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${streamOf(partition)}.${consumerName}`;
  const message = await connection.request(subject, JSON.stringify({ batch: 1, ...wait }), {
    timeout: waitMs + tryTimeout,
    // A job comes under the subject of its stream, by which a shared inbox would not know it.
    noMux: true,
  });
  // 404 no message, 408 none in time, 409 the consumer has moved.
  if ((message.headers?.code ?? 0) >= 400 || !message.reply) return undefined;
  return pulledOf(connection, message, message.reply);
}

function pulledOf(connection: NatsConnection, message: Msg, reply: string): Pulled {
  const { count, publishedAt } = parseReply(reply);
  const traceparent = message.headers?.get('traceparent');
  return {
    job: { ...message.json<Job>(), ...(traceparent ? { traceparent } : {}) },
    count,
    publishedAt,
    acknowledge: async (patience) => {
      const confirm = () => connection.request(reply, '+ACK', { timeout: tryTimeout });
      await retry(confirm, { ...tryWaits, until: Date.now() + patience, transient: isTransient });
    },
    handBack: (delayMs = 0) => {
      const delay = delayMs > 0 ? ` ${JSON.stringify({ delay: nanos(delayMs) })}` : '';
      connection.publish(reply, `-NAK${delay}`);
    },
    working: () => connection.publish(reply, '+WPI'),
  };
}

/**
 * JetStream says in the reply subject what it knows of a delivery:
 * `$JS.ACK.<stream>.<consumer>.<count>.<sequence>.<sequence>.<nanoseconds>.<pending>`, in its newer form with domain
 * and account before the stream.
 */
export function parseReply(reply: string): { readonly count: number; readonly publishedAt: number } {
  const tokens = reply.split('.');
  const first = tokens.length > 9 ? 6 : 4;
  return {
    count: Number(tokens[first]),
    publishedAt: Number(BigInt(tokens[first + 3] ?? '0') / 1_000_000n),
  };
}
