import { Agent, request } from 'undici';
import { numberedImages } from './image.ts';
import { pause } from './processes.ts';

export interface Customer {
  readonly id: string;
  readonly key: string;
}

/** A request as the customer saw it. Times are those of performance.now(). */
export interface Seen {
  readonly number: number;
  readonly customer: string;
  readonly mode: 'wait' | 'poll';
  readonly startedAt: number;
  endedAt?: number;
  /** Status of the answer; `cut` where the connection ended without one. */
  status?: number | 'cut';
  why?: string;
  /** Of an answer with a problem: its stable code. */
  code?: string;
  /** Seconds after which an answer says to come back. */
  retryAfter?: number;
  /** Whether the API answered, and not the load balancer in its place. */
  byApi?: boolean;
  /** The way to an accepted job. */
  location?: string;
  /** How an accepted job ended: its image was fetched, or the code with which it was refused. */
  ending?: string;
}

export interface Load {
  readonly seen: readonly Seen[];
  /** Sends so many requests a second, whatever becomes of those before. */
  start(rate: number): void;
  /** Requests a second that are served now, by a few customers who each wait for their answer. */
  measure(): Promise<number>;
  /** Sends nothing more, and resolves when every request has its answer and every accepted job its ending. */
  stop(): Promise<void>;
  /** The number of the request with this many bytes. */
  numberOf(bytes: number): number;
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly url: string;
  readonly customers: readonly Customer[];
  /** One in so many is asynchronous. */
  readonly pollEvery: number;
  /** Seconds: of an answer, as the plan gives a client; and of an accepted job. */
  readonly deadline: number;
  readonly jobDeadline: number;
}

/** Customers who measure, and requests of each. */
const measuring = { customers: 4, requests: 5 };

/** Sends requests at fixed times, whether or not earlier ones were answered, as customers do; tries none again. */
export async function createLoad(options: LoadOptions): Promise<Load> {
  const { url, customers, pollEvery, deadline, jobDeadline } = options;
  const images = await numberedImages();
  const agent = new Agent({
    connections: 500,
    headersTimeout: Math.ceil(deadline * 1000),
    bodyTimeout: Math.ceil(deadline * 1000),
    // Below that of the load balancer: it never closes a connection on which we just send.
    keepAliveTimeout: 2000,
  });
  const seen: Seen[] = [];
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  const ask = async (path: string, key: string, body?: Buffer) => {
    const answer = await request(`${url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}` },
      dispatcher: agent,
      ...(body ? { body } : {}),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json');
    return {
      status: answer.statusCode,
      location: String(answer.headers['location'] ?? ''),
      bytes,
      // Only the API gives its answers an id.
      byApi: answer.headers['x-request-id'] !== undefined,
      ...(isProblem ? { code: String(JSON.parse(bytes.toString()).code) } : {}),
      ...('retry-after' in answer.headers ? { retryAfter: Number(answer.headers['retry-after']) } : {}),
    };
  };

  const poll = async (mine: Seen, key: string) => {
    const until = mine.startedAt + (jobDeadline + 30) * 1000;
    while (performance.now() < until) {
      await pause(500);
      const answer = await ask(`${mine.location}/result`, key).catch(() => undefined);
      if (answer?.status === 200) {
        mine.ending = isJpeg(answer.bytes) ? 'done' : 'no image';
        return;
      }
      // Not done yet, its server or the way to it is away: 409 and 503 are said for that, the rest is the end.
      if (!answer?.byApi || answer.status === 409 || answer.status === 503) continue;
      mine.ending = answer.code ?? String(answer.status);
      return;
    }
    mine.ending = 'never';
  };

  const send = async (number: number) => {
    const { id, key } = customers[number % customers.length] as Customer;
    const mode = number % pollEvery === 0 ? 'poll' : 'wait';
    const mine: Seen = { number, customer: id, mode, startedAt: performance.now() };
    seen.push(mine);
    const path = `/v1/resize?width=64${mode === 'poll' ? '&async=1' : ''}`;
    const answer = await ask(path, key, images.make(number)).catch((error) => {
      mine.why = String(error);
    });
    mine.endedAt = performance.now();
    mine.status = answer?.status ?? 'cut';
    if (answer) {
      const { code, retryAfter, byApi } = answer;
      Object.assign(mine, { byApi, ...(code && { code }), ...(retryAfter && { retryAfter }) });
    }
    if (answer?.status === 200 && !isJpeg(answer.bytes)) throw new Error(`request ${number}: not an image`);
    if (answer?.status !== 202) return;
    mine.location = answer.location;
    await poll(mine, key);
  };

  return {
    seen,
    numberOf: images.numberOf,
    start(rate) {
      timer = setInterval(() => {
        const done: Promise<void> = send(seen.length).finally(() => running.delete(done));
        running.add(done);
      }, 1000 / rate);
    },
    async measure() {
      const [begun, first] = [performance.now(), seen.length];
      const ask = async () => {
        for (let sent = 0; sent < measuring.requests; sent++) await send(seen.length);
      };
      await Promise.all(Array.from({ length: measuring.customers }, ask));
      const answered = seen.slice(first).filter(({ status }) => status === 200 || status === 202);
      return (answered.length * 1000) / (performance.now() - begun);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
    },
    close: () => agent.destroy(),
  };
}

function isJpeg(bytes: Buffer): boolean {
  return bytes.readUInt16BE(0) === 0xff_d8 && bytes.readUInt16BE(bytes.length - 2) === 0xff_d9;
}
