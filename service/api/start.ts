import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../contracts/identity.ts';
import type { Queue } from '../contracts/queue.ts';
import type { RunningRole } from '../contracts/role.ts';
import type { UsageStore } from '../contracts/usage.ts';
import type { ApiConfig } from '../shared/config-types.ts';
import { listen } from '../shared/http.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { createAnswerMemory } from './answer-memory.ts';
import { createGate } from './gate.ts';
import { createHeldJobs, type HeldJobs, internalPath } from './held-jobs.ts';
import { createIdempotentAnswers, type IdempotentAnswers } from './idempotency.ts';
import { createInternalServer } from './internal-server.ts';
import { createJobAnswers, createJobRouter } from './job-answers.ts';
import { nodeName } from './node-name.ts';
import { createOwnUsage } from './own-usage.ts';
import { createPublicServer } from './public-server.ts';
import { createQuotas } from './quota.ts';
import { createReadiness } from './readiness.ts';
import { acceptedAnswer } from './resize.ts';
import { createSourceFetcher, type SourceFetcher } from './source.ts';
import { openSpool, type Spool } from './spool.ts';
import { createSubmitter } from './submit.ts';
import { createWaitingJobs } from './waiting.ts';

export interface ApiDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly queue: Queue;
  readonly authenticator: Authenticator;
  /** For monthly quotas and questions about usage; without it only rates are limited. */
  readonly usageStore?: Pick<UsageStore, 'total'>;
  readonly source?: SourceFetcher;
}

export interface RunningApi extends RunningRole {
  /** Its jobs, for a worker in the same process. */
  readonly held: HeldJobs;
}

/** Milliseconds between looks at the spool. */
const tendInterval = 500;

/** Starts an API server. What was passed in stays open when it stops; it belongs to who opened it. */
export async function startApi(config: ApiConfig, dependencies: ApiDependencies): Promise<RunningApi> {
  const { logger, metrics, queue, authenticator, usageStore } = dependencies;
  const { peers = [] } = config;
  const node = await nodeName(config);
  const readiness = createReadiness(queue);
  const { ready } = readiness;
  const waiting = createWaitingJobs(metrics);
  // Known only once the internal listener is open, which needs the spool, which publishes with it.
  let internal = '';
  const addresses = (id: string, token: string) => ({
    bodyUrl: internal + internalPath(id, token, 'body'),
    resultUrl: internal + internalPath(id, token, 'result'),
  });
  const spool = config.spool && (await openSpool(spoolOptions(config, dependencies, addresses)));
  const { idempotency = { ttl: 600, bytes: 67_108_864 } } = config;
  const answers = createIdempotentAnswers(createAnswerMemory(idempotency));
  if (spool) restoreAnswers(spool, answers);

  const own = createJobAnswers(spool);
  const held = createHeldJobs(waiting, spool);
  const inner = createInternalServer({ logger, metrics, ready, held, jobs: own });
  const internalListen = await listen(inner, config.internalListen);
  internal = config.internalUrl ?? peers.find((peer) => peer.node === node)?.url ?? internalListen;

  const gate = createGate({ ...config, metrics });
  const downloads = createGate(config);
  const limits = { allowed: config.sources, bytes: config.limits.bodyBytes, timeout: config.sourceTimeout };
  const source = dependencies.source ?? createSourceFetcher(limits);
  const outer = createPublicServer({
    ...{ config, logger, ready, readiness, metrics, authenticator, gate, downloads, answers, source },
    quotas: createQuotas({
      entries: config.identity.entries,
      refresh: config.usage?.refresh ?? 60,
      store: usageStore,
      logger,
    }),
    usage: usageStore && createOwnUsage({ ...config, store: usageStore, logger }),
    jobs: createJobRouter(own, { node, peers, timeout: config.deadline }),
    submitter: createSubmitter({
      config,
      node,
      queue,
      waiting,
      spool,
      gate,
      readiness,
      metrics,
      logger,
      addresses,
    }),
  });
  const publicListen = await listen(outer, config.listen).catch(async (error: unknown) => {
    await inner.close();
    throw error;
  });
  const tending = spool && setInterval(() => void spool.tend(), tendInterval);
  logger.info({ listen: publicListen, internalListen, node }, 'the api serves');

  const stop = async () => {
    readiness.close();
    clearInterval(tending);
    await outer.close();
    await spool?.close();
    await inner.close();
    await source.close();
  };
  return {
    addresses: { listen: publicListen, internalListen },
    held,
    async drain() {
      readiness.drain();
      await sleep(config.drainNotice * 1000);
      await within(stop(), config.drainTime, [outer, inner]);
    },
    async close() {
      for (const server of [outer, inner]) server.server.closeAllConnections();
      await within(stop(), 0, [outer, inner]);
    },
  };
}

/** Lets work finish for a time (seconds), then cuts the connections that still hold it up. */
async function within(work: Promise<void>, time: number, servers: readonly FastifyInstance[]): Promise<void> {
  const timer = setTimeout(() => {
    for (const server of servers) server.server.closeAllConnections();
  }, time * 1000);
  await work.finally(() => clearTimeout(timer));
}

function spoolOptions(
  config: ApiConfig,
  { queue, logger, metrics }: ApiDependencies,
  addresses: (id: string, token: string) => { readonly bodyUrl: string; readonly resultUrl: string },
) {
  const { maxAge, deduplicationWindow } = config.queue;
  if (!config.spool) throw new Error('no spool in the config');
  return {
    config: config.spool,
    queue,
    // Before, the queue still has the job, or would take a second one for the first.
    republishAfter: 1.1 * Math.max(maxAge, deduplicationWindow),
    retryAfter: config.retryAfter,
    addresses,
    logger,
    onRetry: () => metrics.add('headroom_api_retries_total', { tier: 'queue' }),
  };
}

/** Accepted jobs keep their idempotency keys over a restart. */
function restoreAnswers(spool: Spool, answers: IdempotentAnswers): void {
  for (const { spooled } of spool.entries()) {
    const { job, idempotency } = spooled;
    if (!idempotency) continue;
    answers.restore(job.customer, idempotency.key, idempotency.fingerprint, acceptedAnswer(job.id));
  }
}
