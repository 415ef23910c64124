import { expect } from 'vitest';
import { type Failure, hasFailed, isPromised } from './failures.ts';
import type { Load, Seen } from './load.ts';
import { pause, until } from './processes.ts';
import { report, shown, some } from './report.ts';
import type { Service } from './service.ts';

/** For how long a fault lets requests fail after it, in seconds, and how; none may before and after, or in another way. */
export interface Allowance {
  readonly mayFailFor: number;
  readonly mayFailAs?: readonly Failure[];
  /** Whether a part of the requests is served all the while; true unless told. */
  readonly servesSome?: boolean;
  /** Seconds in which a request that fails must have its answer, or the end of its connection. */
  readonly failsWithin?: number;
}

/** A fault, and what the plan lets customers see of it. */
export interface Drill extends Allowance {
  readonly fault: () => Promise<unknown> | unknown;
  /** Milliseconds for which the fault lasts before it is mended. */
  readonly lasts: number;
  readonly mend: () => Promise<unknown> | unknown;
}

/** Of a drill, as performance.now() tells them. */
interface Times {
  readonly loadedAt: number;
  readonly faultAt: number;
  readonly brokenAt: number;
  readonly lastedUntil: number;
}

export interface Drills {
  /** Breaks the service under load, mends it, and holds what customers saw against what the plan lets them see. */
  run(drill: Drill): Promise<void>;
  /** Mends what a drill left broken that failed in its middle: the next one still finds a service that is whole. */
  mend(): Promise<void>;
}

/** A second. */
const mostRequests = 6;
/**
 * How requests are refused while it is measured how many are borne: all that a machine bears may be more than what it
 * leaves to the service, where others use it as well.
 */
const overloaded = ['overloaded', 'balancer 503'];

export function createDrills(service: Service, load: Load): Drills {
  const mends: Drill['mend'][] = [];

  const servedSince = (at: number) =>
    load.seen.filter(({ startedAt, status }) => startedAt >= at && status === 200).length;
  const isServing = async (at: number) => {
    try {
      await until('requests are served again', async () => servedSince(at) >= 5, 60_000);
    } catch (error) {
      throw new Error(JSON.stringify(load.seen.slice(-10)), { cause: error });
    }
  };

  /** Everything that was published has ended, and was seen to end. */
  const expectSum = async (least: number) => {
    await until('the replicas of the queue are equal', service.witness.isWhole);
    await until('nothing is in the queue', async () => {
      const { waiting, inFlight } = await service.witness.sum();
      return waiting + inFlight === 0;
    });
    const { published, acknowledged, expired, setAside } = await service.witness.sum();
    expect(acknowledged + expired + setAside).toBe(published);
    expect(published).toBeGreaterThan(least);
    expect(setAside).toBe(0);
  };

  const expectAllowed = (seen: readonly Seen[], times: Times, allowance: Allowance) => {
    const { loadedAt, faultAt, brokenAt, lastedUntil } = times;
    const {
      mayFailFor,
      mayFailAs = [],
      failsWithin = Number.POSITIVE_INFINITY,
      servesSome = true,
    } = allowance;
    const { hasPages } = service.balancer;
    const wrongBefore = (each: Seen) =>
      each.startedAt < loadedAt && hasFailed(each) && !isPromised(each, overloaded, hasPages);
    expect(some(seen.filter(wrongBefore), faultAt)).toEqual([]);

    const failed = seen.filter((each) => each.startedAt >= loadedAt && hasFailed(each));
    report(failed, faultAt);
    const mayFailUntil = faultAt + mayFailFor * 1000;
    const mayFail = ({ startedAt, endedAt = Number.POSITIVE_INFINITY }: Seen) =>
      startedAt <= mayFailUntil && endedAt >= faultAt && endedAt - startedAt <= failsWithin * 1000;
    const wrong = failed.filter((each) => !mayFail(each) || !isPromised(each, mayFailAs, hasPages));
    expect(some(wrong, faultAt)).toEqual([]);
    // A part is broken, and the rest goes on: a window in which nobody is served is another failure.
    const hit = seen.filter(
      ({ startedAt }) => startedAt >= brokenAt && startedAt <= Math.min(lastedUntil, mayFailUntil),
    );
    if (servesSome && hit.length > 0) expect(hit.some((each) => !hasFailed(each))).toBe(true);
  };

  return {
    async run({ fault, lasts, mend, ...allowance }) {
      await until('the load balancer takes all API servers for ready', service.isBalanced);
      const first = load.seen.length;
      const before = await service.witness.sum();
      // A load that this machine can bear: the bounds are those of a service with room, not of a fast machine.
      const rate = Math.min(mostRequests, (await load.measure()) / 4);
      expect(rate).toBeGreaterThan(0);
      await until('the load balancer takes all API servers for ready', service.isBalanced);
      const loadedAt = performance.now();
      load.start(rate);
      await isServing(loadedAt);
      mends.push(mend);
      const faultAt = performance.now();
      await fault();
      const brokenAt = performance.now();
      await pause(lasts);
      const lastedUntil = performance.now();
      await mends.pop()?.();
      await isServing(performance.now());
      await load.stop();

      const seen = load.seen.slice(first);
      expectAllowed(seen, { loadedAt, faultAt, brokenAt, lastedUntil }, allowance);
      const accepted = seen.filter(({ location }) => location !== undefined);
      expect(accepted.length).toBeGreaterThan(0);
      const lost = accepted.filter(({ ending }) => ending !== 'done');
      expect(lost.map((each) => shown(each, faultAt))).toEqual([]);
      await expectSum(before.published + 5);
    },
    async mend() {
      for (const mend of mends.splice(0)) await mend();
      await load.stop();
    },
  };
}
