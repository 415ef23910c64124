import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer, listen } from '../../../service/shared/http.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { Refusal } from '../../../service/shared/problem.ts';
import { childTraceparent, traceparentFrom } from '../../../service/shared/trace.ts';

const lines: string[] = [];
const logger = createLogger('test', 'info', { write: (line: string) => void lines.push(line) });
const servers: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(more: Partial<Parameters<typeof createServer>[0]> = {}) {
  const server = createServer({ logger, ready: () => true, ...more });
  server.get('/refused', () => {
    throw new Refusal(429, 'quota', 'too much', { 'retry-after': 7 });
  });
  server.get('/broken', () => {
    throw new Error('secret detail');
  });
  server.post('/body', async () => 'taken');
  servers.push(server);
  return listen(server, { host: '127.0.0.1', port: 0 });
}

describe('the server of a role', () => {
  it('tells whether it lives and is ready, and its metrics only where it was given them', async () => {
    const open = await start({ metrics: createMetrics('api') });
    const closed = await start({ ready: async () => false });
    expect((await fetch(`${open}/livez`)).status).toBe(200);
    expect((await fetch(`${open}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${open}/metrics`)).text()).toContain('headroom_build_info');
    expect((await fetch(`${closed}/readyz`)).status).toBe(503);
    expect((await fetch(`${closed}/metrics`)).status).toBe(404);
  });

  it('answers every error as a problem with the id of the request', async () => {
    const address = await start({ bodyLimit: 10 });
    const refused = await fetch(`${address}/refused`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('7');
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      code: 'quota',
      detail: 'too much',
      requestId: refused.headers.get('x-request-id'),
    });
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const codes = await Promise.all([
      fetch(`${address}/nowhere`),
      fetch(`${address}/body`, { ...json, body: '{' }),
      fetch(`${address}/body`, { ...json, body: JSON.stringify('0123456789') }),
      fetch(`${address}/body`, { method: 'POST', headers: { 'content-type': 'text/x' }, body: 'x' }),
    ]).then((all) =>
      Promise.all(all.map((each) => each.json() as Promise<{ code: string; status: number }>)),
    );
    expect(codes.map(({ code, status }) => [status, code])).toEqual([
      [404, 'not-found'],
      [400, 'invalid-json'],
      [413, 'body-too-large'],
      [415, 'unsupported-media-type'],
    ]);
  });

  it('keeps the detail of its own faults in the log', async () => {
    const address = await start();
    const answer = await fetch(`${address}/broken`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret detail');
    expect(lines.join('')).toContain('secret detail');
  });

  it('hangs up on a client that does not finish its request', async () => {
    const address = new URL(await start({ receiveTimeout: 0.2 }));
    const socket = connect(Number(address.port), address.hostname);
    socket.write('POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab');
    const received = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', () => {});
    });
    expect(received).toContain('408');
  });
});

describe('the log', () => {
  it('redacts secrets by their names at any near depth', () => {
    logger.info({
      password: 'p1',
      headers: { authorization: 'p2' },
      config: { coldStore: { secretKey: 'p3' } },
    });
    expect(lines.at(-1)).not.toMatch(/p1|p2|p3/);
    expect(lines.at(-1)).toContain('[redacted]');
  });
});

describe('the trace context', () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('goes on with a new step in the same trace', () => {
    const child = childTraceparent(traceparentFrom({ traceparent: parent }));
    expect(child).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(child).not.toBe(parent);
  });

  it('begins anew where the header is missing or wrong', () => {
    expect(traceparentFrom({ traceparent: '00-zz' })).toBeUndefined();
    expect(childTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
