import { Agent, type Dispatcher, errors, request } from 'undici';
import type { Job, Outcome } from '../contracts/job.ts';
import { retry } from '../shared/backoff.ts';
import { childTraceparent } from '../shared/trace.ts';
import type { Buffers } from './buffers.ts';

/** What became of asking for the body of a job. */
export type Fetched =
  /** The bytes are from the worker's buffers, to be given back. */
  | { readonly kind: 'body'; readonly bytes: Buffer }
  /** The API server does not know the job any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'unreachable' };

/** What became of handing in the outcome of a job. */
export type Delivered = 'taken' | 'gone' | 'unreachable';

/** The internal addresses of the API servers, as a worker uses them. */
export interface ApiServers {
  /** Tries again until `until` (Unix milliseconds). Rejects only where the signal is aborted. */
  fetchBody(job: Job, until: number, signal: AbortSignal): Promise<Fetched>;
  deliver(job: Job, outcome: Outcome, until: number, signal: AbortSignal): Promise<Delivered>;
  close(): Promise<void>;
}

/** Time for a connection, for the head of an answer, and between two pieces of a body, in milliseconds. */
const timeouts = { connect: 1000, headersTimeout: 2000, bodyTimeout: 2000 };
const waits = { first: 0.05, most: 0.5 };

class TryAgain extends Error {}
class TooLarge extends Error {}

/** Clients that keep connections to API servers open; `bodyBytes` bounds what is read of a body. */
export function createApiServers(bodyBytes: number, buffers: Buffers): ApiServers {
  const agent = new Agent({
    ...timeouts,
    connect: { timeout: timeouts.connect },
    keepAliveTimeout: 30_000,
    pipelining: 1,
  });

  const untilAnswered = async <T>(call: () => Promise<T>, until: number, signal: AbortSignal) => {
    try {
      return await retry(call, { ...waits, until, signal, transient: isTransient });
    } catch (error) {
      signal.throwIfAborted();
      if (isTransient(error)) return 'unreachable';
      throw error;
    }
  };

  return {
    fetchBody: async (job, until, signal) => {
      const get = async (): Promise<Fetched> => {
        const answer = await request(job.bodyUrl, { dispatcher: agent, signal, headers: headersOf(job) });
        if (answer.statusCode === 200) return { kind: 'body', bytes: await read(answer, bodyBytes, buffers) };
        await drop(answer);
        return { kind: 'gone' };
      };
      try {
        const fetched = await untilAnswered(get, until, signal);
        return fetched === 'unreachable' ? { kind: 'unreachable' } : fetched;
      } catch (error) {
        if (error instanceof TooLarge) return { kind: 'too-large' };
        throw error;
      }
    },
    deliver: (job, outcome, until, signal) => {
      const { body, headers } = messageOf(outcome);
      const put = async (): Promise<Delivered> => {
        const answer = await request(job.resultUrl, {
          method: 'PUT',
          dispatcher: agent,
          signal,
          headers: { ...headersOf(job), ...headers },
          body,
        });
        await drop(answer);
        return answer.statusCode < 300 ? 'taken' : 'gone';
      };
      return untilAnswered(put, until, signal);
    },
    close: () => agent.destroy(),
  };
}

function headersOf({ traceparent }: Job): Record<string, string> {
  return traceparent === undefined ? {} : { traceparent: childTraceparent(traceparent) };
}

function messageOf(outcome: Outcome): {
  readonly body: Uint8Array | string;
  readonly headers: Record<string, string>;
} {
  if (outcome.kind === 'refused') {
    const { code, detail } = outcome;
    return {
      body: JSON.stringify({ refused: code, detail }),
      headers: { 'content-type': 'application/json' },
    };
  }
  return {
    body: outcome.image,
    headers: {
      'content-type': outcome.contentType,
      'x-headroom-width': String(outcome.width),
      'x-headroom-height': String(outcome.height),
      'x-headroom-cpu-us': String(outcome.cpuMicroseconds),
    },
  };
}

async function read(
  { body, headers }: Dispatcher.ResponseData,
  most: number,
  buffers: Buffers,
): Promise<Buffer> {
  const length = Number(headers['content-length'] ?? most);
  if (length > most) {
    // Ends the connection; that the rest was not read is no error.
    body.on('error', () => {}).destroy();
    throw new TooLarge();
  }
  const bytes = buffers.take(length);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (at + chunk.length > bytes.length) throw new TooLarge();
    at += chunk.copy(bytes, at);
  }
  return bytes.subarray(0, at);
}

/** Reads on to the end, so that the connection can be used again; an overloaded server is asked again. */
async function drop({ statusCode, body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump();
  if (statusCode >= 500 || statusCode === 429) throw new TryAgain(`the API server answered ${statusCode}`);
}

/** No connection, one that broke, no answer in time, or a server that asks for patience. */
function isTransient(error: unknown): boolean {
  if (error instanceof TryAgain) return true;
  if (error instanceof errors.UndiciError) return !(error instanceof errors.RequestAbortedError);
  const { code } = error as { code?: string };
  return code !== undefined && /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN|NOTFOUND)/.test(code);
}
