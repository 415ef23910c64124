import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Outcome, Served } from '../contracts/job.ts';
import type { Metrics } from '../shared/metrics.ts';

/** What a waiting customer is told in the end. */
export type Ending = Outcome | { readonly kind: 'expired' };

export interface Waiter {
  /** Unguessable; part of the internal addresses of the job. */
  readonly token: string;
  /** Resolves at the outcome, or at the deadline as expired. Never rejects. */
  readonly ending: Promise<Ending>;
  /** The job never came into the queue: the bytes are let go. */
  abandon(): void;
  /**
   * The customer hung up: the bytes are let go, so that nobody begins. An image that was begun and comes back before the
   * deadline counts as taken all the same, or hanging up at the last moment would make the work free.
   */
  leave(): void;
}

/** Jobs whose customers wait: their bytes are in memory, for workers to fetch. */
export interface WaitingJobs {
  hold(id: string, body: Buffer, deadlineAt: number): Waiter;
  body(id: string, token: string): Buffer | undefined;
  /** What a job was served with, for a while. */
  served(id: string, token: string): Served | undefined;
  /** `taken` where the customer waits, was answered by this very job before, or left in its time; `gone` otherwise. */
  settle(id: string, token: string, outcome: Outcome): 'taken' | 'gone';
}

interface Held {
  readonly token: string;
  readonly body: Buffer;
  readonly deadlineAt: number;
  readonly end: (ending: Ending) => void;
}

interface Answered {
  readonly token: string;
  /** Missing where the image was refused. */
  readonly served?: Served;
}

interface Left {
  readonly token: string;
  readonly bodyBytes: number;
  readonly deadlineAt: number;
}

/** Ended jobs that are remembered, so that one that is delivered twice ends the same way both times. */
const endedEntries = 100_000;

export function createWaitingJobs(metrics: Metrics): WaitingJobs {
  const held = new Map<string, Held>();
  const answered = new LRUCache<string, Answered>({ max: endedEntries });
  const left = new LRUCache<string, Left>({ max: endedEntries });
  let bytes = 0;

  const find = (id: string, token: string) => {
    const job = held.get(id);
    return job?.token === token ? job : undefined;
  };
  const release = (id: string, ending: Ending) => {
    const job = held.get(id);
    if (!job) return;
    held.delete(id);
    bytes -= job.body.length;
    metrics.set('headroom_api_bodies_held_bytes', {}, bytes);
    job.end(ending);
  };

  const answer = (id: string, token: string, outcome: Outcome, bodyBytes: number) => {
    const served = outcome.kind === 'done' ? { served: servedWith(outcome, bodyBytes) } : {};
    answered.set(id, { token, ...served });
  };
  /** An outcome for a job that nobody waits for any more. */
  const settleEnded = (id: string, token: string, outcome: Outcome) => {
    const before = answered.get(id);
    if (before) return before.token === token && (before.served !== undefined) === (outcome.kind === 'done');
    const parting = left.get(id);
    if (parting?.token !== token || outcome.kind !== 'done' || Date.now() > parting.deadlineAt) return false;
    answer(id, token, outcome, parting.bodyBytes);
    return true;
  };

  return {
    hold(id, body, deadlineAt) {
      const token = randomUUID();
      const timer = setTimeout(() => release(id, { kind: 'expired' }), Math.max(0, deadlineAt - Date.now()));
      const ending = new Promise<Ending>((resolve) => {
        const end = (how: Ending) => {
          clearTimeout(timer);
          resolve(how);
        };
        held.set(id, { token, body, deadlineAt, end });
      });
      bytes += body.length;
      metrics.set('headroom_api_bodies_held_bytes', {}, bytes);
      const abandon = () => release(id, { kind: 'expired' });
      const leave = () => {
        if (held.has(id)) left.set(id, { token, bodyBytes: body.length, deadlineAt });
        abandon();
      };
      return { token, ending, abandon, leave };
    },
    body: (id, token) => find(id, token)?.body,
    served(id, token) {
      const before = answered.get(id);
      return before?.token === token ? before.served : undefined;
    },
    settle(id, token, outcome) {
      const job = find(id, token);
      if (!job) return settleEnded(id, token, outcome) ? 'taken' : 'gone';
      // A server that hung looks at what has come before it looks at the time.
      if (Date.now() > job.deadlineAt) {
        release(id, { kind: 'expired' });
        return 'gone';
      }
      answer(id, token, outcome, job.body.length);
      release(id, outcome);
      return 'taken';
    },
  };
}

function servedWith(outcome: Extract<Outcome, { kind: 'done' }>, bytesIn: number): Served {
  const { image, pixelsIn, cpuMicroseconds } = outcome;
  return {
    finishedAt: Date.now(),
    bytesIn,
    bytesOut: image.length,
    ...{ pixelsIn, cpuMicroseconds },
  };
}
