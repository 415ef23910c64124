import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { QueueState } from '../contracts/queue.ts';
import { showState } from './counters.ts';
import { expire, handBack, isTooOld, setUnreadableAside, type Tools } from './nats-ending.ts';
import { isUnreadable, pull } from './nats-message.ts';
import { type PartitionState, readPartition, sumState } from './nats-state.ts';

/** Between two looks at the cluster, in milliseconds. */
const interval = 2000;
/** Old jobs that one look removes; the rest is left to the next, or to other clients. */
const sweepAtMost = 1000;

export interface Watch {
  state(): Promise<QueueState>;
  /** Whether some partition had a leader and room at the last look; it looks again where that was long ago. */
  healthy(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Looks at the cluster now and then: gauges, elections, health, and jobs that are too old while no worker is there. */
export function watchQueue(
  connection: NatsConnection,
  manager: JetStreamManager,
  partitions: number,
  tools: Tools,
): Watch {
  const { config, logger, metrics } = tools;
  const leaderships = new Map<number, string>();
  let last = { at: 0, healthy: false };
  let stopped = false;
  let looking = Promise.resolve();

  /** Partitions that answered; while one elects, the others go on. */
  const look = async (): Promise<readonly PartitionState[]> => {
    const all = Array.from({ length: partitions }, (_, partition) => readPartition(manager, partition));
    const seen = (await Promise.allSettled(all)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    last = { at: Date.now(), healthy: seen.some((each) => each.hasRoom) };
    for (const { partition, leadership } of seen) {
      if (leadership === undefined) continue;
      const before = leaderships.get(partition);
      leaderships.set(partition, leadership);
      const changes = before === undefined || before === leadership ? 0 : 1;
      metrics.add('headroom_queue_leader_changes_total', { partition: String(partition) }, changes);
    }
    return seen;
  };

  /** Expires what waits too long in a partition that no worker asks. */
  const sweep = async ({ partition, oldestAt, requests }: PartitionState) => {
    if (requests > 0 || oldestAt === undefined || oldestAt > Date.now() - config.maxAge * 1000) return;
    for (let removed = 0; removed < sweepAtMost && !stopped; removed++) {
      const pulled = await pull(connection, partition, 0);
      if (!pulled) return;
      if (isUnreadable(pulled)) {
        await setUnreadableAside(pulled, tools);
        continue;
      }
      if (!isTooOld(pulled, config)) return handBack(pulled, 0, tools);
      // A worker had it before and may have served it: another one has to ask, so it is kept, out of our way.
      if (pulled.count > 1) await handBack(pulled, interval, tools);
      else await expire(pulled, tools);
    }
  };

  const tick = async () => {
    try {
      const seen = await look();
      if (seen.length === partitions) showState(metrics, await sumState(manager, seen), Date.now());
      await Promise.all(seen.map(sweep));
    } catch (error) {
      logger.debug({ err: error }, 'the queue was not seen');
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = tick().finally(() => {
      busy = false;
    });
  }, interval).unref();

  return {
    state: async () => {
      const seen = await look();
      if (seen.length < partitions) throw new Error('a partition of the queue has no leader');
      return sumState(manager, seen);
    },
    healthy: async () => {
      if (connection.isClosed()) return false;
      if (last.at < Date.now() - 2 * interval) await look();
      return last.healthy;
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}
