import { afterEach, describe, expect, it } from 'vitest';
import {
  type ApiServer,
  type Behaviour,
  type EmittedHaproxy,
  post,
  type RawAnswer,
  sendRaw,
  serveApi,
  startEmitted,
  until,
} from './emitted-haproxy.ts';
import { hasEngine } from './engine.ts';

/** Longer than any test takes: what waits for it waits for something else. */
const ever = '60 s';
const retryAfter = '7 s';
const patient = {
  'loadBalancer.queue.wait': ever,
  'loadBalancer.timeout.slowClient': ever,
  'loadBalancer.deadline': ever,
  'loadBalancer.check.interval': ever,
  'api.retryAfter': retryAfter,
} as const;

const answers: Behaviour = (_request, response, name) => void response.end(name);
const hangs: Behaviour = () => {};
const head = 'POST /v1/resize HTTP/1.1\r\nhost: x\r\n';

const problemOf = ({ status, headers, body }: RawAnswer) => ({
  status,
  type: headers['content-type'],
  retryAfter: headers['retry-after'],
  problem: body.startsWith('{') ? JSON.parse(body) : body,
});
const problem = (status: number, code: string, after?: string) => ({
  status,
  type: 'application/problem+json',
  retryAfter: after,
  problem: expect.objectContaining({ type: 'about:blank', title: expect.any(String), status, code }),
});
const overloaded = problem(503, 'overloaded', '7');

describe.skipIf(!hasEngine('haproxy'))('the load balancer as it is emitted', { timeout: 60_000 }, () => {
  let running: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(running.map((each) => each.close()));
    running = [];
  });

  async function start(
    set: Readonly<Record<string, string>>,
    ...behaviours: readonly [Behaviour, Behaviour]
  ): Promise<{ haproxy: EmittedHaproxy; one: ApiServer; two: ApiServer }> {
    const one = await serveApi('one', behaviours[0]);
    const two = await serveApi('two', behaviours[1]);
    running.push(one, two);
    const haproxy = await startEmitted({ ...patient, ...set }, [one, two]);
    running.push({ close: haproxy.stop });
    return { haproxy, one, two };
  }

  it('sends no request again whose server died after it took it, and says that the server is lost', async () => {
    const { haproxy, one, two } = await start({}, (request) => void request.socket.destroy(), answers);
    const seen: RawAnswer[] = [];
    for (let i = 0; i < 6; i += 1) seen.push(await post(haproxy.port, `/v1/resize?${i}`));
    expect([...one.received, ...two.received].sort()).toEqual(seen.map((_, i) => `/v1/resize?${i}`));
    expect(one.taken()).toBeGreaterThan(0);
    const lost = seen.filter(({ status }) => status !== 200);
    expect(lost.map(problemOf)).toEqual(one.received.map(() => problem(502, 'server-lost')));
  });

  it('goes to the other server where a connection is refused', async () => {
    const { haproxy, one, two } = await start({}, answers, answers);
    await two.close();
    const seen: RawAnswer[] = [];
    for (let i = 0; i < 4; i += 1) seen.push(await post(haproxy.port, '/v1/resize'));
    expect(seen.map(({ status, body }) => `${status} ${body}`)).toEqual(seen.map(() => '200 one'));
    expect(one.received).toHaveLength(4);
  });

  it('refuses while the queue is full, at once, and gives no server more than its places', async () => {
    const held: (() => void)[] = [];
    let open = false;
    const holds: Behaviour = (_request, response, name) => {
      const release = () => void response.end(name);
      if (open) release();
      else held.push(release);
    };
    const places = {
      'loadBalancer.server.limit': '2 req/machine',
      'loadBalancer.queue.limit': '2 req/machine',
    };
    const { haproxy, one, two } = await start(places, holds, holds);
    const served = Array.from({ length: 4 }, () => post(haproxy.port, '/v1/resize'));
    await until(() => held.length === 4);
    const waiting: Promise<RawAnswer>[] = [];
    // Refused is who finds more than two in the queue.
    while (waiting.length < 3) {
      waiting.push(post(haproxy.port, '/v1/resize'));
      await until(async () => (await haproxy.queued()) === waiting.length);
    }
    const refusals: RawAnswer[] = [];
    while (refusals.length < 4) refusals.push(await post(haproxy.port, '/v1/resize?refused'));
    // No place became free until here: who was refused waited for none.
    expect(refusals.map(problemOf)).toEqual(refusals.map(() => overloaded));
    expect([one.received.length, two.received.length]).toEqual([2, 2]);
    open = true;
    for (const release of held) release();
    const all = await Promise.all([...served, ...waiting]);
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
    expect([one.most(), two.most()]).toEqual([2, 2]);
    expect([...one.received, ...two.received]).toEqual(all.map(() => '/v1/resize'));
  });

  it('refuses what waited too long in the queue, and no server has seen it', async () => {
    const places = { 'loadBalancer.server.limit': '1 req/machine', 'loadBalancer.queue.wait': '300 ms' };
    const { haproxy, one, two } = await start(places, hangs, hangs);
    for (let i = 0; i < 2; i += 1) void post(haproxy.port, '/v1/resize');
    await until(() => one.taken() + two.taken() === 2);
    expect(problemOf(await post(haproxy.port, '/v1/resize?late'))).toEqual(overloaded);
    expect([...one.received, ...two.received]).toEqual(['/v1/resize', '/v1/resize']);
  });

  it('says that it is overloaded while no server is up', async () => {
    const { haproxy, one, two } = await start({ 'loadBalancer.check.interval': '100 ms' }, answers, answers);
    for (const server of [one, two]) await server.close();
    await haproxy.says(/backend 'api' has no server available/);
    expect(problemOf(await post(haproxy.port, '/v1/resize'))).toEqual(overloaded);
  });

  it('says that the deadline is over where a server hangs', async () => {
    const { haproxy, one, two } = await start({ 'loadBalancer.deadline': '500 ms' }, hangs, hangs);
    expect(problemOf(await post(haproxy.port, '/v1/resize'))).toEqual(problem(504, 'deadline-exceeded', '7'));
    expect(one.taken() + two.taken()).toBe(1);
  });

  it('gives no new request to a server that is not ready', async () => {
    const { haproxy, one, two } = await start({ 'loadBalancer.check.interval': '100 ms' }, answers, answers);
    one.ready = false;
    await haproxy.says(/Server api\/api-1 is DOWN/);
    for (let i = 0; i < 4; i += 1) expect((await post(haproxy.port, '/v1/resize')).body).toBe('two');
    expect(one.received).toEqual([]);
    expect(two.received).toHaveLength(4);
  });

  const small = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(10));
  it.each([
    ['small bodies', [`${head}content-length: 100000\r\n\r\n`, ...small, ...small, ...small, ...small]],
    [
      'chunks',
      [
        `${head}transfer-encoding: chunked\r\n\r\n`,
        ...[...small, ...small, ...small].map((each) => `a\r\n${each}\r\n`),
      ],
    ],
  ])('cuts off a client that trickles %s, before it has taken a server', async (_name, pieces) => {
    const { haproxy, one, two } = await start({ 'loadBalancer.timeout.slowClient': '1 s' }, answers, answers);
    expect(problemOf(await sendRaw(haproxy.port, pieces, 100))).toEqual(problem(408, 'request-timeout'));
    expect([...one.received, ...two.received]).toEqual([]);
  });

  it('gives a client that stalls in a large body, which a server has begun, no longer than the deadline', async () => {
    const { haproxy, one, two } = await start({ 'loadBalancer.deadline': '500 ms' }, answers, answers);
    const stalled = [`${head}content-length: 100000\r\n\r\n`, 'x'.repeat(50_000)];
    expect(problemOf(await sendRaw(haproxy.port, stalled))).toEqual(problem(504, 'deadline-exceeded', '7'));
    expect([one.received.length + two.received.length, one.taken() + two.taken()]).toEqual([1, 0]);
  });

  it('cuts off a client that trickles its headers', async () => {
    const { haproxy, one, two } = await start({ 'loadBalancer.timeout.slowClient': '1 s' }, answers, answers);
    const { status, headers } = await sendRaw(haproxy.port, [head, ...'x-slow: aaaaaaaaaaaaaaaaaaaa'], 100);
    expect([status, headers['connection']]).toEqual([408, 'close']);
    expect([...one.received, ...two.received]).toEqual([]);
  });

  const second = 'POST /v1/resize?smuggled HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n';
  it.each([
    ['two lengths', `${head}content-length: 5\r\ncontent-length: 0\r\n\r\n0\r\n\r\n${second}`],
    ['two lengths in one header', `${head}content-length: 5, 0\r\n\r\n0\r\n\r\n${second}`],
    ['a length that is none', `${head}content-length: +5\r\n\r\n0\r\n\r\n${second}`],
    ['a chunk size that is none', `${head}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n${second}`],
    [
      'a chunk size that overflows',
      `${head}transfer-encoding: chunked\r\n\r\n1${'0'.repeat(16)}\r\na\r\n${second}`,
    ],
    ['a coding that is none', `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${second}`],
    ['a space before the colon', `${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${second}`],
  ])('refuses a request with %s, and no server sees what comes after it', async (_name, text) => {
    const { haproxy, one, two } = await start({}, answers, answers);
    const { status, headers, answers: count } = await sendRaw(haproxy.port, [text]);
    expect([status, headers['connection'], count]).toEqual([400, 'close', 1]);
    expect([...one.received, ...two.received]).toEqual([]);
  });

  it('takes a request with a length and chunks by its chunks alone, and nothing after it', async () => {
    const { haproxy, one, two } = await start({}, answers, answers);
    const both = `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${second}`;
    const { headers, answers: count } = await sendRaw(haproxy.port, [both]);
    expect([headers['connection'], count]).toEqual(['close', 1]);
    expect([...one.received, ...two.received]).toEqual(['/v1/resize']);
  });
});
