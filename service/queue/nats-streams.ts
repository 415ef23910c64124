import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { nanos } from '@nats-io/transport-node';
import { retry } from '../shared/backoff.ts';
import type { QueueConfig } from '../shared/config-types.ts';
import { failuresKeptMs } from './deliveries.ts';
import { isTransient, tryWaits } from './nats-connection.ts';
import {
  asideStream,
  asideSubject,
  consumerName,
  deliveriesBucket,
  expiredStream,
  expiredSubject,
  streamOf,
  subjectOf,
} from './nats-names.ts';

/**
 * A job that is too old is dropped and counted by whoever meets it, or by the sweep of any client. The server drops
 * silently, so its own limit comes only after a day in which no client was there.
 */
const dayMs = 24 * 3600 * 1000;
/** A cluster that starts elects its leaders first. */
const setUpPatience = 30_000;

/** JetStream's code: a consumer of this name exists with other settings. */
const consumerExists = 10148;

type NamedStream = Partial<StreamConfig> & { readonly name: string };

/**
 * Makes what the queue needs in the cluster, or brings it to these settings; doing it again changes nothing. Returns
 * how many partitions there are: more than configured where a larger queue has left some, which are still emptied.
 *
 * Throws an Error that names the stream where one exists with settings that cannot be changed.
 */
export async function setUpStreams(
  manager: JetStreamManager,
  config: QueueConfig,
): Promise<{ readonly partitions: number; readonly deliveries: KV }> {
  const options = { ...tryWaits, until: Date.now() + setUpPatience, transient: isTransient };
  const each = <T>(work: () => Promise<T>) => retry(work, options);
  for (let partition = 0; partition < config.partitions; partition++) {
    await each(() => ensureStream(manager, jobStream(config, partition)));
    await each(() => ensureConsumer(manager, streamOf(partition), consumer(config)));
  }
  await each(() => ensureStream(manager, recordStream(config, asideStream, asideSubject, 0)));
  await each(() => ensureStream(manager, recordStream(config, expiredStream, expiredSubject, dayMs)));
  const deliveries = await each(() => openDeliveries(manager, config));
  let partitions = config.partitions;
  while (await each(() => exists(manager, streamOf(partitions)))) partitions += 1;
  return { partitions, deliveries };
}

function jobStream(config: QueueConfig, partition: number): NamedStream {
  return {
    name: streamOf(partition),
    subjects: [subjectOf(partition)],
    description: 'jobs that wait for a worker',
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    num_replicas: config.replicas,
    max_age: nanos(Math.max(dayMs, 2 * config.maxAge * 1000)),
    max_msgs: Math.ceil(config.maxMessages / config.partitions),
    max_bytes: Math.ceil(config.maxBytes / config.partitions),
    duplicate_window: nanos(config.deduplicationWindow * 1000),
    allow_direct: true,
  };
}

/** A stream that keeps a line for each job; the oldest make room. Its last sequence number is the count. */
function recordStream(config: QueueConfig, name: string, subject: string, maxAgeMs: number): NamedStream {
  return {
    name,
    subjects: [subject],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    num_replicas: config.replicas,
    max_age: nanos(maxAgeMs),
    max_bytes: config.maxBytes,
    duplicate_window: nanos(config.deduplicationWindow * 1000),
  };
}

function consumer(config: QueueConfig): Partial<ConsumerConfig> {
  return {
    durable_name: consumerName,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(config.ackWait * 1000),
    // Bounded by us: past its own bound the server would leave the job in the stream for ever.
    max_deliver: -1,
    max_ack_pending: -1,
    max_waiting: 16_384,
  };
}

/** The client has no way to say create or update, so another client may come between the two. */
async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  wanted: Partial<ConsumerConfig>,
): Promise<void> {
  try {
    await manager.consumers.add(stream, wanted);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== consumerExists) throw error;
    await manager.consumers.update(stream, consumerName, wanted);
  }
}

async function openDeliveries(manager: JetStreamManager, config: QueueConfig): Promise<KV> {
  const bucket = await new Kvm(manager.jetstream()).create(deliveriesBucket, {
    replicas: config.replicas,
    storage: StorageType.File,
    history: 1,
    ttl: failuresKeptMs,
    max_bytes: config.maxBytes,
    // A follower may answer with an older count.
    allow_direct: false,
  });
  // The client leaves a bucket that exists as it is.
  await bringTo(manager, (await bucket.status()).streamInfo.config, {
    num_replicas: config.replicas,
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    max_age: nanos(failuresKeptMs),
    max_bytes: config.maxBytes,
    allow_direct: false,
  });
  return bucket;
}

async function exists(manager: JetStreamManager, name: string): Promise<boolean> {
  return (await infoOf(manager, name)) !== undefined;
}

async function infoOf(manager: JetStreamManager, name: string) {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined;
    throw error;
  }
}

async function ensureStream(manager: JetStreamManager, wanted: NamedStream): Promise<void> {
  const there = await infoOf(manager, wanted.name);
  if (there) await bringTo(manager, there.config, wanted);
  else await manager.streams.add(wanted);
}

/** Changes what differs of a stream that exists. Throws an Error that names it where that cannot be changed. */
async function bringTo(
  manager: JetStreamManager,
  config: StreamConfig,
  wanted: Partial<StreamConfig>,
): Promise<void> {
  const keys = Object.keys(wanted) as (keyof StreamConfig)[];
  const changed = keys.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(wanted[key]));
  if (changed.length === 0) return;
  try {
    await manager.streams.update(config.name, { ...config, ...wanted });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || isTransient(error)) throw error;
    const what = `stream ${config.name} exists with another ${changed.join(', ')}`;
    throw new Error(`${what}, which JetStream does not change: ${error.message}`, { cause: error });
  }
}
