import type { ListenConfig, QueueConfig, ServiceConfig } from '../../service/shared/config-types.ts';
import { planned } from './plan.ts';

/** Where everything is: what the roles listen on, addresses of engines, and folders. */
export interface Places {
  readonly queue: string;
  readonly database: string;
  readonly replica: string;
  readonly store: string;
  readonly cold: string;
  readonly api: readonly {
    readonly node: string;
    readonly listen: ListenConfig;
    readonly internal: ListenConfig;
  }[];
  readonly aggregator: ListenConfig;
  readonly identity: ListenConfig;
  readonly billing: ListenConfig;
  readonly spool: (node: string) => string;
  readonly usageFolder: string;
  readonly billingFolder: string;
}

export const urlOf = ({ host, port }: ListenConfig) => `http://${host}:${port}`;

type Section<K extends keyof ServiceConfig> = { readonly [k in K]: NonNullable<ServiceConfig[k]> };

/** Seconds for which an accepted job may take: longer than the queue needs to forget it and take it again. */
export const jobDeadline = 90;

const limits = { bodyBytes: 1_000_000, pixels: 50_000_000 };
const coldOf = (url: string) => ({
  url,
  bucket: 'records',
  retention: 3600,
  accessKey: { env: 'DRILL_ACCESS_KEY' },
  secretKey: { env: 'DRILL_SECRET_KEY' },
});
const storeOf = (url: string) => ({
  ...{ url, replicas: 3, writeQuorum: 2, readQuorum: 2, retention: 86_400, timeout: 10 },
});

const queueOf = (url: string): QueueConfig => ({
  url,
  replicas: 3,
  partitions: planned('queue.partitions'),
  maxAge: planned('queue.deadline'),
  maxMessages: 10_000,
  maxBytes: 10_000_000,
  // Above the plan's, as is the worker's deadline: the plan's are for machines of its own.
  ackWait: 6,
  maxDeliveries: planned('queue.deliveries.limit'),
  deduplicationWindow: planned('queue.deduplicationWindow'),
  publishTimeout: planned('queue.publish.timeout'),
});

export function apiConfig(places: Places, node: string): Section<'api'> {
  const own = places.api.find((each) => each.node === node);
  if (!own) throw new Error(`no api ${node}`);
  return {
    api: {
      listen: own.listen,
      internalListen: own.internal,
      node,
      peers: places.api
        .filter((each) => each.node !== node)
        .map((each) => ({ node: each.node, url: urlOf(each.internal) })),
      limits,
      concurrency: 400,
      deadline: planned('api.deadline'),
      drainTime: planned('api.drainTime'),
      drainNotice: 2,
      receiveTimeout: 15,
      retryAfter: 1,
      retryBudget: planned('api.retry.budget'),
      retry: { first: planned('api.retry.backoff.first'), most: planned('api.retry.backoff.most') },
      sources: [],
      sourceTimeout: 5,
      // Entries live shortly, so that each drill is one with entries that are old.
      identity: {
        url: places.replica,
        // Above the plan's: a machine with other work answers later.
        timeout: 0.5,
        ttl: 2,
        negativeTtl: 1,
        maxStale: planned('identityCache.maxStale'),
        replicationLag: planned('identityManagement.replicationLag'),
        entries: 1000,
      },
      queue: queueOf(places.queue),
      objective: { below: 0.5, payloadBelow: 1_000_000 },
      spool: { folder: places.spool(node), bytes: 100_000_000, deadline: jobDeadline, retention: 3600 },
      usage: { store: storeOf(places.store), refresh: 5 },
    },
  };
}

export function workerConfig(places: Places, listen: ListenConfig): Section<'worker'> {
  return {
    worker: {
      listen,
      processes: 1,
      jobsPerProcess: 1,
      deadline: 5,
      memoryBytes: 512_000_000,
      drainTime: 6,
      limits,
      usage: { url: urlOf(places.aggregator) },
      queue: queueOf(places.queue),
    },
  };
}

export function identityConfig(places: Places): Section<'identity'> {
  return {
    identity: {
      listen: places.identity,
      database: { url: places.database },
      dataPlane: [places.replica],
      replicationLag: planned('identityManagement.replicationLag'),
      detectionTime: planned('identityManagement.detectionTime'),
      adminKey: { env: 'DRILL_ADMIN_KEY' },
    },
  };
}

export function usageConfig(places: Places): Section<'usage'> {
  return {
    usage: {
      listen: places.aggregator,
      folder: places.usageFolder,
      bufferBytes: 16_000_000,
      fsyncInterval: planned('usageAggregator.fsync.interval'),
      batchInterval: 2,
      batchRecords: 1000,
      rollupWindow: 10,
      retry: { first: 0.5, most: 2 },
      store: storeOf(places.store),
      coldStore: coldOf(places.cold),
    },
  };
}

export function billingConfig(places: Places): Section<'billing'> {
  return {
    billing: {
      listen: places.billing,
      folder: places.billingFolder,
      engine: 'duckdb',
      cores: 1,
      partitions: 2,
      // Bills while the drills run, so that some windows are settled in the middle of one.
      ...{ period: 30, interval: 5, settleTime: 10, deadline: 300 },
      prices: { cpuSecond: '0.00005', byte: '0.00000000002' },
      coldStore: coldOf(places.cold),
    },
  };
}
