import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smallInput, smallTree } from '../emit/local-tree.ts';
import { type RunningEngine, startEngine } from './engine-start.ts';

/** An API server of the test: it says when it is ready, and counts what reaches it. */
export interface ApiServer {
  readonly name: string;
  readonly port: number;
  /** Addresses of the requests that it received, those of checks left out. */
  readonly received: string[];
  /** Requests whose body it has to the end. */
  taken(): number;
  /** Most requests that it had at a time. */
  most(): number;
  ready: boolean;
  close(): Promise<void>;
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, name: string) => void;

/** Begins to listen; once a body is there to its end, `behave` says what happens. */
export async function serveApi(name: string, behave: Behaviour): Promise<ApiServer> {
  const received: string[] = [];
  let [taken, inFlight, most] = [0, 0, 0];
  const api = { name, received, taken: () => taken, most: () => most, ready: true };
  const server: Server = createServer((request, response) => {
    if (request.url === '/readyz') return void response.writeHead(api.ready ? 200 : 503).end();
    received.push(request.url ?? '');
    inFlight += 1;
    most = Math.max(most, inFlight);
    response.once('close', () => {
      inFlight -= 1;
    });
    request.resume().on('error', () => {});
    request.once('end', () => {
      taken += 1;
      behave(request, response, name);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(api, { port: (server.address() as AddressInfo).port, close });
}

export interface EmittedHaproxy {
  readonly port: number;
  /** Requests that wait for a server. */
  queued(): Promise<number>;
  /** Waits until its log says something. */
  says(what: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** As scripts/engines gives it. */
const address = '"$' + '{HEADROOM_HOST}:$' + '{HEADROOM_PORT}"';

/**
 * The load balancer as `emit --target local` has it for the example, with quantities set as by `--set`. Its addresses are
 * those of the test, and its text is otherwise what was emitted.
 */
export async function startEmitted(
  set: Readonly<Record<string, string>>,
  servers: readonly ApiServer[],
): Promise<EmittedHaproxy> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-haproxy-'));
  const figures = join(folder, 'figures');
  const binds = [address, `unix@${figures}`];
  const ports = servers.map(({ port }) => port);
  const config = (smallTree(smallInput('local', set)).get('haproxy/haproxy-1.cfg') ?? '')
    .replaceAll(/(?<=^ {2}bind )\S+/gm, () => binds.shift() ?? 'too many')
    .replaceAll(/(?<=^ {2}server api-\d+ 127\.0\.0\.1:)\d+/gm, () => String(ports.shift()));
  if (binds.length + ports.length > 0) throw new Error(`not the config that was expected:\n${config}`);
  const engine: RunningEngine = await startEngine('haproxy', { config });
  const log = join(engine.nodeFolder(1), 'log');
  return {
    port: Number(new URL(engine.address).port),
    queued: async () => {
      const text = await ask(figures, '/metrics');
      return Number(/^haproxy_backend_current_queue\{proxy="api"\} (\d+)$/m.exec(text)?.[1]);
    },
    says: (what) => until(() => what.test(readFileSync(log, 'utf8'))),
    stop: async () => {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path }, async (response) => {
      resolve((await response.setEncoding('utf8').toArray()).join(''));
    });
    asking.once('error', reject).end();
  });
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${holds} did not become true within 10 s`);
}

export interface RawAnswer {
  /** 0 where nothing was answered. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answers that came over the connection. */
  readonly answers: number;
}

/** Sends pieces over a connection, some milliseconds apart, until it is closed, or there is an answer and silence. */
export function sendRaw(port: number, pieces: readonly string[], gap = 0): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    const sendFrom = (index: number): void => {
      if (index === pieces.length || !socket.writable) return;
      socket.write(pieces[index] ?? '');
      timer = setTimeout(sendFrom, gap, index + 1);
    };
    socket.once('connect', () => sendFrom(0));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (data) => {
      text += data;
      // An open connection that is answered: whatever else would come, such as a second answer, comes at once.
      socket.setTimeout(300, () => socket.destroy());
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(answerIn(text));
    });
  });
}

function answerIn(text: string): RawAnswer {
  const [head = '', body = ''] = text.split(/\r\n\r\n([\s\S]*)/);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const [name = '', value = ''] = line.split(/:\s*(.*)/);
    return [name.toLowerCase(), value] as const;
  });
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(headers),
    body,
    answers: text.match(/HTTP\/1\.1 \d/g)?.length ?? 0,
  };
}

/** A whole POST in one piece. */
export function post(port: number, path: string, body = 'an image'): Promise<RawAnswer> {
  return sendRaw(port, [`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`]);
}
