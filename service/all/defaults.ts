import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { QueueConfig, ServiceConfig } from '../shared/config-types.ts';

export interface Surroundings {
  /** Folder for everything that is kept; absolute. */
  readonly data: string;
  /** For customers; the other listeners take free ones. */
  readonly port: number;
  /** Cores that this process may use. */
  readonly cores: number;
}

/** Everything listens on this machine alone: there is no TLS here, and the internal addresses trust who reaches them. */
const here = (port = 0) => ({ host: '127.0.0.1', port });

/** The plan's largest payload, and its largest image: a 50 megapixel camera. */
const limits = { bodyBytes: 1_000_000, pixels: 50_000_000 };

/** The plan's: a change works within this, beside the lives of entries in the edge cache. */
const replicationLag = 2;

const queue: QueueConfig = {
  url: 'embedded',
  // There is one process: nothing to replicate, nothing to partition.
  replicas: 1,
  partitions: 1,
  // The plan's: what waited for longer is answered too late to be of use.
  maxAge: 15,
  maxMessages: 10_000,
  maxBytes: 10_000_000,
  // Above the worker's deadline, so that a job comes back only from a worker that is gone.
  ackWait: 6,
  // The plan's: after the second death a job is set aside.
  maxDeliveries: 2,
  // The plan's: twice the age, so that no copy outlives the memory of its id.
  deduplicationWindow: 30,
  publishTimeout: 2.9,
};

/**
 * What `serve all` runs with: the numbers of the built-in plan where they hold for one machine too, and otherwise
 * numbers that fit one machine of unknown speed, for the reasons given.
 */
export function defaultConfig({ data, port, cores }: Surroundings): ServiceConfig {
  const store = {
    url: 'embedded',
    folder: join(data, 'usage', 'store'),
    ...{ replicas: 1, writeQuorum: 1, readQuorum: 1 },
    // The plan's 90 days.
    retention: 7_776_000,
    timeout: 2,
  };
  const coldStore = {
    url: pathToFileURL(join(data, 'cold')).href,
    bucket: 'records',
    // An hour instead of the plan's seven years: whoever tries this out wants to throw it away again.
    retention: 3600,
  };
  return {
    schema: 'headroom/service-config/v1',
    logLevel: 'info',
    api: {
      listen: here(port),
      internalListen: here(),
      node: 'all',
      limits,
      // About a third of a second of work for each core: more would only wait longer for the same cores.
      concurrency: 16 * cores,
      // The plan's: what an image may wait and then take, with a second for the way.
      deadline: 16,
      drainTime: 17,
      // No load balancer looks at readiness here.
      drainNotice: 0,
      receiveTimeout: 15,
      // One machine does not grow; a place is free again within the second.
      retryAfter: 1,
      // The plan's three.
      retryBudget: 0.1,
      retry: { first: 0.05, most: 2 },
      // Fetching by address is off until somebody lists the hosts.
      sources: [],
      sourceTimeout: 5,
      // The plan's cache; the data plane is in this process.
      identity: {
        url: 'embedded',
        timeout: 0.05,
        ttl: 60,
        negativeTtl: 5,
        maxStale: 3600,
        replicationLag,
        entries: 100_000,
      },
      queue,
      objective: { below: 0.5, payloadBelow: 1_000_000 },
      spool: {
        folder: join(data, 'spool'),
        bytes: 1_000_000_000,
        // A bill waits for the deadline of its jobs: short, so that asynchronous ones are billed soon too.
        deadline: 60,
        retention: 86_400,
      },
      idempotency: { ttl: 600, bytes: 67_108_864 },
      usage: { store, refresh: 60 },
    },
    worker: {
      listen: here(),
      processes: cores,
      // Exact CPU time needs one job at a time in a process.
      jobsPerProcess: 1,
      // The plan's comes from a measured mix; AVIF on a slow machine needs more.
      deadline: 5,
      // Room for the largest allowed image, which the plan's mix does not have.
      memoryBytes: 512_000_000,
      drainTime: 6,
      limits,
      usage: { url: 'embedded' },
      queue,
    },
    identity: {
      listen: here(),
      database: { url: `embedded:${join(data, 'identity')}` },
      dataPlane: ['embedded'],
      // The plan's.
      replicationLag,
      detectionTime: 10,
      adminKey: { file: join(data, 'admin-key') },
    },
    usage: {
      listen: here(),
      folder: join(data, 'usage'),
      bufferBytes: 1_000_000_000,
      // The plan's: what a power loss can take of records that nobody waited for.
      fsyncInterval: 0.1,
      // Short, so that a minute's records are in cold storage when its bill is made; each batch costs 50 ms of CPU.
      batchInterval: 5,
      batchRecords: 33_334,
      rollupWindow: 60,
      retry: { first: 1, most: 60 },
      store,
      coldStore,
    },
    billing: {
      engine: 'duckdb',
      cores: 1,
      partitions: 4,
      // A bill each minute instead of each month, to see one soon.
      period: 60,
      interval: 5,
      // Twice the way of a record to cold storage, and a second.
      settleTime: 11,
      deadline: 60,
      // The plan's: 0.18 USD for an hour of one core, 20 USD for a terabyte.
      prices: { cpuSecond: '0.00005', byte: '0.00000000002' },
      coldStore,
    },
  };
}
