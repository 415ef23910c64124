import type { Job } from './job.ts';

/**
 * The buffer between the fast API servers and the slower workers. Consistency first: a publish that was acknowledged
 * is not lost, and a message is delivered at least once until it is acknowledged or is set aside; one that waits too
 * long for its first delivery is dropped. Later ones are not: a worker that died may have served it, so that the next
 * one has to ask.
 *
 * Invariant: published = acknowledged + expired + set aside + waiting + in flight.
 */
export interface Queue {
  /**
   * Takes a job; resolves once it is safe. The job's id deduplicates within the deduplication window, so publishing
   * again after an unclear failure is harmless.
   *
   * Throws QueueFull where depth or bytes reached their limit, QueueUnavailable where nobody acknowledged in time, and
   * JobSetAside for a job that comes `again` and was set aside within the last day.
   */
  publish(job: Job): Promise<void>;

  /** Delivers jobs one after another to `take`, at most `concurrency` at a time, until it is closed. */
  consume(options: ConsumeOptions): Promise<Consumer>;

  /** What the queue holds now; Unix milliseconds. */
  state(): Promise<QueueState>;

  /** True while the queue would take a publish. */
  healthy(): Promise<boolean>;

  close(): Promise<void>;
}

export interface ConsumeOptions {
  readonly concurrency: number;
  /**
   * Resolves when there is room for another delivery; must settle its own then or soon after. One that is left
   * unsettled is delivered again after `ackWait`.
   */
  readonly take: (delivery: Delivery) => Promise<void>;
}

export interface Consumer {
  /** Takes no further job; resolves when all running `take` are done. */
  drain(): Promise<void>;
  /** Stops at once; what is in flight is handed back. */
  close(): Promise<void>;
}

/** One delivery of a job. Exactly one of the settling methods is to be called. */
export interface Delivery {
  readonly job: Job;
  /** 1 for the first delivery. */
  readonly count: number;
  /** The job is finished, whatever its outcome. Throws where the queue did not confirm. */
  acknowledge(): Promise<void>;
  /** Back to the queue, for instance when draining; `delayMs` before it is delivered again. */
  handBack(delayMs?: number): Promise<void>;
  /** Nobody waits for it any more: removed and counted as expired. */
  expire(): Promise<void>;
  /**
   * The process that worked on it died. The first time it goes back to the queue; the `maxDeliveries`-th time it is
   * set aside, kept for people to look at, so that a poisonous job cannot take down server after server. Failures
   * belong to the job: they count on when it is published `again`.
   */
  died(reason: string): Promise<'retried' | 'set-aside'>;
  /** No delivery can end the job: set aside, with the reason. */
  setAside(reason: string): Promise<void>;
  /** Still at work: the acknowledgement deadline starts anew. */
  working(): Promise<void>;
}

export interface QueueState {
  readonly waiting: number;
  readonly inFlight: number;
  readonly setAside: number;
  readonly bytes: number;
  readonly oldestAt?: number;
  /** Since when counted from the queue itself, not from this process. */
  readonly published: number;
  readonly acknowledged: number;
  readonly expired: number;
}

/** The queue is at its limit: answer 503 with Retry-After. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/** The queue did not answer in time, for instance while a leader is elected: retry within the budget. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** The queue has set the job aside before and takes it no more: whoever holds it tells its customer. */
export class JobSetAside extends Error {
  override readonly name = 'JobSetAside';
}
