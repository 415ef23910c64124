import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { JobSetAside, type Queue, QueueUnavailable } from '../contracts/queue.ts';
import type { QueueConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { countEvent } from './counters.ts';
import { connectTo, tryTimeout } from './nats-connection.ts';
import { createNatsConsumer, type NatsConsumer } from './nats-consumer.ts';
import { createDeliveryRecords } from './nats-deliveries.ts';
import { endPatience, type Tools } from './nats-ending.ts';
import { partitionOf, subjectOf } from './nats-names.ts';
import { messageOf, publishSafely } from './nats-publish.ts';
import { setUpStreams } from './nats-streams.ts';
import { watchQueue } from './nats-watch.ts';

/**
 * The queue on JetStream: partitions with a leader each, every job on the disks of a majority before its publish is
 * acknowledged. Throws QueueUnavailable where no server answers within half a minute, Error where the streams exist
 * with settings that cannot be changed.
 */
export async function openNatsQueue(
  config: QueueConfig,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Promise<Queue> {
  const connection = await connectTo(config.url, logger);
  try {
    const options = { timeout: tryTimeout };
    const manager = await jetstreamManager(connection, { ...options, checkAPI: false });
    const { partitions, deliveries } = await setUpStreams(manager, config);
    const client = jetstream(connection, options);
    const records = createDeliveryRecords(deliveries, endPatience(config));
    const tools: Tools = { client, records, config, logger, metrics };
    const watch = watchQueue(connection, manager, partitions, tools);
    const consumers: NatsConsumer[] = [];
    const mustBeOpen = () => {
      if (connection.isClosed()) throw new QueueUnavailable('the queue is closed');
    };
    const publishPatience = config.publishTimeout * 1000;
    const asked = createDeliveryRecords(deliveries, publishPatience);
    const mustNotBeAside = async (id: string) => {
      const { aside } = await asked.find(id).catch((error: unknown) => {
        throw new QueueUnavailable(`the queue did not say what it knows of ${id}`, { cause: error });
      });
      if (aside !== undefined) throw new JobSetAside(aside);
    };
    return {
      publish: async (job) => {
        mustBeOpen();
        if (job.again) await mustNotBeAside(job.id);
        const message = messageOf(job, subjectOf(partitionOf(job.id, config.partitions)));
        const isNew = await publishSafely(client, message, publishPatience);
        if (isNew) countEvent(metrics, 'published');
      },
      consume: async (consume) => {
        mustBeOpen();
        const consumer = createNatsConsumer(consume, connection, partitions, tools);
        consumers.push(consumer);
        return consumer;
      },
      state: async () => {
        try {
          return await watch.state();
        } catch (error) {
          throw new QueueUnavailable('the queue did not say what it holds', { cause: error });
        }
      },
      healthy: watch.healthy,
      close: async () => {
        await watch.stop();
        await Promise.all(consumers.map((consumer) => consumer.close()));
        await Promise.all(consumers.map((consumer) => consumer.stopped()));
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
