import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isPublicAddress } from '../../../service/api/public-address.ts';
import { createSourceFetcher, type SourceOptions } from '../../../service/api/source.ts';
import { Refusal } from '../../../service/shared/problem.ts';

let server: Server;
let origin: string;
let asked: string[];
const answers: Record<string, (response: ServerResponse) => void> = {
  '/image': (response) => response.end('bytes'),
  '/large': (response) => response.end(Buffer.alloc(2000)),
  '/endless': (response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(400)), 5);
    response.on('close', () => clearInterval(timer));
  },
  '/silent': () => {},
  '/missing': (response) => response.writeHead(404).end(),
  '/here': (response) => response.writeHead(302, { location: '/image' }).end(),
  '/round': (response) => response.writeHead(302, { location: '/round' }).end(),
  '/inside': (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answers[request.url ?? '']?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://images.test:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** How an address is answered: the text of the body, or the code of the refusal. */
async function ask(url: string, more: Partial<SourceOptions> = {}, gone?: AbortSignal): Promise<string> {
  asked = [];
  const fetcher = createSourceFetcher({
    allowed: [origin, 'cdn.test', '*.wild.test', 'http://127.0.0.1:9', 'http://[::1]:9'],
    bytes: 1000,
    timeout: 0.5,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    mayConnect: (address) => address === '127.0.0.1',
    ...more,
  });
  closing.push(fetcher.close);
  return fetcher
    .fetch(url, gone)
    .then(String, (error) => (error instanceof Refusal ? error.code : String(error)));
}

describe('fetching an image by its address', () => {
  it('gives the bytes, over redirects that stay on the list', async () => {
    expect(await ask(`${origin}/image`)).toBe('bytes');
    expect(await ask(`${origin}/here`)).toBe('bytes');
  });

  it('refuses addresses that are not on the list, or are no web address', async () => {
    for (const url of [
      'https://elsewhere.test/',
      'http://cdn.test/',
      'https://cdn.test:8443/',
      'https://cdn.test.evil.test/',
      'https://evilcdn.test/',
      'https://wild.test/',
      'https://user:pass@cdn.test/',
      'ftp://cdn.test/',
      'file:///etc/passwd',
      'gopher://cdn.test/',
      'not an address',
    ]) {
      expect([url, await ask(url)]).toEqual([url, 'source-refused']);
    }
  });

  it('never connects to an address that is not public, whatever its name resolves to', async () => {
    const mayConnect = isPublicAddress;
    expect(await ask(`${origin}/image`, { mayConnect })).toBe('source-refused');
    const mixed = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await ask(`${origin}/image`, { mayConnect, lookup: mixed })).toBe('source-refused');
    expect(await ask('http://127.0.0.1:9/', { mayConnect })).toBe('source-refused');
    expect(await ask('http://[::1]:9/', { mayConnect })).toBe('source-refused');
    expect(asked).toEqual([]);
  });

  it('checks every redirect anew', async () => {
    expect(await ask(`${origin}/inside`)).toBe('source-refused');
    expect(await ask(`${origin}/file`)).toBe('source-refused');
    expect(await ask(`${origin}/round`)).toBe('source-unreachable');
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('stops at its bounds of size and time', async () => {
    expect(await ask(`${origin}/large`)).toBe('body-too-large');
    expect(await ask(`${origin}/endless`)).toBe('body-too-large');
    expect(await ask(`${origin}/endless`, { bytes: 1e9, timeout: 0.2 })).toBe('source-unreachable');
    expect(await ask(`${origin}/silent`, { timeout: 0.2 })).toBe('source-unreachable');
  });

  it('hangs up when nobody wants the bytes any more, and asks nobody after that', async () => {
    const gone = new AbortController();
    const asking = ask(`${origin}/endless`, { bytes: 1e9, timeout: 60 }, gone.signal);
    await vi.waitFor(() => expect(asked).toEqual(['/endless']), { timeout: 25_000 });
    gone.abort();
    expect(await asking).toBe('source-unreachable');
    const open = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    await vi.waitFor(async () => expect(await open()).toBe(0), { timeout: 25_000 });
    expect(await ask(`${origin}/image`, {}, gone.signal)).toBe('source-unreachable');
    expect(asked).toEqual([]);
  });

  it('tells a failure of the other side as the customer’s matter', async () => {
    expect(await ask(`${origin}/missing`)).toBe('source-unreachable');
    const lookup = async () => {
      throw new Error('ENOTFOUND');
    };
    expect(await ask(`${origin}/image`, { lookup })).toBe('source-unreachable');
    expect(await ask(`${origin}/image`, { lookup: async () => [] })).toBe('source-refused');
  });
});

describe('a public address', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a00:1',
    '::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '1.2.3',
    '4000::1',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700::6810:84e5', '2a00:1450:4001::200e'])(
    'is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});
