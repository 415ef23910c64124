import type { Queue } from '../contracts/queue.ts';
import type { QueueConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { createEmbeddedQueue } from './embedded-queue.ts';
import { openNatsQueue } from './nats-queue.ts';

export interface QueueDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Opens the queue of a config: the one in this process where its address is `embedded`, else JetStream on the servers
 * of the address. Throws QueueUnavailable where no server answered within half a minute.
 */
export async function openQueue(config: QueueConfig, dependencies: QueueDependencies): Promise<Queue> {
  return config.url === 'embedded'
    ? createEmbeddedQueue(config, dependencies)
    : openNatsQueue(config, dependencies);
}
