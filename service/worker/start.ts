import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, Queue } from '../contracts/queue.ts';
import type { RunningRole } from '../contracts/role.ts';
import type { UsageLog } from '../contracts/usage.ts';
import type { WorkerConfig } from '../shared/config-types.ts';
import { createServer, listen } from '../shared/http.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { idsOf } from '../shared/trace.ts';
import { createBuffers } from './buffers.ts';
import { createCustomerLabels } from './customers.ts';
import { type ApiServers, createApiServers } from './internal-http.ts';
import { doJob } from './job.ts';
import { createSafeLog } from './log-usage.ts';
import { startPool } from './pool.ts';
import { resizeProcessPath } from './process-path.ts';

export interface WorkerDependencies {
  /** Stays open: whoever opened it closes it. */
  readonly queue: Queue;
  readonly usageLog: UsageLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Ways to the API servers other than HTTP, such as to the one in the same process; the worker closes it. */
  readonly apiServers?: ApiServers;
  /** Built main module of a resize process, where it is not the installation's. */
  readonly resizeProcess?: string;
}

/** Jobs of a process beside the one that it resizes: one whose bytes come, one whose result goes. */
const beside = 2;
/** Jobs of a process whose usage is being logged; more of them keep their places, so that a log that is away is felt. */
const beingLogged = 64;
const unsettled = 'a job was left unsettled; it is delivered again';

/**
 * Starts the worker role: processes that resize, one image at a time each, and jobs for them from the queue. While an
 * image is resized the bytes of the next one come and the result of the last one goes, so that no core waits.
 */
export async function startWorker(
  config: WorkerConfig,
  dependencies: WorkerDependencies,
): Promise<RunningRole> {
  const { queue, usageLog, logger, metrics, resizeProcess = resizeProcessPath() } = dependencies;
  const ending = new AbortController();
  // Each job listens, also those that are only being logged.
  setMaxListeners(0, ending.signal);
  const pool = startPool(resizeProcess, config, { logger, metrics });
  const concurrency = config.processes * (1 + beside);
  const buffers = createBuffers(concurrency);
  const api = dependencies.apiServers ?? createApiServers(config.limits.bodyBytes, buffers);
  let draining = false;
  const server = createServer({
    logger,
    metrics,
    ready: async () => !draining && pool.readyCount() > 0 && (await queue.healthy()),
  });
  const address = await listen(server, config.listen);
  await pool.started();
  const tools = {
    config,
    pool,
    api,
    buffers,
    logSafely: createSafeLog({ usageLog, logger, signal: ending.signal }),
    ...{ logger, metrics },
    labelOf: createCustomerLabels(),
    worker: hostname(),
    signal: ending.signal,
  };
  const running = new Set<Promise<void>>();
  const most = concurrency + config.processes * beingLogged;
  const take = (delivery: Delivery) =>
    new Promise<void>((leavePlace) => {
      const handedIn = () => running.size < most && leavePlace();
      const job = doJob(delivery, { ...tools, handedIn })
        .catch((err: unknown) => logger.error({ err, ...idsOf(delivery.job) }, unsettled))
        .finally(() => {
          running.delete(job);
          leavePlace();
        });
      running.add(job);
    });
  const consumer = await queue.consume({ concurrency, take });
  logger.info({ address, processes: config.processes }, 'worker is running');

  const stop = async () => {
    ending.abort(new Error('the worker ends'));
    await Promise.allSettled(running);
    await Promise.all([pool.close(), api.close(), server.close()]);
  };
  return {
    addresses: { listen: address },
    drain: async () => {
      draining = true;
      const inTime = consumer
        .drain()
        .then(() => Promise.all(running))
        .then(() => true);
      const done = await Promise.race([inTime, sleep(config.drainTime * 1000, false, { ref: false })]);
      if (!done) logger.warn('the time to drain is over; what is not done goes back');
      await Promise.all([stop(), done ? undefined : consumer.close()]);
    },
    close: async () => {
      draining = true;
      await consumer.close();
      await stop();
    },
  };
}
