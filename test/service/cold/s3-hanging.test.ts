import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openS3Store } from '../../../service/cold/s3.ts';
import { type ColdStore, ColdStoreUnavailable } from '../../../service/contracts/cold-store.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A cold store at a server that is closed after the test. */
async function storeAt(server: Server, timeout: number): Promise<ColdStore> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const store = await openS3Store({ endpoint, bucket: 'records', ...keys, timeout });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  closers.push(() => store.close());
  return store;
}

describe('cold storage on an S3 server that hangs', { timeout: 10_000 }, () => {
  it('is away where the server accepts and never answers, after two tries', async () => {
    let requests = 0;
    const server = createServer((socket) => {
      socket.once('data', () => {
        requests += 1;
      });
    });
    const store = await storeAt(server, 0.2);
    await expect(store.get('a')).rejects.toThrow(ColdStoreUnavailable);
    expect(requests).toBe(2);
  });

  it('is away where the server says no more than the half of a body', async () => {
    const answers = {
      HEAD: 'content-length: 0\r\n\r\n',
      GET: `content-length: 100\r\n\r\n${'x'.repeat(50)}`,
    };
    const server = createServer((socket) => {
      socket.on('data', (bytes) => {
        const method = bytes.toString().split(' ')[0] as keyof typeof answers;
        socket.write(`HTTP/1.1 200 OK\r\n${answers[method]}`);
      });
    });
    const store = await storeAt(server, 0.2);
    await expect(store.get('a')).rejects.toThrow(ColdStoreUnavailable);
    await expect(store.list('')).rejects.toThrow(ColdStoreUnavailable);
  });

  it('is not away where an upload takes long and goes on, also at a server that does not know Expect', async () => {
    const put: number[] = [];
    const answer: RequestListener = async (request, response) => {
      if (request.method === 'HEAD') return response.writeHead(request.url?.endsWith('/a') ? 404 : 200).end();
      let bytes = 0;
      for await (const chunk of request) bytes += chunk.length;
      for (let part = 0; part < 20; part++) {
        response.writeProcessing();
        await sleep(100);
      }
      put.push(bytes);
      return response.end();
    };
    const server = createHttpServer(answer).on('checkContinue', answer);
    const store = await storeAt(server, 1);
    await store.put('a', Buffer.alloc(5_000_000));
    expect(put).toEqual([5_000_000]);
  });
});
