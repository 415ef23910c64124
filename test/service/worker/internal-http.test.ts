import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createBuffers } from '../../../service/worker/buffers.ts';
import { type ApiServers, createApiServers } from '../../../service/worker/internal-http.ts';
import { jobNamed } from '../contracts/queue.ts';

let stop: () => Promise<void>;
afterEach(() => stop());

/** An API server that says, byte for byte, what a test wants; `answers` one after another. */
async function serve(answer: (socket: Socket, turn: number, request: string) => unknown, most = 1_000_000) {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.setNoDelay(true).on('data', (data) => void answer(socket, turn++, data.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: ApiServers = createApiServers(most, createBuffers(2));
  stop = async () => {
    await api.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const job = jobNamed('one', { bodyUrl: `${base}/body?part=1`, resultUrl: `${base}/result` });
  const signal = new AbortController().signal;
  const fetchBody = async (patience = 3000) => api.fetchBody(job, Date.now() + patience, signal);
  return { api, job, signal, fetchBody, connections: () => sockets.size };
}
const head = (length: number, status = '200 OK') => `HTTP/1.1 ${status}\r\ncontent-length: ${length}\r\n\r\n`;

describe('a body', { timeout: 20_000 }, () => {
  it('is what was sent, whether it comes at once or byte by byte, on connections that are kept', async () => {
    const bodies = [Buffer.alloc(700_000, 1), Buffer.from('a few bytes'), Buffer.alloc(0)];
    for (let i = 0; i < 700_000; i++) bodies[0]?.writeUInt8(i % 251, i);
    const { fetchBody, connections } = await serve(async (socket, turn, request) => {
      expect(request).toMatch(/^GET \/body\?part=1 HTTP\/1\.1\r\n/);
      const body = bodies[turn] ?? Buffer.alloc(0);
      const whole = Buffer.concat([Buffer.from(head(body.length)), body]);
      if (turn !== 1) return socket.write(whole);
      for (const byte of whole) {
        socket.write(Buffer.from([byte]));
        await sleep(1);
      }
    });
    for (const body of bodies) {
      const fetched = await fetchBody();
      expect(fetched.kind === 'body' && Buffer.compare(fetched.bytes, body)).toBe(0);
    }
    // One that has just been read from is not free at once.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it('of unknown length is taken up to the most bytes, and no further', async () => {
    const chunked = (bytes: number) =>
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n0\r\n\r\n`;
    const { fetchBody } = await serve(
      (socket, turn) => socket.write(chunked(turn === 0 ? 1000 : 1001)),
      1000,
    );
    expect(await fetchBody()).toMatchObject({ kind: 'body', bytes: Buffer.alloc(1000, 'x') });
    expect(await fetchBody()).toEqual({ kind: 'too-large' });
  });

  it('that breaks off is asked for again, from the beginning', async () => {
    const { fetchBody } = await serve((socket, turn) => {
      if (turn === 0) return socket.end(`${head(10)}first`);
      return socket.write(`${head(10)}0123456789`);
    });
    expect(await fetchBody()).toMatchObject({ kind: 'body', bytes: Buffer.from('0123456789') });
  });

  it('is not waited for when the worker ends', async () => {
    const { api, job } = await serve((socket) => socket.write(`${head(10)}half`));
    const ending = new AbortController();
    const fetching = api.fetchBody(job, Date.now() + 60_000, ending.signal);
    await sleep(100);
    ending.abort(new Error('the worker ends'));
    await expect(fetching).rejects.toThrow('the worker ends');
  });

  it('is unreachable where what answers speaks no HTTP', async () => {
    const { fetchBody } = await serve((socket) => socket.end('220 mail ready\r\n'));
    expect(await fetchBody(300)).toEqual({ kind: 'unreachable' });
  });
});

describe('a result', { timeout: 20_000 }, () => {
  it('is taken, unwanted or too large by the status of the answer', async () => {
    const statuses = ['200 OK', '410 Gone', '413 Payload Too Large'];
    const { api, job, signal } = await serve((socket, turn) => socket.write(head(0, statuses[turn])));
    const refusal = { kind: 'refused', code: 'corrupt', detail: 'broken' } as const;
    const outcomes: string[] = [];
    for (const _ of statuses) {
      outcomes.push(await api.deliver(job, refusal, Date.now() + 2000, signal));
    }
    expect(outcomes).toEqual(['taken', 'gone', 'too-large']);
  });
});
