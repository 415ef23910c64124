/** Decides who may ask for a message now: nobody asks for one that has no place. */
export interface Pulls {
  /** Keeps a place for the answer to a request that does not wait; false where there is none. */
  reserve(): boolean;
  /** Gives the place back, for the job that came or for another. */
  release(): void;
  /** Notes a request that waits at a partition; false where it may not begin. */
  begin(partition: number): boolean;
  end(partition: number): void;
  /** Whether there is a place for a job that came to a request that waited. */
  hasPlace(): boolean;
  /** All partitions are empty: requests may wait at them until `arrived` or `stop`, when it resolves. */
  listen(): Promise<void>;
  arrived(): void;
  /** Resolves after the next change that may matter to somebody who may not begin. */
  nextChange(): Promise<void>;
  /** To be called when a place may have become free. */
  changed(): void;
}

/**
 * Places for `room` jobs, of which `jobs()` are taken. Under load, requests that do not wait go from partition to
 * partition, each with a place kept for its answer. Only while all partitions are empty do requests wait at them: as
 * many as there are places, and one at least at each partition, so that all are heard while there is one place.
 */
export function createPulls(room: number, jobs: () => number): Pulls {
  const waiting = new Map<number, number>();
  let requests = 0;
  let reserved = 0;
  let isQuiet = false;
  const change = createSignal();
  const arrival = createSignal();
  const taken = () => jobs() + reserved;
  return {
    reserve: () => {
      if (taken() >= room) return false;
      reserved += 1;
      return true;
    },
    release: () => {
      reserved -= 1;
      change.fire();
    },
    begin: (partition) => {
      const here = waiting.get(partition) ?? 0;
      const allowed = taken() + requests < room || (here === 0 && taken() < room);
      if (!isQuiet || !allowed) return false;
      waiting.set(partition, here + 1);
      requests += 1;
      return true;
    },
    end: (partition) => {
      waiting.set(partition, (waiting.get(partition) ?? 1) - 1);
      requests -= 1;
      change.fire();
    },
    hasPlace: () => taken() < room,
    listen: () => {
      isQuiet = true;
      change.fire();
      return arrival.next();
    },
    arrived: () => {
      isQuiet = false;
      arrival.fire();
    },
    nextChange: change.next,
    changed: change.fire,
  };
}

/** A promise that is made anew each time it is resolved. */
function createSignal(): { next(): Promise<void>; fire(): void } {
  let resolve: () => void;
  let promise: Promise<void>;
  const renew = () => {
    promise = new Promise<void>((done) => {
      resolve = done;
    });
  };
  renew();
  return {
    next: () => promise,
    fire: () => {
      const before = resolve;
      renew();
      before();
    },
  };
}
