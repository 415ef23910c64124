import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceConfig } from '../../service/shared/config-types.ts';

const main = fileURLToPath(new URL('../../dist/service/main.cjs', import.meta.url));

export interface ProcessOptions {
  readonly name: string;
  readonly role: 'api' | 'worker' | 'identity' | 'usage' | 'billing';
  readonly config: Omit<ServiceConfig, 'schema' | 'logLevel'>;
  /** Where /readyz and /metrics answer. */
  readonly inner: string;
  /** Folder for its configuration and log. */
  readonly folder: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Network namespace to run in. */
  readonly netns?: string;
}

/** A role of the service as a process of its own, as `headroom serve ROLE` starts it. */
export interface RoleProcess {
  readonly name: string;
  readonly inner: string;
  /** Starts it, or starts it again, and waits until it is ready. */
  start(): Promise<void>;
  /** Lets it do what is due and end, as a scheduler does; throws where it fails. */
  once(): Promise<void>;
  /** SIGKILL and SIGTERM wait for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Processes that it has started. */
  children(): readonly number[];
  log(): string;
  /** Value of a metric without labels, or of one with exactly these. */
  metric(name: string): Promise<number>;
  /** Ends it whatever state it is in. */
  stop(): Promise<void>;
}

export function roleProcess(options: ProcessOptions): RoleProcess {
  const { name, role, inner, folder, netns } = options;
  const [configFile, logFile] = [join(folder, `${name}.json`), join(folder, `${name}.log`)];
  writeFileSync(
    configFile,
    JSON.stringify({ schema: 'headroom/service-config/v1', logLevel: 'info', ...options.config }),
  );
  let child: ChildProcess | undefined;
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const log = () => readFileSync(logFile, 'utf8');

  const end = async (signal: NodeJS.Signals) => {
    if (!child || !running()) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const launch = (...more: readonly string[]) => {
    const [command = '', ...args] = [
      ...(netns ? ['ip', 'netns', 'exec', netns] : []),
      ...[process.execPath, main, role, '--config', configFile, ...more],
    ];
    const output = openSync(logFile, 'a');
    child = spawn(command, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...options.secrets },
    });
    closeSync(output);
    return child;
  };
  return {
    name,
    inner,
    log,
    async start() {
      launch();
      await until(`${name} is ready`, async () => {
        if (!running()) throw new Error(`${name} ended while it started:\n${log().slice(-2000)}`);
        return statusOf(`${inner}/readyz`);
      });
    },
    async once() {
      const [code] = await once(launch('--once'), 'exit');
      if (code !== 0) throw new Error(`${name} ended with ${code}:\n${log().slice(-2000)}`);
    },
    async kill(signal = 'SIGKILL') {
      if (signal === 'SIGKILL' || signal === 'SIGTERM') return end(signal);
      child?.kill(signal);
    },
    children() {
      const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child?.pid)], { encoding: 'utf8' });
      return list.trim().split(/\s+/).map(Number);
    },
    async metric(metric) {
      const text = await (await fetch(`${inner}/metrics`, { signal: AbortSignal.timeout(5000) })).text();
      const line = text.split('\n').find((each) => each.startsWith(`${metric} `));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    async stop() {
      child?.kill('SIGCONT');
      await end('SIGKILL');
    },
  };
}

/** Whether an address answers 200 now. */
export async function statusOf(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Looks until something holds; what it throws ends the waiting, as does the time (milliseconds). */
export async function until(
  what: string,
  look: () => Promise<boolean>,
  timeout = 90_000,
  interval = 100,
): Promise<void> {
  const end = performance.now() + timeout;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`it did not happen within ${timeout / 1000} s: ${what}`);
    await pause(interval);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Ports that were free a moment ago: a role that is started again must be where it was. */
export async function freePorts(host: string, count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, host);
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
