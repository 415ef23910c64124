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
  server.get('/item/:id', async () => 'an item');
  server.get('/later', () => new Promise((resolve) => setTimeout(resolve, 60_000, 'late').unref()));
  servers.push(server);
  return listen(server, { host: '127.0.0.1', port: 0 });
}

/** All that comes back for some bytes until the server hangs up. */
function sendRaw(address: string, bytes: string): Promise<string> {
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => resolve(text));
  });
}

/** Status and code, where an answer is one problem and nothing else. */
function problemIn(received: string): readonly unknown[] {
  const [head = '', body = ''] = received.split('\r\n\r\n');
  if (!/^content-type: application\/problem\+json/im.test(head)) return ['no problem', received];
  const { status, code, requestId } = JSON.parse(body) as Record<string, unknown>;
  const id = /^x-request-id: (.*)$/im.exec(head)?.[1];
  return head.startsWith(`HTTP/1.1 ${status} `) && id === requestId ? [status, code] : ['not said', received];
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

  it('answers as a problem also what Node and the framework refuse by themselves, and hangs up', async () => {
    const address = await start();
    const cases: readonly (readonly [request: string, status: number, code: string])[] = [
      ['what is this\r\n\r\n', 400, 'malformed-request'],
      ['FOO / HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'malformed-request'],
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed-request'],
      ['GET /livez HTTP/1.1\r\nhost: a\r\nx-a: b\0c\r\n\r\n', 400, 'malformed-request'],
      [`GET /livez HTTP/1.1\r\nhost: a\r\nx-a: ${'b'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
      ['CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'malformed-request'],
      ['GET /livez HTTP/1.1\r\n\r\n', 400, 'malformed-request'],
      ['GET /livez HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 400, 'malformed-request'],
      [
        'POST /body HTTP/1.1\r\nhost: a\r\nexpect: tea\r\ncontent-length: 1\r\n\r\na',
        417,
        'expectation-failed',
      ],
      ['GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400, 'invalid-url'],
      [`GET /item/${'a'.repeat(300)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, 414, 'url-too-long'],
    ];
    for (const [request, status, code] of cases) {
      const received = await sendRaw(address, request);
      expect([request.slice(0, 40), ...problemIn(received)]).toEqual([request.slice(0, 40), status, code]);
    }
  });

  it('never puts an answer to bytes that are no request where that of a request belongs', async () => {
    const address = await start();
    const waits = 'GET /later HTTP/1.1\r\nhost: a\r\n\r\nnonsense\r\n\r\n';
    expect(await sendRaw(address, waits)).toBe('');
    const refused =
      'POST /body HTTP/1.1\r\nhost: a\r\ncontent-type: text/x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\n0\r\n\r\n';
    expect((await sendRaw(address, refused)).match(/^HTTP\/1\.1 .*$/gm)).toEqual([
      'HTTP/1.1 415 Unsupported Media Type',
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
    // The server looks once a second, and drops who is silent for twice the time without a word.
    const address = await start({ receiveTimeout: 2 });
    const json = 'content-type: application/json\r\ncontent-length: 5';
    const begun = [`POST /body HTTP/1.1\r\nhost: x\r\n${json}\r\n\r\nab`, 'GET /livez HTTP/1.1\r\nho'];
    const answers = await Promise.all(begun.map((bytes) => sendRaw(address, bytes)));
    expect(answers.map(problemIn)).toEqual(Array(2).fill([408, 'request-timeout']));
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
