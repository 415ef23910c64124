import type { JetStreamClient } from '@nats-io/jetstream';
import type { QueueConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { countEvent } from './counters.ts';
import { type DeliveryRecords, withTold } from './nats-deliveries.ts';
import type { Message, Pulled, Unreadable } from './nats-message.ts';
import { asideSubject, expiredSubject } from './nats-names.ts';
import { messageOf, publishSafely } from './nats-publish.ts';

/** What all parts of the queue work with. */
export interface Tools {
  readonly client: JetStreamClient;
  readonly records: DeliveryRecords;
  readonly config: QueueConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Time in which the end of a job has to be confirmed, in milliseconds: it outlives an election. */
export function endPatience(config: QueueConfig): number {
  return config.maxAge * 1000;
}

/**
 * Removes a job that nobody waits for. Its line in the stream of expired jobs comes first: if we die between the two,
 * the job is met again and the place of its message keeps it from being counted twice.
 */
export async function expire(pulled: Pulled, { client, config, metrics }: Tools): Promise<void> {
  const { id, customer } = pulled.job;
  const data = JSON.stringify({ id, customer, expiredAt: Date.now() });
  const message = { subject: expiredSubject, id: pulled.place, data };
  const isNew = await publishSafely(client, message, endPatience(config));
  await pulled.acknowledge(endPatience(config));
  if (isNew) countEvent(metrics, 'expired');
}

/**
 * Moves a job to the stream of jobs that were set aside, where it is kept for people. That is noted first, so that
 * whoever publishes it again is told.
 */
export async function setAside(pulled: Pulled, reason: string, tools: Tools): Promise<void> {
  const { client, config, logger, metrics, records } = tools;
  try {
    await records.change(pulled.job.id, (record) => ({ ...record, aside: record.aside ?? reason }));
  } catch (error) {
    // It would go on killing workers while the bucket is full or away.
    logger.warn({ err: error, job: pulled.job.id }, 'a job is set aside without a record of it');
  }
  const message = messageOf(pulled.job, asideSubject);
  const headers = { ...message.headers, 'headroom-reason': printable(reason) };
  const kept = { ...message, id: pulled.place, headers };
  const isNew = await publishSafely(client, kept, endPatience(config));
  await pulled.acknowledge(endPatience(config));
  if (!isNew) return;
  countEvent(metrics, 'set_aside');
  logger.error({ job: pulled.job.id, customer: pulled.job.customer, reason }, 'a job was set aside');
}

/** Moves a message without a job in it to the same stream, as it is: every worker would fail over it alike. */
export async function setUnreadableAside(
  { place, data, problem, acknowledge }: Unreadable,
  { client, config, logger, metrics }: Tools,
): Promise<void> {
  const reason = `not a job: ${problem}`;
  const message = { subject: asideSubject, id: place, data, headers: { 'headroom-reason': reason } };
  const isNew = await publishSafely(client, message, endPatience(config));
  await acknowledge(endPatience(config));
  if (!isNew) return;
  countEvent(metrics, 'set_aside');
  logger.error({ place, reason }, 'a message was set aside');
}

/** Back to the queue, on record as handed back, so that it does not count as a failure. */
export async function handBack(pulled: Pulled, delayMs: number, { records, logger }: Tools): Promise<void> {
  try {
    await records.change(pulled.job.id, (record) => withTold(record, pulled.place, pulled.count));
  } catch (error) {
    logger.warn({ err: error, job: pulled.job.id }, 'a job is handed back without a record of it');
  }
  pulled.handBack(delayMs);
}

/** Whether it waited longer than `maxAge`. */
export function isTooOld({ publishedAt }: Message, { maxAge }: QueueConfig): boolean {
  return publishedAt <= Date.now() - maxAge * 1000;
}

/** What a header may hold. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').trim();
}
