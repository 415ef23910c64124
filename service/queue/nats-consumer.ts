import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ConsumeOptions, Consumer } from '../contracts/queue.ts';
import { waitBefore } from '../shared/backoff.ts';
import { countEvent } from './counters.ts';
import { reasonAgainst } from './deliveries.ts';
import { tryWaits } from './nats-connection.ts';
import { deliveryOf, failuresBefore, type NatsDelivery } from './nats-delivery.ts';
import { expire, handBack, isTooOld, setAside, setUnreadableAside, type Tools } from './nats-ending.ts';
import { isUnreadable, type Pulled, pull, type Unreadable } from './nats-message.ts';
import { createPulls } from './pulls.ts';

/** How long one request for a message waits at the server; also how long a drain may wait for it, in milliseconds. */
const pullWait = 1000;

/** One asks for one message at a time, about a thousand a second. */
const jobsPerScout = 16;

export interface NatsConsumer extends Consumer {
  /** Resolves when nothing more arrives; only then may the connection be closed. */
  stopped(): Promise<void>;
}

/** Delivers jobs of all partitions to `take`; none is fetched for which there is no place. */
export function createNatsConsumer(
  { concurrency, take }: ConsumeOptions,
  connection: NatsConnection,
  partitions: number,
  tools: Tools,
): NatsConsumer {
  const { config, logger, metrics } = tools;
  const held = new Set<NatsDelivery>();
  const running = new Set<Promise<void>>();
  const pulls = createPulls(concurrency, () => running.size);
  let open = true;

  const safely = async (job: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      logger.error({ err: error, job }, 'a job was left unsettled; it is delivered again');
    }
  };

  const work = async (pulled: Pulled) => {
    if (pulled.count === 1 && isTooOld(pulled, config)) return expire(pulled, tools);
    const failed = await failuresBefore(pulled, tools);
    const against = reasonAgainst(failed, config.maxDeliveries);
    if (against !== undefined) return setAside(pulled, against, tools);
    countEvent(metrics, pulled.count === 1 ? 'received' : 'redelivered');
    const delivery = deliveryOf(pulled, failed.silent, tools);
    held.add(delivery);
    await take(delivery).finally(() => held.delete(delivery));
  };

  /** Begins with a job where it has a place, and gives it back at once where not, so that it waits for nobody here. */
  const arrive = (pulled: Pulled | Unreadable) => {
    if (isUnreadable(pulled)) return safely(pulled.place, () => setUnreadableAside(pulled, tools));
    const { id } = pulled.job;
    if (!open || !pulls.hasPlace()) return safely(id, () => handBack(pulled, 0, tools));
    const done: Promise<void> = safely(id, () => work(pulled)).then(() => {
      running.delete(done);
      pulls.changed();
    });
    running.add(done);
  };

  const pause = async (error: unknown, failures: number) => {
    logger.debug({ err: error }, 'no answer from the queue');
    await sleep(waitBefore(failures, tryWaits) * 1000);
  };

  /** The next message of any partition, without waiting for one; throws only where no partition answered. */
  const next = async (turn: number): Promise<Pulled | Unreadable | undefined> => {
    const errors: unknown[] = [];
    for (let i = 0; i < partitions && open; i++) {
      try {
        const pulled = await pull(connection, (turn + i) % partitions, 0);
        if (pulled) return pulled;
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === partitions) throw errors[0];
    return undefined;
  };

  /** Takes what waits, one message after another, and listens when nothing does. */
  const scout = async (first: number) => {
    let failures = 0;
    for (let turn = first; open; turn++) {
      if (!pulls.reserve()) {
        await pulls.nextChange();
        continue;
      }
      const pulled = await next(turn).catch(async (error) => {
        failures += 1;
        await pause(error, failures);
        return undefined;
      });
      pulls.release();
      if (pulled) {
        failures = 0;
        await arrive(pulled);
      } else if (open) await pulls.listen();
    }
  };

  /** Waits at one partition while all are empty. */
  const lane = async (partition: number) => {
    let failures = 0;
    while (open) {
      if (!pulls.begin(partition)) {
        await pulls.nextChange();
        continue;
      }
      try {
        const pulled = await pull(connection, partition, pullWait);
        failures = 0;
        if (pulled) {
          pulls.arrived();
          await arrive(pulled);
        }
      } catch (error) {
        failures += 1;
        await pause(error, failures);
      } finally {
        pulls.end(partition);
      }
    }
  };

  const count = (all: number, of: (index: number) => Promise<void>) =>
    Array.from({ length: all }, (_, index) => of(index));
  const loops = [
    ...count(Math.ceil(concurrency / jobsPerScout), scout),
    ...count(partitions * Math.ceil(concurrency / partitions), (index) => lane(index % partitions)),
  ];
  const stop = () => {
    open = false;
    pulls.arrived();
    pulls.changed();
  };
  return {
    drain: async () => {
      stop();
      await Promise.all([...loops, ...running]);
    },
    close: async () => {
      stop();
      const working = [...held].filter((delivery) => !delivery.settled);
      await Promise.all(working.map((delivery) => safely(delivery.job.id, () => delivery.handBack())));
    },
    stopped: async () => {
      await Promise.all(loops);
    },
  };
}
