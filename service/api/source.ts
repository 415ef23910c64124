import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { Refusal } from '../shared/problem.ts';
import { isPublicAddress } from './public-address.ts';

export interface SourceOptions {
  /**
   * Who may be asked: `images.example.com` and `*.example.com` over HTTPS, or a whole origin such as
   * `http://images.example.com:8080`.
   */
  readonly allowed: readonly string[];
  readonly bytes: number;
  /** Seconds for everything, redirects included. */
  readonly timeout: number;
  readonly mayConnect?: (address: string) => boolean;
  readonly lookup?: (
    host: string,
  ) => Promise<readonly { readonly address: string; readonly family: number }[]>;
}

export interface SourceFetcher {
  /** The bytes behind an address of a customer. Throws a Refusal, also when the signal fires. */
  fetch(url: string, signal?: AbortSignal): Promise<Buffer>;
  close(): Promise<void>;
}

const mostRedirects = 3;

/**
 * Fetches originals for customers without becoming their way into our network: the host must be on the list, the
 * address that is connected to is the one that was checked (names are resolved here, once, so that a second answer
 * of a name server changes nothing), and each redirect starts from the beginning.
 */
export function createSourceFetcher(options: SourceOptions): SourceFetcher {
  const { mayConnect = isPublicAddress } = options;
  const resolve = options.lookup ?? ((host: string) => systemLookup(host, { all: true, verbatim: true }));
  const checkedLookup: LookupFunction = (host, wanted, done) => {
    resolve(host).then(
      (found) => {
        const first = found[0];
        // One private address among public ones is an attack or a mistake; neither is to be guessed around.
        const bad = first === undefined || found.some(({ address }) => !mayConnect(address));
        if (bad) done(new Refusal(422, 'source-refused', 'the host of the url has no public address'), '', 4);
        else if (wanted.all)
          done(
            null,
            found.map(({ address, family }) => ({ address, family })),
          );
        else done(null, first.address, first.family);
      },
      () => done(new Refusal(422, 'source-unreachable', 'the host of the url is not known'), '', 4),
    );
  };
  const agent = new Agent({
    connect: { lookup: checkedLookup, timeout: options.timeout * 1000 },
    headersTimeout: Math.ceil(options.timeout * 1000),
    bodyTimeout: Math.ceil(options.timeout * 1000),
    maxHeaderSize: 16_384,
  });
  return {
    fetch: (url, gone) => fetchFollowing(url, agent, options, mayConnect, gone),
    close: () => agent.destroy(),
  };
}

async function fetchFollowing(
  from: string,
  agent: Dispatcher,
  options: SourceOptions,
  mayConnect: (address: string) => boolean,
  gone?: AbortSignal,
): Promise<Buffer> {
  const late = AbortSignal.timeout(Math.ceil(options.timeout * 1000));
  const signal = gone ? AbortSignal.any([late, gone]) : late;
  let url = checkedUrl(from, options.allowed, mayConnect);
  try {
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const answer = await request(url, { dispatcher: agent, signal, headers: { accept: 'image/*' } });
      const next = redirectOf(answer);
      if (next === undefined) return await bodyOf(answer, options.bytes);
      await answer.body.dump({ limit: 16_384 });
      url = checkedUrl(new URL(next, url).href, options.allowed, mayConnect);
    }
  } catch (error) {
    throw refusalOf(error);
  }
  throw new Refusal(422, 'source-unreachable', `the url redirects more than ${mostRedirects} times`);
}

/** Parses and checks an address as far as this goes without asking a name server. */
function checkedUrl(text: string, allowed: readonly string[], mayConnect: (address: string) => boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) {
    throw new Refusal(422, 'source-refused', 'the url must be http or https, without a user name');
  }
  if (!allowed.some((entry) => matches(url, entry))) {
    throw new Refusal(422, 'source-refused', 'the host of the url is not on the list of sources');
  }
  // A literal address never reaches the lookup.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !mayConnect(literal)) {
    throw new Refusal(422, 'source-refused', 'the host of the url has no public address');
  }
  return url;
}

function matches(url: URL, entry: string): boolean {
  if (entry.includes('://')) return URL.canParse(entry) && url.origin === new URL(entry).origin;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  const host = entry.toLowerCase();
  return host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  const { location } = headers;
  return Array.isArray(location) ? location[0] : location;
}

async function bodyOf({ statusCode, headers, body }: Dispatcher.ResponseData, most: number): Promise<Buffer> {
  const tooLarge = new Refusal(413, 'body-too-large', `the image behind the url has more than ${most} bytes`);
  if (statusCode !== 200 || Number(headers['content-length'] ?? 0) > most) {
    // What is thrown away may still fail; nobody listens any more.
    body.on('error', () => undefined).destroy();
    if (statusCode === 200) throw tooLarge;
    throw new Refusal(422, 'source-unreachable', `the host of the url answered ${statusCode}`);
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > most) throw tooLarge;
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

/** What a customer may know of a failure: not which address or port of ours answered how. */
function refusalOf(error: unknown): Refusal {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Refusal) return cause;
    if (cause.name === 'TimeoutError') {
      return new Refusal(422, 'source-unreachable', 'the host of the url did not answer in time');
    }
  }
  return new Refusal(422, 'source-unreachable', 'the host of the url could not be reached');
}
