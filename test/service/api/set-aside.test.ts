import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { startWorker } from '../../../service/worker/start.ts';
import { buildResizeProcess } from '../worker/build.ts';
import { bomb } from '../worker/images.ts';
import { workerConfig } from '../worker/world.ts';
import {
  apiConfig,
  codeOf,
  createScope,
  embeddedQueue,
  eventually,
  queueConfig,
  runApi,
  silent,
} from './running-api.ts';

const scope = createScope();
let built: Awaited<ReturnType<typeof buildResizeProcess>>;
beforeAll(async () => {
  built = await buildResizeProcess();
}, 30_000);
afterAll(() => built.remove());
afterEach(() => scope.end());

/** A way to an API server on which questions come through and outcomes do not. */
async function createOneWay(target: () => string) {
  let cut = 0;
  const server = createServer((asked, reply) => {
    if (asked.method === 'PUT') {
      cut += 1;
      return asked.socket.destroy();
    }
    const passed = request(`${target()}${asked.url}`, { headers: asked.headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    passed.on('error', () => reply.destroy()).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, cut: () => cut };
}

describe('an asynchronous job over which processes die', () => {
  it('ends as crashed where no worker can say so, and no third process meets it', {
    timeout: 90_000,
  }, async () => {
    let internal = '';
    const way = await createOneWay(() => internal);
    // Long enough for two deaths, even on a busy machine: only then is the job published again.
    const queue = embeddedQueue(scope, { deduplicationWindow: 10 });
    const api = await runApi(
      scope,
      {
        internalUrl: way.url,
        spool: { folder: scope.folder(), bytes: 1e6, deadline: 80, retention: 60 },
        queue: { ...queueConfig, maxAge: 10, deduplicationWindow: 10 },
        limits: { ...apiConfig.limits, pixels: 100_000_000 },
      },
      { queue },
    );
    internal = api.internalListen;
    const metrics = createMetrics('worker');
    const worker = await startWorker(
      {
        ...workerConfig,
        memoryBytes: 300_000_000,
        limits: { bodyBytes: 10_000_000, pixels: 100_000_000 },
      },
      {
        ...{ queue, logger: silent, metrics, resizeProcess: built.path },
        usageLog: { append: async () => {}, close: async () => {} },
      },
    );
    scope.defer(() => worker.close());
    const deaths = async () =>
      /restarts_total\{reason="memory"\} (\d+)/.exec(await metrics.text())?.[1] ?? 'none';

    // Some kilobytes that need more than a gigabyte.
    const image = new Uint8Array(bomb(10_000, 5000, true));
    const answer = await api.post('/v1/resize?width=10000&format=avif&async=1', image);
    expect(answer.status).toBe(202);
    const location = answer.headers.get('location') ?? '';
    await eventually(async () => expect((await queue.state()).setAside).toBe(1));
    await eventually(() => expect(way.cut()).toBeGreaterThan(0));
    const status = async () => (await (await api.get(location)).json()) as object;
    expect(await status()).toMatchObject({ status: 'waiting' });

    await eventually(async () =>
      expect(await status()).toMatchObject({ status: 'refused', code: 'crashed' }),
    );
    expect(await codeOf(await api.get(`${location}/result`))).toBe('422 crashed');
    const books = { published: 1, setAside: 1, acknowledged: 0, expired: 0, waiting: 0, inFlight: 0 };
    expect(await queue.state()).toMatchObject(books);
    expect(await deaths()).toBe('2');
  });
});
