import type { Delivery } from '../contracts/queue.ts';
import { countEvent } from './counters.ts';
import { type FailedDeliveries, noFailures, reasonAgainst } from './deliveries.ts';
import { type DeliveryRecord, messageIn, withDeath, withMessage } from './nats-deliveries.ts';
import { endPatience, expire, handBack, setAside, type Tools } from './nats-ending.ts';
import type { Pulled } from './nats-message.ts';

/** A delivery that can also be taken back from whoever works on it. */
export interface NatsDelivery extends Delivery {
  readonly settled: boolean;
}

/** The methods by which a worker settles a pulled message; a second call of any does nothing. */
export function deliveryOf(pulled: Pulled, silent: number, tools: Tools): NatsDelivery {
  const { config, metrics, records } = tools;
  let settled = false;
  let ended = false;
  let mineUntil = Date.now() + config.ackWait * 1000;
  /** A job that somebody else has, too, is finished twice and counts once. */
  const mayBeShared = () => silent > 0 || Date.now() >= mineUntil;
  /** A failed call leaves the delivery open, so that it can be tried again. */
  const settle = async <T>(work: () => Promise<T>): Promise<T> => {
    settled = true;
    try {
      return await work();
    } catch (error) {
      settled = false;
      throw error;
    }
  };
  /** The end of a job holds even where the delivery was handed back by a closing consumer. */
  const end = async (work: () => Promise<void>) => {
    if (ended) return;
    await settle(work);
    ended = true;
  };
  return {
    job: pulled.job,
    count: pulled.count,
    get settled() {
      return settled;
    },
    acknowledge: () =>
      end(async () => {
        const counts = !mayBeShared() || (await pulled.isThere(endPatience(config)));
        await pulled.acknowledge(endPatience(config));
        if (counts) countEvent(metrics, 'acknowledged');
      }),
    expire: () => end(() => expire(pulled, tools)),
    setAside: (reason) => end(() => setAside(pulled, reason, tools)),
    handBack: async (delayMs = 0) => {
      if (!settled) await settle(() => handBack(pulled, delayMs, tools));
    },
    died: async (reason) => {
      if (settled) return 'retried';
      return settle(async () => {
        const record = await records.change(pulled.job.id, (before) =>
          withDeath(before, pulled.place, pulled.count),
        );
        if (reasonAgainst(failuresIn(record), config.maxDeliveries) !== undefined) {
          await setAside(pulled, reason, tools);
          return 'set-aside';
        }
        pulled.handBack();
        return 'retried';
      });
    },
    working: async () => {
      pulled.working();
      mineUntil = Date.now() + config.ackWait * 1000;
    },
  };
}

/**
 * Deliveries before this one that failed, those of earlier messages of the job with them; asks for the record only where
 * there were any.
 */
export async function failuresBefore(
  { job, count, place }: Pulled,
  { records }: Tools,
): Promise<FailedDeliveries> {
  if (count <= 1 && !job.again) return noFailures;
  const record = await records.find(job.id);
  const known = messageIn(record, place);
  const silent = count - 1 - known.told;
  if (silent <= known.silent) return failuresIn(record);
  return failuresIn(
    await records.change(job.id, (before) =>
      withMessage(before, place, { ...messageIn(before, place), silent }),
    ),
  );
}

function failuresIn({ deaths, aside, messages }: DeliveryRecord): FailedDeliveries {
  const silent = Object.values(messages).reduce((sum, message) => sum + message.silent, 0);
  return { deaths, silent, ...(aside === undefined ? {} : { aside }) };
}
