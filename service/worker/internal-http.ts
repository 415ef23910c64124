import { type Dispatcher, errors } from 'undici';
import type { Job, Outcome, Served } from '../contracts/job.ts';
import { retry } from '../shared/backoff.ts';
import { childTraceparent } from '../shared/trace.ts';
import type { Buffers } from './buffers.ts';
import { createConnections, exchange, type Sink } from './exchange.ts';

/** What became of asking for the body of a job. */
export type Fetched =
  /** The bytes are from the worker's buffers, to be given back, unless somebody else has them too. */
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly isShared?: boolean }
  /** Another worker has handed the image in before. */
  | { readonly kind: 'served'; readonly served: Served }
  /** The API server does not know the job any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'unreachable' };

/** What became of handing in the outcome of a job. */
export type Delivered = 'taken' | 'gone' | 'too-large' | 'unreachable';

/** The internal addresses of the API servers, as a worker uses them. */
export interface ApiServers {
  /** Tries again until `until` (Unix milliseconds). Rejects only where the signal is aborted. */
  fetchBody(job: Job, until: number, signal: AbortSignal): Promise<Fetched>;
  deliver(job: Job, outcome: Outcome, until: number, signal: AbortSignal): Promise<Delivered>;
  close(): Promise<void>;
}

/** Status of the answer to who asks for the body of a job that was served. */
const alreadyServed = 208;
const waits = { first: 0.05, most: 0.5 };

class TryAgain extends Error {}
class TooLarge extends Error {}

/** Clients that keep connections to API servers open; `bodyBytes` bounds what is read of a body. */
export function createApiServers(bodyBytes: number, buffers: Buffers): ApiServers {
  const connections = createConnections();

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
      const request = { ...addressOf(job.bodyUrl), method: 'GET', headers: headersOf(job) } as const;
      const get = async (): Promise<Fetched> => {
        const body = createBodySink(bodyBytes, buffers);
        try {
          const status = statusOf(await exchange(connections, request, signal, body));
          if (status === 200) return { kind: 'body', bytes: body.take() };
          return status === alreadyServed ? { kind: 'served', served: body.json() } : { kind: 'gone' };
        } finally {
          body.close();
        }
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
      const request = {
        ...addressOf(job.resultUrl),
        method: 'PUT',
        headers: { ...headersOf(job), ...headers },
        body,
      } as const;
      const put = async (): Promise<Delivered> => {
        const status = statusOf(await exchange(connections, request, signal));
        if (status === 413) return 'too-large';
        return status < 300 ? 'taken' : 'gone';
      };
      return untilAnswered(put, until, signal);
    },
    close: () => connections.destroy(),
  };
}

function addressOf(url: string): Pick<Dispatcher.DispatchOptions, 'origin' | 'path'> & { path: string } {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
}

/** An overloaded server is asked again. */
function statusOf(status: number): number {
  if (status >= 500 || status === 429) throw new TryAgain(`the API server answered ${status}`);
  return status;
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
      'x-headroom-pixels-in': String(outcome.pixelsIn),
    },
  };
}

interface BodySink extends Sink {
  take(): Buffer;
  json(): Served;
  close(): void;
}

/** Collects a body in memory of the buffers, which goes back unless it is taken. */
function createBodySink(most: number, buffers: Buffers): BodySink {
  let memory: Buffer | undefined;
  let filled = 0;
  return {
    begin: (status, length = most) => {
      if (status !== 200 && status !== alreadyServed) return;
      if (length > most) throw new TooLarge();
      memory = buffers.take(length);
    },
    add: (piece) => {
      if (!memory) return;
      if (filled + piece.length > memory.length) throw new TooLarge();
      filled += piece.copy(memory, filled);
    },
    take: () => {
      const taken = memory?.subarray(0, filled) ?? Buffer.alloc(0);
      memory = undefined;
      return taken;
    },
    json: () => JSON.parse(String(memory?.subarray(0, filled))) as Served,
    close: () => {
      if (memory) buffers.give(memory);
    },
  };
}

/** No connection, one that broke or speaks no HTTP, no answer in time, or a server that asks for patience. */
function isTransient(error: unknown): boolean {
  if (error instanceof TryAgain || error instanceof errors.HTTPParserError) return true;
  if (error instanceof errors.UndiciError) return !(error instanceof errors.RequestAbortedError);
  const { code } = error as { code?: string };
  return code !== undefined && /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN|NOTFOUND)/.test(code);
}
