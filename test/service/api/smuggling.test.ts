import { connect } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScope, eventually, resized, runApi, work } from './running-api.ts';

const scope = createScope();
let api: Awaited<ReturnType<typeof runApi>>;
let jpeg: Buffer;
let jobs: readonly unknown[];
beforeAll(async () => {
  const create = { width: 40, height: 20, channels: 3 as const, background: '#478' };
  jpeg = await sharp({ create }).jpeg().toBuffer();
  api = await runApi(scope);
  ({ jobs } = await work(scope, api.queue, (_job, body) => resized(body)));
});
afterAll(() => scope.end());

const post = (...headers: string[]) =>
  ['POST /v1/resize?width=20 HTTP/1.1', 'host: a', `authorization: ${api.as().authorization}`, ...headers]
    .map((line) => `${line}\r\n`)
    .join('');
/** A whole request, whose job would show that it was seen. */
const whole = () => `${post(`content-length: ${jpeg.length}`)}\r\n${jpeg.toString('latin1')}`;

/** Sends bytes on one connection; all that comes back until the server hangs up. */
function send(bytes: string): Promise<string> {
  const { hostname, port } = new URL(api.listen);
  const socket = connect(Number(port), hostname);
  scope.defer(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.on('close', () => resolve(text));
  });
}

const chunked = 'transfer-encoding: chunked';
const end = '0\r\n\r\n';
const cases: readonly (readonly [name: string, headers: readonly string[], body: string])[] = [
  ['a length together with chunks', ['content-length: 5', chunked], end],
  ['chunks together with a length', [chunked, 'content-length: 5'], end],
  ['two lengths that differ', ['content-length: 1', 'content-length: 2'], 'ab'],
  ['two lengths that are the same', ['content-length: 1', 'content-length: 1'], 'a'],
  ['two lengths in one line', ['content-length: 1, 1'], 'a'],
  ['a length with a sign', ['content-length: +1'], 'a'],
  ['a header that goes on in the next line', ['x-a: b\r\n c'], ''],
  ['chunks that are announced in the next line', ['transfer-encoding:\r\n chunked'], end],
  ['a length in the next line', ['content-length:\r\n 1'], 'a'],
  ['a blank before a colon', ['transfer-encoding : chunked'], end],
  ['chunks that are not the last coding', ['transfer-encoding: chunked, identity'], end],
  ['codings in two lines', [chunked, 'transfer-encoding: identity'], end],
  ['a coding that nobody knows', ['transfer-encoding: xchunked'], end],
  ['a chunk extension with a bare CR', [chunked], `1;a\rb\r\nx\r\n${end}`],
  ['a chunk extension that ends with a bare LF', [chunked], `1;a\nx\r\n${end}`],
  ['a chunk size that ends with a bare LF', [chunked], `1\nx\r\n${end}`],
  ['a chunk that ends with a bare LF', [chunked], `1\r\nx\n${end}`],
  ['a chunk size that is none', [chunked], `0x1\r\nx\r\n${end}`],
  ['a length behind the last chunk', [chunked], '1\r\nx\r\n0\r\ncontent-length: 9\r\n\r\n'],
];

describe('a request that two servers could read differently', () => {
  it('would be seen to be followed by another one', async () => {
    const before = jobs.length;
    const two = send(whole() + whole().replace('host: a', 'host: a\r\nconnection: close'));
    expect((await two).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    await eventually(() => expect(jobs.length).toBe(before + 2));
  });

  it.each(cases)('is refused with 400 and ends its connection: %s', async (_name, headers, body) => {
    const { published } = await api.queue.state();
    const received = await send(`${post(...headers)}\r\n${body}${whole()}`);
    expect(received.match(/HTTP\/1\.1 .*/g)).toEqual(['HTTP/1.1 400 Bad Request']);
    expect(received).toMatch(/^content-type: application\/problem\+json\r$/m);
    expect(received).toContain('"code":"malformed-request"');
    expect((await api.queue.state()).published).toBe(published);
  });
});
