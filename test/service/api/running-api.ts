import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type ApiDependencies, startApi } from '../../../service/api/start.ts';
import type { Identity } from '../../../service/contracts/identity.ts';
import type { Job, Outcome } from '../../../service/contracts/job.ts';
import type { Queue } from '../../../service/contracts/queue.ts';
import { createAuthenticator } from '../../../service/identity/authenticator.ts';
import { makeKey } from '../../../service/identity/key.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { createEmbeddedQueue } from '../../../service/queue/embedded-queue.ts';
import type { ApiConfig, QueueConfig } from '../../../service/shared/config-types.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';

export const silent = createLogger('test', 'silent');

// Times that no test is about are so long that a machine with other work keeps them too.
export const queueConfig: QueueConfig = {
  url: 'embedded',
  replicas: 1,
  partitions: 1,
  maxAge: 60,
  maxMessages: 1000,
  maxBytes: 1e7,
  ackWait: 30,
  maxDeliveries: 2,
  deduplicationWindow: 60,
  publishTimeout: 5,
};

const anywhere = { host: '127.0.0.1', port: 0 };

export const apiConfig: ApiConfig = {
  listen: anywhere,
  internalListen: anywhere,
  node: 'a',
  limits: { bodyBytes: 1e6, pixels: 5e7 },
  concurrency: 100,
  deadline: 30,
  drainTime: 20,
  drainNotice: 0,
  receiveTimeout: 20,
  retryAfter: 3,
  retryBudget: 0.1,
  retry: { first: 0.01, most: 0.05 },
  sources: [],
  sourceTimeout: 2,
  identity: {
    url: 'embedded',
    timeout: 5,
    ttl: 60,
    negativeTtl: 5,
    maxStale: 3600,
    replicationLag: 2,
    entries: 100,
  },
  queue: queueConfig,
  objective: { below: 0.5, payloadBelow: 1e6 },
};

/** Looks until it holds, however long a busy machine takes. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 25_000, interval: 20 });
}

/** Things to stop and remove at the end of a test, newest first. */
export function createScope() {
  const ends: (() => unknown)[] = [];
  return {
    defer: (end: () => unknown) => void ends.push(end),
    folder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'headroom-api-'));
      ends.push(() => rmSync(folder, { recursive: true, force: true }));
      return folder;
    },
    async end(): Promise<void> {
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
}

export type Scope = ReturnType<typeof createScope>;

export function embeddedQueue(scope: Scope, config: Partial<QueueConfig> = {}): Queue {
  const queue = createEmbeddedQueue(
    { ...queueConfig, ...config },
    { logger: silent, metrics: createMetrics('api') },
  );
  scope.defer(() => queue.close());
  return queue;
}

/** An API server with customers whose keys are known, and a queue that nobody consumes yet. */
export async function runApi(
  scope: Scope,
  config: Partial<ApiConfig> = {},
  given: Partial<ApiDependencies> & { readonly quota?: Identity['quota'] } = {},
) {
  const whole = { ...apiConfig, ...config };
  const metrics = createMetrics('api', { objectiveBelow: whole.objective.below });
  const store = createMemoryStore();
  const quota = given.quota ?? { requestsPerMonth: 1e6, requestsPerSecond: 1e5 };
  const keys = { anna: makeKey(), bert: makeKey() };
  await store.put(
    Object.entries(keys).map(([customer, { keyId, secretHash }]) => ({
      ...{ keyId, secretHash, customer, quota },
      plan: 'default',
      revoked: false,
      version: 1,
    })),
  );
  await store.setPosition(1, Date.now(), await store.generation());
  const queue = given.queue ?? embeddedQueue(scope);
  const authenticator = createAuthenticator(whole.identity, store, { logger: silent, metrics });
  const running = await startApi(whole, { logger: silent, metrics, queue, authenticator, ...given });
  scope.defer(() => running.close());
  const { listen = '', internalListen = '' } = running.addresses;
  const as = (who: keyof typeof keys = 'anna') => ({ authorization: `Bearer ${keys[who].text}` });
  return {
    ...{ running, queue, metrics, listen, internalListen, as },
    async post(
      path: string,
      body?: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string> = {},
    ): Promise<Response> {
      const image = body === undefined ? {} : { body };
      return fetch(listen + path, { method: 'POST', headers: { ...as(), ...headers }, ...image });
    },
    get: (path: string, headers: Record<string, string> = as()) => fetch(listen + path, { headers }),
    value: async (line: string) =>
      Number(
        (await metrics.text())
          .split('\n')
          .find((each) => each.startsWith(`${line} `))
          ?.split(' ')[1],
      ),
  };
}

/** The other side of the contract: fetches the body as a worker does and puts the outcome that a test decides on. */
export async function work(
  scope: Scope,
  queue: Queue,
  outcome: (job: Job, body: Buffer) => Outcome | undefined,
  concurrency = 4,
): Promise<{ readonly jobs: Job[]; readonly statuses: number[] }> {
  const seen = { jobs: [] as Job[], statuses: [] as number[] };
  const consumer = await queue.consume({
    concurrency,
    take: async (delivery) => {
      seen.jobs.push(delivery.job);
      const body = await fetch(delivery.job.bodyUrl);
      const bytes = Buffer.from(await body.arrayBuffer());
      const result = body.status === 200 ? outcome(delivery.job, bytes) : undefined;
      if (result) seen.statuses.push(await putOutcome(delivery.job.resultUrl, result));
      else seen.statuses.push(body.status);
      await delivery.acknowledge();
    },
  });
  scope.defer(() => consumer.close());
  return seen;
}

export async function putOutcome(url: string, outcome: Outcome): Promise<number> {
  const refused = outcome.kind === 'refused';
  const answer = await fetch(url, {
    method: 'PUT',
    headers: refused
      ? { 'content-type': 'application/json' }
      : {
          'content-type': outcome.contentType,
          'x-headroom-width': String(outcome.width),
          'x-headroom-height': String(outcome.height),
          'x-headroom-cpu-us': String(outcome.cpuMicroseconds),
          'x-headroom-pixels-in': String(outcome.pixelsIn),
        },
    body: refused
      ? JSON.stringify({ refused: outcome.code, detail: outcome.detail })
      : new Uint8Array(outcome.image),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** A result that tells which body it came from. */
export function resized(body: Buffer): Outcome {
  return {
    kind: 'done',
    image: Buffer.from(`small ${body.length}`),
    contentType: 'image/jpeg',
    width: 20,
    height: 10,
    cpuMicroseconds: 1234,
    pixelsIn: 200,
  };
}

export async function codeOf(answer: Response): Promise<string> {
  return `${answer.status} ${((await answer.json()) as { code: string }).code}`;
}
