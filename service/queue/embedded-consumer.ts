import type { ConsumeOptions, Consumer, Delivery } from '../contracts/queue.ts';
import type { Logger } from '../shared/log.ts';
import type { Entry, Store } from './embedded-store.ts';

export interface EmbeddedConsumer extends Consumer {
  /** Takes the next job where it has room; false where it has none, or where no job waits. */
  offer(): boolean;
}

interface Held {
  readonly entry: Entry;
  /** Ends the delivery, not the job; false where it had ended already. */
  release(): boolean;
}

/** Delivers jobs of the store to `take`; a delivery that is silent for `ackWait` milliseconds has failed. */
export function createEmbeddedConsumer(
  { concurrency, take }: ConsumeOptions,
  store: Store,
  ackWait: number,
  logger: Logger,
  leave: (consumer: EmbeddedConsumer) => void,
): EmbeddedConsumer {
  const running = new Set<Promise<void>>();
  const held = new Set<Held>();
  let open = true;

  const deliver = (entry: Entry): Delivery => {
    const timer = setTimeout(() => mine.release() && store.fail(entry, 'silent'), ackWait).unref();
    const mine: Held = {
      entry,
      release: () => {
        clearTimeout(timer);
        return held.delete(mine);
      },
    };
    held.add(mine);
    return {
      job: entry.job,
      count: entry.deliveries,
      // A job that was finished is finished, even where it is out again with somebody else.
      acknowledge: async () => {
        mine.release();
        store.end(entry, 'acknowledged');
      },
      expire: async () => {
        mine.release();
        store.end(entry, 'expired');
      },
      handBack: async (delayMs) => {
        if (mine.release()) store.giveBack(entry, delayMs);
      },
      setAside: async (reason) => {
        mine.release();
        store.setAside(entry, reason);
      },
      died: async (reason) => (mine.release() ? store.fail(entry, 'deaths', reason) : 'retried'),
      working: async () => {
        if (held.has(mine)) timer.refresh();
      },
    };
  };

  const run = async (entry: Entry) => {
    try {
      await take(deliver(entry));
    } catch (error) {
      logger.error({ err: error, job: entry.job.id }, 'a job was left unsettled');
    }
  };

  const consumer: EmbeddedConsumer = {
    offer: () => {
      if (!open || running.size >= concurrency) return false;
      const entry = store.next();
      if (!entry) return false;
      const done: Promise<void> = run(entry).then(() => {
        running.delete(done);
        while (consumer.offer());
      });
      running.add(done);
      return true;
    },
    drain: async () => {
      open = false;
      leave(consumer);
      await Promise.all(running);
    },
    close: async () => {
      open = false;
      leave(consumer);
      for (const each of [...held]) if (each.release()) store.giveBack(each.entry);
    },
  };
  return consumer;
}
