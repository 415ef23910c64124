import { setTimeout as sleep } from 'node:timers/promises';
import { waitBefore } from '../shared/backoff.ts';
import type { WorkerConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { type Place, placesFor } from './places.ts';
import type { Answer, Task } from './protocol.ts';
import { type ResizeChild, startChild } from './resize-child.ts';

/** Between starts of a process that does not come up, in seconds. */
const restartWaits = { first: 0.1, most: 5 };
/** Between looks at the memory of the processes, in milliseconds: about 100 MB can be filled in that time. */
const memoryInterval = 100;
/** A process that holds so much of its memory limit between images is replaced: the next image needs room, too. */
const retireShare = 0.8;

/** Resize processes, each with one image at a time. */
export interface Pool {
  /**
   * Waits for a process that is free and gives it the task; what the task gets is its own time, not that of waiting.
   * `task` is asked only then, and may find that there is nothing left to do.
   *
   * Rejects with TaskTimedOut, ProcessDied, or the reason of the signal; a task that runs is then killed.
   */
  run(task: () => Task | undefined, signal: AbortSignal): Promise<Answer | undefined>;
  /** Processes that take tasks. */
  readyCount(): number;
  /** Resolves when the first process is ready. */
  started(): Promise<void>;
  /** Ends all processes. */
  close(): Promise<void>;
}

export type PoolConfig = Pick<WorkerConfig, 'processes' | 'deadline' | 'memoryBytes'>;

/**
 * Starts the processes of a config, and starts them again whenever they end or have grown too large: at once where one
 * is above its memory limit, else after the image.
 */
export function startPool(
  path: string,
  config: PoolConfig,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Pool {
  const free: ResizeChild[] = [];
  const waiting: ((child: ResizeChild) => void)[] = [];
  const alive = new Set<ResizeChild>();
  const resident = new Map<ResizeChild, number>();
  let readyNow = 0;
  let closed = false;
  let isStarted: () => void;
  const started = new Promise<void>((resolve) => {
    isStarted = resolve;
  });

  const countReady = (by: number) => {
    readyNow += by;
    metrics.set('headroom_worker_processes', {}, readyNow);
  };
  const showResident = () => {
    metrics.set('headroom_worker_process_resident_bytes', {}, Math.max(0, ...resident.values()));
  };
  const offer = (child: ResizeChild) => {
    const next = waiting.shift();
    if (next) next(child);
    else free.push(child);
  };

  /** The life of one place in the pool: a process, and another when it ends. */
  const keepRunning = async (place: Place) => {
    for (let failures = 0; !closed; ) {
      // Its CPU may have been taken from us since.
      const child = startChild(path, failures === 0 ? place : []);
      alive.add(child);
      const cameUp = await child.ready.then(
        () => true,
        () => false,
      );
      if (cameUp && !closed) {
        failures = 0;
        countReady(1);
        isStarted();
        offer(child);
      } else failures += 1;
      const how = await child.ended;
      alive.delete(child);
      resident.delete(child);
      const at = free.indexOf(child);
      if (at >= 0) free.splice(at, 1);
      if (cameUp) countReady(-1);
      if (closed) return;
      const reason = child.killedFor ?? 'crash';
      metrics.add('headroom_worker_process_restarts_total', { reason });
      logger.warn({ reason, how, childPid: child.pid }, 'a resize process ended and is started again');
      if (failures > 0) await sleep(waitBefore(failures, restartWaits) * 1000);
    }
  };

  /** One image must not eat the memory of the machine, so an image that needs more than the limit is a death. */
  const watchMemory = () => {
    for (const child of alive) {
      const bytes = child.residentBytes();
      if (bytes === undefined) continue;
      resident.set(child, bytes);
      if (bytes > config.memoryBytes) child.kill('memory');
    }
    showResident();
  };
  const memoryWatch = setInterval(watchMemory, memoryInterval).unref();

  const acquire = (signal: AbortSignal): Promise<ResizeChild> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const now = free.shift();
      if (now) return resolve(now);
      const giveUp = () => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      const take = (child: ResizeChild) => {
        signal.removeEventListener('abort', giveUp);
        resolve(child);
      };
      waiting.push(take);
      signal.addEventListener('abort', giveUp, { once: true });
    });

  const release = (child: ResizeChild, { residentBytes }: Answer) => {
    resident.set(child, residentBytes);
    showResident();
    if (residentBytes <= retireShare * config.memoryBytes) return offer(child);
    child.kill('memory');
  };

  const kept = placesFor(config.processes).map(keepRunning);
  return {
    run: async (task, signal) => {
      const child = await acquire(signal);
      const kill = () => child.kill();
      const work = task();
      if (!work) {
        offer(child);
        return undefined;
      }
      signal.addEventListener('abort', kill, { once: true });
      try {
        const answer = await child.run(work, config.deadline);
        release(child, answer);
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', kill);
      }
    },
    readyCount: () => readyNow,
    started: () => started,
    close: async () => {
      closed = true;
      clearInterval(memoryWatch);
      for (const child of alive) child.kill();
      await Promise.all(kept);
    },
  };
}
