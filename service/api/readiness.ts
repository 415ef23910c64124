import type { Queue } from '../contracts/queue.ts';

export interface Readiness {
  /** False while draining, while the queue takes nothing, and while this process cannot keep up with refusing. */
  ready(): Promise<boolean>;
  drain(): void;
  /** The queue took a job: it need not be asked for a while, and one that is full now and then stays in service. */
  notePublished(): void;
  readonly draining: boolean;
  close(): void;
}

/** Milliseconds between looks at the event loop; a loop that is later than `tooLate` serves nobody well. */
const interval = 250;
const tooLate = 1000;

/** Milliseconds for which a publish proves that the queue works. */
const proof = 5000;

/**
 * Readiness. Shedding is no reason to be unready: a server at its limit serves as much as it can and refuses the
 * rest at once, while taking it out would push its load on the others until none is left. It is overloaded in this
 * sense only where even refusing takes too long, which the lag of its event loop shows.
 */
export function createReadiness(queue: Pick<Queue, 'healthy'>): Readiness {
  let draining = false;
  let lag = 0;
  let publishedAt = Number.NEGATIVE_INFINITY;
  let expected = performance.now() + interval;
  const timer = setInterval(() => {
    lag = performance.now() - expected;
    expected = performance.now() + interval;
  }, interval);
  timer.unref();
  return {
    async ready() {
      if (draining || lag > tooLate) return false;
      if (performance.now() - publishedAt < proof) return true;
      return queue.healthy().catch(() => false);
    },
    drain: () => {
      draining = true;
    },
    notePublished: () => {
      publishedAt = performance.now();
    },
    get draining() {
      return draining;
    },
    close: () => clearInterval(timer),
  };
}
