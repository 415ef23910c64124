import { LRUCache } from 'lru-cache';
import type { Job } from '../contracts/job.ts';
import type { QueueState } from '../contracts/queue.ts';
import type { QueueConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { countEvent } from './counters.ts';
import { type FailedDeliveries, failuresKeptMs, noFailures, reasonAgainst } from './deliveries.ts';
import { problemOfJob } from './job-message.ts';

/** A job in the store. */
export interface Entry {
  readonly job: Job;
  readonly bytes: number;
  readonly publishedAt: number;
  deliveries: number;
}

/** A job that was set aside, and why. */
export interface SetAside {
  readonly job: Job;
  readonly reason: string;
}

/** The jobs of the embedded queue, each waiting (fresh, again or delayed) or in flight until it ends. */
export interface Store {
  /** False where the bounds leave no room for it. */
  add(job: Job): boolean;
  /** The next job to deliver, now in flight; undefined where none waits. */
  next(): Entry | undefined;
  /** Back to the front, after `delayMs`. */
  giveBack(entry: Entry, delayMs?: number): void;
  end(entry: Entry, how: 'acknowledged' | 'expired'): void;
  setAside(entry: Entry, reason: string): void;
  /** Counts a delivery that failed; the job waits again, or is set aside. */
  fail(entry: Entry, kind: 'deaths' | 'silent', reason?: string): 'retried' | 'set-aside';
  /** Why a job was set aside, where it was. */
  reasonAside(id: string): string | undefined;
  hasRoom(bytes: number): boolean;
  state(): QueueState;
  /** The newest jobs that were set aside. */
  aside(): readonly SetAside[];
  /** Forgets its timers. */
  close(): void;
}

/** Jobs that were set aside and are kept to be looked at; older ones leave only their log line. */
const keptAside = 1000;
/** Jobs whose failures are remembered; each takes some hundred bytes. */
const keptFailures = 100_000;

/** A store with the bounds of a config. `onWaiting` is called when a job waits again. */
export function createStore(
  config: QueueConfig,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
  onWaiting: () => void,
): Store {
  const fresh = new Set<Entry>();
  const again = new Set<Entry>();
  const delayed = new Map<Entry, NodeJS.Timeout>();
  const inFlight = new Set<Entry>();
  const kept: SetAside[] = [];
  // By the job and not by the entry: a job that is published again goes on with its failures.
  const failures = new LRUCache<string, FailedDeliveries>({ max: keptFailures, ttl: failuresKeptMs });
  const totals = { published: 0, acknowledged: 0, expired: 0, setAside: 0, bytes: 0 };

  const held = () => fresh.size + again.size + delayed.size + inFlight.size;
  const isOld = (entry: Entry) => entry.publishedAt <= Date.now() - config.maxAge * 1000;
  /** Takes it from wherever it is; false where it has ended already. */
  const leave = (entry: Entry): boolean => {
    clearTimeout(delayed.get(entry));
    return fresh.delete(entry) || again.delete(entry) || delayed.delete(entry) || inFlight.delete(entry);
  };
  const remove = (entry: Entry): boolean => {
    if (!leave(entry)) return false;
    totals.bytes -= entry.bytes;
    return true;
  };
  const waitAgain = (entry: Entry) => {
    if (!leave(entry)) return;
    again.add(entry);
    onWaiting();
  };
  const failuresOf = ({ job }: Entry) => failures.get(job.id) ?? noFailures;
  /**
   * Ends what waited longer than `maxAge`; fresh ones stand in the order of their age. What a worker had before may
   * have been served, so that a worker has to end it.
   */
  const dropOld = () => {
    for (const entry of fresh) {
      if (!isOld(entry)) break;
      store.end(entry, 'expired');
    }
  };

  const store: Store = {
    hasRoom: (bytes) => held() < config.maxMessages && totals.bytes + bytes <= config.maxBytes,
    add: (job) => {
      const bytes = Buffer.byteLength(JSON.stringify(job));
      if (!store.hasRoom(bytes)) dropOld();
      if (!store.hasRoom(bytes)) return false;
      totals.published += 1;
      totals.bytes += bytes;
      countEvent(metrics, 'published');
      fresh.add({ job, bytes, publishedAt: Date.now(), deliveries: 0 });
      return true;
    },
    next: () => {
      for (;;) {
        const entry = first(again) ?? first(fresh);
        if (!entry) return undefined;
        if (entry.deliveries === 0 && isOld(entry)) {
          store.end(entry, 'expired');
          continue;
        }
        const problem = problemOfJob(entry.job);
        const against = problem
          ? `not a job: ${problem}`
          : reasonAgainst(failuresOf(entry), config.maxDeliveries);
        if (against !== undefined) {
          store.setAside(entry, against);
          continue;
        }
        leave(entry);
        inFlight.add(entry);
        entry.deliveries += 1;
        countEvent(metrics, entry.deliveries === 1 ? 'received' : 'redelivered');
        return entry;
      }
    },
    giveBack: (entry, delayMs = 0) => {
      if (delayMs <= 0) waitAgain(entry);
      else if (leave(entry)) delayed.set(entry, setTimeout(waitAgain, delayMs, entry).unref());
    },
    end: (entry, how) => {
      if (!remove(entry)) return;
      totals[how] += 1;
      countEvent(metrics, how);
    },
    setAside: (entry, reason) => {
      if (!remove(entry)) return;
      const { job } = entry;
      failures.set(job.id, { ...failuresOf(entry), aside: reason });
      totals.setAside += 1;
      countEvent(metrics, 'set_aside');
      logger.error({ job: job.id, customer: job.customer, reason }, 'a job was set aside');
      kept.push({ job, reason });
      if (kept.length > keptAside) kept.shift();
    },
    fail: (entry, kind, reason) => {
      const before = failuresOf(entry);
      const failed = { ...before, [kind]: before[kind] + 1 };
      failures.set(entry.job.id, failed);
      const against = reasonAgainst(failed, config.maxDeliveries);
      if (against === undefined) {
        waitAgain(entry);
        return 'retried';
      }
      store.setAside(entry, reason ?? against);
      return 'set-aside';
    },
    reasonAside: (id) => failures.get(id)?.aside,
    state: () => {
      dropOld();
      const waiting = [first(fresh), ...again, ...delayed.keys()].filter((entry) => entry !== undefined);
      const oldestAt = waiting.reduce((least, { publishedAt }) => Math.min(least, publishedAt), Infinity);
      return {
        waiting: fresh.size + again.size + delayed.size,
        inFlight: inFlight.size,
        ...totals,
        ...(oldestAt === Infinity ? {} : { oldestAt }),
      };
    },
    aside: () => [...kept],
    close: () => {
      for (const timer of delayed.values()) clearTimeout(timer);
    },
  };
  return store;
}

function first<T>(set: Iterable<T>): T | undefined {
  for (const each of set) return each;
  return undefined;
}
