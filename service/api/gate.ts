import type { Metrics } from '../shared/metrics.ts';
import { Refusal } from '../shared/problem.ts';

export interface GateOptions {
  /** Requests that may be in flight at a time, from their headers until their answer was read. */
  readonly concurrency: number;
  /** Seconds after which an answer is of no use; who would wait for longer is turned away. */
  readonly deadline: number;
  /** Seconds, for Retry-After. */
  readonly retryAfter: number;
  /** Told how many are in flight; left out for places that are no resizes. */
  readonly metrics?: Metrics;
  /** Milliseconds of a clock that never goes back; `performance.now` unless told. */
  readonly clock?: () => number;
}

/**
 * Lets in what can be served, and turns the rest away on its headers, before any body is read: that takes a fraction
 * of a millisecond, so an overloaded server stays quick for those whom it serves and clear to those whom it does not.
 */
export interface Gate {
  /** Takes a place; returns how to leave it, any number of times. Throws a Refusal with 503 and Retry-After. */
  enter(): () => void;
  /**
   * An image is to be resized; returns how to tell that it came back, or that it did not. How fast they come back tells
   * how long another one would wait. Slow uploads are not counted: they keep no core busy.
   */
  begin(): (cameBack: boolean) => void;
  /** The queue refused a job: for a moment nobody need bring another one. */
  noteQueueFull(): void;
  readonly inFlight: number;
}

/** Share of the newest gap between two images in what is known of the gaps. */
const newest = 0.05;

/** So many may always wait: without them nothing would come back, and a bad time would be believed for ever. */
const always = 4;

/** Milliseconds; long enough to spare most bodies, short enough not to be seen when the queue has room again. */
const queueRest = 50;

export function createGate(options: GateOptions): Gate {
  const { concurrency, deadline, retryAfter, metrics, clock = () => performance.now() } = options;
  let inFlight = 0;
  /** Images that wait for a core or are on one. */
  let working = 0;
  let queueFullUntil = 0;
  /** Mean milliseconds from one image that came back to the next; 0 before the second. */
  let gap = 0;
  let lastAt = Number.NaN;
  const headers = { 'retry-after': Math.max(1, Math.ceil(retryAfter)) };
  const move = (by: number) => {
    inFlight += by;
    metrics?.set('headroom_api_requests_in_flight', {}, inFlight);
  };
  return {
    enter() {
      if (inFlight >= concurrency) {
        throw new Refusal(503, 'overloaded', 'too many requests are in flight', headers);
      }
      if (working >= always && (working + 1) * gap > deadline * 1000) {
        throw new Refusal(503, 'overloaded', 'the image would not be resized in time', headers);
      }
      if (clock() < queueFullUntil) {
        throw new Refusal(503, 'queue-full', 'too many images wait to be resized', headers);
      }
      move(1);
      let inside = true;
      return () => {
        if (inside) move(-1);
        inside = false;
      };
    },
    begin() {
      // Time without work is no gap.
      if (working === 0) lastAt = Number.NaN;
      working += 1;
      return (cameBack) => {
        working -= 1;
        if (!cameBack) return;
        const now = clock();
        const between = now - lastAt;
        if (!Number.isNaN(between)) gap = gap === 0 ? between : gap + newest * (between - gap);
        lastAt = now;
      };
    },
    noteQueueFull: () => {
      queueFullUntil = clock() + queueRest;
    },
    get inFlight() {
      return inFlight;
    },
  };
}
