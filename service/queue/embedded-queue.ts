import { JobSetAside, type Queue, QueueFull, QueueUnavailable } from '../contracts/queue.ts';
import type { QueueConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { showState } from './counters.ts';
import { createDeduplication } from './deduplication.ts';
import { createEmbeddedConsumer, type EmbeddedConsumer } from './embedded-consumer.ts';
import { createStore, type SetAside } from './embedded-store.ts';

export interface EmbeddedQueue extends Queue {
  /** The newest jobs that were set aside. */
  aside(): readonly SetAside[];
}

/**
 * The queue inside one process, with the bounds and rules of the real one: age, messages, bytes, deduplication,
 * redelivery after `ackWait`, setting aside. It lives as long as the process: API servers publish accepted jobs again
 * from their spool when they start.
 */
export function createEmbeddedQueue(
  config: QueueConfig,
  dependencies: { readonly logger: Logger; readonly metrics: Metrics },
): EmbeddedQueue {
  const { logger, metrics } = dependencies;
  const consumers = new Set<EmbeddedConsumer>();
  const ids = createDeduplication(config.deduplicationWindow * 1000);
  let closed = false;
  let turn = 0;

  /** Hands waiting jobs to whoever has room, in turns. */
  const dispatch = () => {
    const all = [...consumers];
    for (let refused = 0; refused < all.length; ) {
      refused = all[turn++ % all.length]?.offer() ? 0 : refused + 1;
    }
  };
  const store = createStore(config, dependencies, dispatch);
  const watch = setInterval(() => showState(metrics, store.state(), Date.now()), 500).unref();
  const mustBeOpen = () => {
    if (closed) throw new QueueUnavailable('the queue is closed');
  };

  return {
    publish: async (job) => {
      mustBeOpen();
      const aside = job.again && store.reasonAside(job.id);
      if (aside !== undefined) throw new JobSetAside(aside);
      if (ids.has(job.id)) return;
      if (!store.add(job)) throw new QueueFull('the queue holds as many jobs or bytes as it may');
      ids.add(job.id);
      dispatch();
    },
    consume: async (options) => {
      mustBeOpen();
      const leave = (consumer: EmbeddedConsumer) => consumers.delete(consumer);
      const consumer = createEmbeddedConsumer(options, store, config.ackWait * 1000, logger, leave);
      consumers.add(consumer);
      dispatch();
      return consumer;
    },
    state: async () => store.state(),
    healthy: async () => !closed && store.hasRoom(1),
    aside: store.aside,
    close: async () => {
      closed = true;
      clearInterval(watch);
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      store.close();
    },
  };
}
