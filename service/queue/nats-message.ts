import { type Msg, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Job } from '../contracts/job.ts';
import { retry } from '../shared/backoff.ts';
import { readJob } from './job-message.ts';
import { isTransient, tryTimeout, tryWaits } from './nats-connection.ts';
import { consumerName, streamOf } from './nats-names.ts';

/** A message of a work queue that was delivered to us. */
export interface Message {
  /** Its place in the queue, the same at each delivery; a job that is published again has another one. */
  readonly place: string;
  /** 1 for the first delivery. */
  readonly count: number;
  readonly publishedAt: number;
  /** Confirmed by a majority; throws where nobody confirmed within `patience` milliseconds. */
  acknowledge(patience: number): Promise<void>;
  /** Whether the queue still has it; throws where its leader did not say so within `patience` milliseconds. */
  isThere(patience: number): Promise<boolean>;
  handBack(delayMs?: number): void;
  working(): void;
}

/** One with a job in it. */
export interface Pulled extends Message {
  readonly job: Job;
}

/** One that nobody can read, and why. */
export interface Unreadable extends Message {
  readonly data: string;
  readonly problem: string;
}

/** Whether there is no job in a message, however often it is delivered. */
export function isUnreadable(message: Pulled | Unreadable): message is Unreadable {
  return 'problem' in message;
}

/**
 * Asks a partition for its next message and waits for it up to `waitMs`; 0 asks and does not wait. Undefined where
 * there is none. One request for one message: none is fetched ahead and then kept from others.
 */
export async function pull(
  connection: NatsConnection,
  partition: number,
  waitMs: number,
): Promise<Pulled | Unreadable | undefined> {
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

function pulledOf(connection: NatsConnection, message: Msg, reply: string): Pulled | Unreadable {
  const { stream, sequence, count, publishedAt } = parseReply(reply);
  const retryUntil = (patience: number) => ({
    ...tryWaits,
    until: Date.now() + patience,
    transient: isTransient,
  });
  const settling: Message = {
    place: `${stream}-${sequence}`,
    count,
    publishedAt,
    acknowledge: async (patience) => {
      const confirm = () => connection.request(reply, '+ACK', { timeout: tryTimeout });
      await retry(confirm, retryUntil(patience));
    },
    isThere: async (patience) => {
      const query = JSON.stringify({ seq: sequence });
      const ask = () =>
        connection.request(`$JS.API.STREAM.MSG.GET.${stream}`, query, { timeout: tryTimeout });
      const answer = await retry(ask, retryUntil(patience));
      return answer.json<{ readonly message?: object }>().message !== undefined;
    },
    handBack: (delayMs = 0) => {
      const delay = delayMs > 0 ? ` ${JSON.stringify({ delay: nanos(delayMs) })}` : '';
      connection.publish(reply, `-NAK${delay}`);
    },
    working: () => connection.publish(reply, '+WPI'),
  };
  const data = message.string();
  const read = readJob(data);
  if ('problem' in read) return { ...settling, ...read, data };
  const traceparent = message.headers?.get('traceparent');
  return { ...settling, job: { ...read.job, ...(traceparent ? { traceparent } : {}) } };
}

/**
 * JetStream says in the reply subject what it knows of a delivery:
 * `$JS.ACK.<stream>.<consumer>.<count>.<sequence>.<sequence>.<nanoseconds>.<pending>`, in its newer form with domain
 * and account before the stream.
 */
export function parseReply(reply: string): {
  readonly stream: string;
  readonly sequence: number;
  readonly count: number;
  readonly publishedAt: number;
} {
  const tokens = reply.split('.');
  const first = tokens.length > 9 ? 6 : 4;
  return {
    stream: tokens[first - 2] ?? '',
    count: Number(tokens[first]),
    sequence: Number(tokens[first + 1]),
    publishedAt: Number(BigInt(tokens[first + 3] ?? '0') / 1_000_000n),
  };
}
