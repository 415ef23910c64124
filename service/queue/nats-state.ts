import type { ConsumerInfo, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { QueueState } from '../contracts/queue.ts';
import { asideStream, consumerName, expiredStream, streamOf, subjectOf } from './nats-names.ts';

/** What the cluster says about one partition. */
export interface PartitionState {
  readonly partition: number;
  /** Changes with each election; undefined while there is no leader. */
  readonly leadership: string | undefined;
  readonly hasRoom: boolean;
  readonly waiting: number;
  readonly inFlight: number;
  readonly bytes: number;
  readonly published: number;
  readonly messages: number;
  /** Unix milliseconds; undefined where none waits. */
  readonly oldestAt: number | undefined;
  /** Requests of workers that wait for a message. */
  readonly requests: number;
}

/** Reads one partition. Throws where its leader did not answer. */
export async function readPartition(manager: JetStreamManager, partition: number): Promise<PartitionState> {
  const [stream, consumer] = await Promise.all([
    manager.streams.info(streamOf(partition)),
    manager.consumers.info(streamOf(partition), consumerName),
  ]);
  const { state, config, cluster } = stream;
  const inFlight = Math.min(state.messages, consumer.num_ack_pending);
  return {
    partition,
    leadership: leadershipOf(stream),
    hasRoom:
      (cluster === undefined || cluster.leader !== undefined) &&
      state.messages < config.max_msgs &&
      state.bytes < config.max_bytes,
    waiting: state.messages - inFlight,
    inFlight,
    bytes: state.bytes,
    published: state.last_seq,
    messages: state.messages,
    oldestAt: consumer.num_pending > 0 ? await oldestWaiting(manager, partition, consumer) : undefined,
    requests: consumer.num_waiting,
  };
}

function leadershipOf({ cluster }: StreamInfo): string | undefined {
  return cluster?.leader === undefined ? undefined : `${cluster.leader} ${cluster.leader_since ?? ''}`;
}

/** Time of the first message that was never delivered. */
async function oldestWaiting(
  manager: JetStreamManager,
  partition: number,
  { delivered }: ConsumerInfo,
): Promise<number | undefined> {
  const query = { seq: delivered.stream_seq + 1, next_by_subj: subjectOf(partition) };
  const message = await manager.direct.getMessage(streamOf(partition), query);
  return message?.time.getTime();
}

/**
 * The state of the whole queue. Expired and set-aside jobs have a line each in streams of their own; what is missing
 * from the partitions otherwise was acknowledged.
 */
export async function sumState(
  manager: JetStreamManager,
  partitions: readonly PartitionState[],
): Promise<QueueState> {
  const [aside, expired] = await Promise.all(
    [asideStream, expiredStream].map(async (name) => (await manager.streams.info(name)).state.last_seq),
  );
  const sum = (of: (each: PartitionState) => number) => partitions.reduce((all, each) => all + of(each), 0);
  const published = sum((each) => each.published);
  const messages = sum((each) => each.messages);
  const oldest = Math.min(...partitions.map((each) => each.oldestAt ?? Number.POSITIVE_INFINITY));
  return {
    waiting: sum((each) => each.waiting),
    inFlight: sum((each) => each.inFlight),
    setAside: aside ?? 0,
    bytes: sum((each) => each.bytes),
    ...(Number.isFinite(oldest) ? { oldestAt: oldest } : {}),
    published,
    // A job has its line a moment before it leaves its partition.
    acknowledged: Math.max(0, published - messages - (aside ?? 0) - (expired ?? 0)),
    expired: expired ?? 0,
  };
}
