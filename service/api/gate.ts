import type { Metrics } from '../shared/metrics.ts';
import { Refusal } from '../shared/problem.ts';

export interface GateOptions {
  /** Requests that may wait for their answer at a time. */
  readonly concurrency: number;
  /** Seconds, for Retry-After. */
  readonly retryAfter: number;
  readonly metrics: Metrics;
}

/**
 * Lets in what can be served, and turns the rest away on its headers, before any body is read: that takes a fraction
 * of a millisecond, so an overloaded server stays quick for those whom it serves and clear to those whom it does not.
 */
export interface Gate {
  /** Takes a place; returns how to leave it, any number of times. Throws a Refusal with 503 and Retry-After. */
  enter(): () => void;
  /** The queue refused a job: for a moment nobody need bring another one. */
  noteQueueFull(): void;
  readonly inFlight: number;
}

/** Milliseconds; long enough to spare most bodies, short enough not to be seen when the queue has room again. */
const queueRest = 50;

export function createGate({ concurrency, retryAfter, metrics }: GateOptions): Gate {
  let inFlight = 0;
  let queueFullUntil = 0;
  const headers = { 'retry-after': Math.max(1, Math.ceil(retryAfter)) };
  const move = (by: number) => {
    inFlight += by;
    metrics.set('headroom_api_requests_in_flight', {}, inFlight);
  };
  return {
    enter() {
      if (inFlight >= concurrency) {
        throw new Refusal(503, 'overloaded', 'too many requests are in flight', headers);
      }
      if (performance.now() < queueFullUntil) {
        throw new Refusal(503, 'queue-full', 'too many images wait to be resized', headers);
      }
      move(1);
      let inside = true;
      return () => {
        if (inside) move(-1);
        inside = false;
      };
    },
    noteQueueFull: () => {
      queueFullUntil = performance.now() + queueRest;
    },
    get inFlight() {
      return inFlight;
    },
  };
}
