import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiConfig } from '../../../service/shared/config-types.ts';
import { codeOf, createScope, eventually, resized, runApi, work } from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

/** More than the buffers of a connection take on both of its sides. */
const large = Buffer.alloc(30_000_000, 'a picture ');
let jpeg: Buffer<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 40, height: 20, channels: 3 as const, background: '#478' };
  jpeg = Buffer.from(await sharp({ create }).jpeg().toBuffer());
});

const limits = { bodyBytes: large.length, pixels: 5e7 };
const spool = () => ({ spool: { folder: scope.folder(), bytes: 1e8, deadline: 60, retention: 60 } });

type Api = Awaited<ReturnType<typeof runApi>>;

/** An API whose results are all large. */
async function run(config: Partial<ApiConfig>) {
  const api = await runApi(scope, { limits, ...config });
  await work(
    scope,
    api.queue,
    (_job, body) => ({ ...resized(body), image: large }) as ReturnType<typeof resized>,
  );
  return api;
}

/** Asks and reads nothing of the answer until it is told to. */
function ask(api: Api, head: string, body: Uint8Array = Buffer.alloc(0)): Socket & { received: number } {
  const { hostname, port } = new URL(api.listen);
  const socket = Object.assign(connect(Number(port), hostname), { received: 0 });
  scope.defer(() => socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  const length = body.length > 0 ? `content-length: ${body.length}\r\n` : '';
  socket.write(`${head} HTTP/1.1\r\nhost: a\r\nauthorization: ${api.as().authorization}\r\n${length}\r\n`);
  socket.write(body);
  return socket;
}

/** Reads a little now and then, so that the connection is never silent for long. */
function trickle(socket: Socket & { received: number }): void {
  socket.on('data', (bytes) => {
    socket.received += bytes.length;
    socket.pause();
    setTimeout(() => socket.resume(), 50);
  });
  socket.resume();
}

const closed = (socket: Socket) =>
  eventually(() => expect(socket.destroyed || socket.readableEnded).toBe(true));
const inFlight = (api: Api) => api.value('headroom_api_requests_in_flight');

async function jobOf(api: Api): Promise<string> {
  const answer = await api.post('/v1/resize?width=20&async=1', jpeg);
  const location = answer.headers.get('location') ?? '';
  await eventually(async () =>
    expect(await (await api.get(location)).json()).toMatchObject({ status: 'done' }),
  );
  return location;
}

describe('a customer that does not read its answer', () => {
  it('keeps its place until it is cut off, and then others are served', async () => {
    const api = await run({ concurrency: 2, receiveTimeout: 2 });
    const stalled = ask(api, 'POST /v1/resize?width=20', jpeg);
    const slow = ask(api, 'POST /v1/resize?width=20', jpeg);
    trickle(slow);
    await eventually(() => expect(slow.received).toBeGreaterThan(0));
    expect(await inFlight(api)).toBe(2);
    expect(await codeOf(await api.post('/v1/resize?width=20', jpeg))).toBe('503 overloaded');
    await closed(slow);
    expect(slow.received).toBeLessThan(large.length);
    await eventually(async () => expect(await inFlight(api)).toBe(0));
    const served = await api.post('/v1/resize?width=20', jpeg);
    expect([served.status, (await served.arrayBuffer()).byteLength]).toEqual([200, large.length]);
    stalled.resume();
    await closed(stalled);
  });

  it('gives its place back when it hangs up, also with requests that stand behind the first', async () => {
    const api = await run({ concurrency: 100 });
    const first = ask(api, 'POST /v1/resize?width=20', jpeg);
    await eventually(async () => expect(await inFlight(api)).toBe(1));
    for (let more = 0; more < 15; more++) {
      first.write(
        `POST /v1/resize?width=20 HTTP/1.1\r\nhost: a\r\nauthorization: ${api.as().authorization}\r\ncontent-length: ${jpeg.length}\r\n\r\n`,
      );
      first.write(jpeg);
    }
    await eventually(async () => expect(await inFlight(api)).toBeGreaterThan(1));
    first.destroy();
    await eventually(async () => expect(await inFlight(api)).toBe(0));
  });
});

describe('a customer that reads its answer at once', () => {
  it('is served again and again where there is one place', async () => {
    const api = await run({ concurrency: 1 });
    for (let time = 0; time < 6; time++) {
      const answer = await api.post('/v1/resize?width=20', jpeg);
      expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, large.length]);
    }
  });
});

describe('the result of a job', () => {
  it.each(['its own server', 'another server'])(
    'comes whole and as it is read through %s',
    async (through) => {
      const owner = await run({ ...spool(), node: 'a' });
      const peers = [{ node: 'a', url: owner.internalListen }];
      const api = through === 'its own server' ? owner : await runApi(scope, { node: 'b', peers, limits });
      const location = await jobOf(owner);
      const result = await api.get(`${location}/result`);
      expect(result.headers.get('content-length')).toBe(String(large.length));
      const headers = await fetch(`${api.listen}${location}/result`, { method: 'HEAD', headers: api.as() });
      expect([headers.status, headers.headers.get('content-length')]).toEqual([200, String(large.length)]);
      const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      expect(hash(new Uint8Array(await result.arrayBuffer()))).toBe(hash(large));

      globalThis.gc?.();
      const before = process.memoryUsage().arrayBuffers;
      const readers = Array.from({ length: 10 }, () => ask(api, `GET ${location}/result`));
      for (const reader of readers) {
        reader.once('data', (bytes) => {
          reader.received = bytes.length;
          reader.pause();
        });
        reader.resume();
      }
      await eventually(() => expect(readers.every(({ received }) => received > 0)).toBe(true));
      // All of them would be ten times the image.
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * large.length);
      expect((await api.get(location)).status).toBe(200);
    },
  );

  it.each(['its own server', 'another server'])(
    'is given to so many at a time through %s, and to others when they are cut off',
    async (through) => {
      const small = { concurrency: 2, receiveTimeout: 2 };
      const owner = await run({ ...spool(), ...small, node: 'a' });
      const peers = [{ node: 'a', url: owner.internalListen }];
      const api =
        through === 'its own server' ? owner : await runApi(scope, { ...small, node: 'b', peers, limits });
      const location = await jobOf(owner);
      const readers = [1, 2].map(() => ask(api, `GET ${location}/result`));
      for (const reader of readers) trickle(reader);
      await eventually(() => expect(readers.every(({ received }) => received > 0)).toBe(true));
      const third = await api.get(`${location}/result`);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await codeOf(third)).toBe('503 overloaded');
      expect((await api.get(location)).status).toBe(200);
      if (api === owner) expect((await api.post('/v1/resize?width=20&async=1', jpeg)).status).toBe(202);
      for (const reader of readers) await closed(reader);
      for (const reader of readers) expect(reader.received).toBeLessThan(large.length);
      const result = await eventually(async () => {
        const answer = await api.get(`${location}/result`);
        expect(answer.status).toBe(200);
        return answer;
      });
      expect((await result.arrayBuffer()).byteLength).toBe(large.length);
    },
  );
});
