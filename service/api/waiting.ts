import { randomBytes } from 'node:crypto';
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
  /** The customer went away, or the job never came into the queue: the bytes are let go. */
  abandon(): void;
}

/** Jobs whose customers wait: their bytes are in memory, for workers to fetch. */
export interface WaitingJobs {
  hold(id: string, body: Buffer, deadlineAt: number): Waiter;
  body(id: string, token: string): Buffer | undefined;
  /** What a job was served with, for a while. */
  served(id: string, token: string): Served | undefined;
  /** `taken` where the customer waits, or was answered by this very job before; `gone` otherwise. */
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

/** Answered jobs that are remembered, so that one that is delivered twice ends the same way both times. */
const answeredEntries = 100_000;

export function createWaitingJobs(metrics: Metrics): WaitingJobs {
  const held = new Map<string, Held>();
  const answered = new LRUCache<string, Answered>({ max: answeredEntries });
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

  return {
    hold(id, body, deadlineAt) {
      const token = randomBytes(16).toString('base64url');
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
      return { token, ending, abandon: () => release(id, { kind: 'expired' }) };
    },
    body: (id, token) => find(id, token)?.body,
    served(id, token) {
      const before = answered.get(id);
      return before?.token === token ? before.served : undefined;
    },
    settle(id, token, outcome) {
      const job = find(id, token);
      if (!job) {
        const before = answered.get(id);
        const isSame = before?.token === token && (before.served !== undefined) === (outcome.kind === 'done');
        return isSame ? 'taken' : 'gone';
      }
      // A server that hung looks at what has come before it looks at the time.
      if (Date.now() > job.deadlineAt) {
        release(id, { kind: 'expired' });
        return 'gone';
      }
      answered.set(id, {
        token,
        ...(outcome.kind === 'done' ? { served: servedWith(outcome, job.body) } : {}),
      });
      release(id, outcome);
      return 'taken';
    },
  };
}

function servedWith(outcome: Extract<Outcome, { kind: 'done' }>, body: Buffer): Served {
  const { image, pixelsIn, cpuMicroseconds } = outcome;
  return {
    finishedAt: Date.now(),
    bytesIn: body.length,
    bytesOut: image.length,
    ...{ pixelsIn, cpuMicroseconds },
  };
}
