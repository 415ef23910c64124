import type { ListenConfig, QueueConfig, ServiceConfig } from '../../service/shared/config-types.ts';
import { planned } from './plan.ts';

/** Where everything is; hosts and ports, addresses of engines, and folders. */
export interface Places {
  readonly host: string;
  readonly queue: string;
  readonly database: string;
  readonly replica: string;
  readonly store: string;
  readonly cold: string;
  readonly api: readonly { readonly node: string; readonly port: number; readonly internal: number }[];
  readonly aggregator: number;
  readonly identity: number;
  readonly billing: number;
  readonly spool: (node: string) => string;
  readonly usageFolder: string;
  readonly billingFolder: string;
}

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
  const { host } = places;
  const own = places.api.find((each) => each.node === node);
  if (!own) throw new Error(`no api ${node}`);
  const listen = (port: number): ListenConfig => ({ host, port });
  return {
    api: {
      listen: listen(own.port),
      internalListen: listen(own.internal),
      node,
      peers: places.api
        .filter((each) => each.node !== node)
        .map((each) => ({ node: each.node, url: `http://${host}:${each.internal}` })),
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
      usage: { url: `http://${places.host}:${places.aggregator}` },
      queue: queueOf(places.queue),
    },
  };
}

export function identityConfig(places: Places): Section<'identity'> {
  return {
    identity: {
      listen: { host: places.host, port: places.identity },
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
      listen: { host: places.host, port: places.aggregator },
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
      listen: { host: places.host, port: places.billing },
      folder: places.billingFolder,
      engine: 'duckdb',
      cores: 1,
      partitions: 2,
      // Bills while the drills run, so that some windows are settled in the middle of one.
      ...{ period: 60, interval: 20, settleTime: 10, deadline: 300 },
      prices: { cpuSecond: '0.00005', byte: '0.00000000002' },
      coldStore: coldOf(places.cold),
    },
  };
}

/** HAProxy before the API servers: it takes each out 2 to 3 s after it has stopped to answer, and repeats nothing. */
export function balancerConfig(places: Places): string {
  return `
defaults
  mode http
  timeout connect ${planned('loadBalancer.timeout.connect')}s
  timeout http-request ${planned('loadBalancer.timeout.slowClient')}s
  timeout http-keep-alive 60s
  timeout client 30s
  timeout queue 1s
  timeout server ${Math.ceil(planned('loadBalancer.deadline') * 1000)}ms
  retries 2
  option redispatch 1
frontend customers
  bind "\${HEADROOM_HOST}:\${HEADROOM_PORT}"
  default_backend api
backend api
  balance leastconn
  option httpchk GET /readyz
  http-check expect status 200
  timeout check 2s
${places.api.map(({ node, port }) => `  server ${node} ${places.host}:${port} check inter 1s fall 2 rise 1`).join('\n')}
`;
}
