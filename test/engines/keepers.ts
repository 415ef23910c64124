import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { rolldown } from 'rolldown';
import type { KeptNode } from '../../service/shared/config-types.ts';
import { processesIn } from './engine-start.ts';

/** Seconds. */
export interface Times {
  readonly detectionTime: number;
  readonly fencingTime: number;
  readonly promotionTime: number;
  readonly renewInterval: number;
}

export interface Keepers {
  readonly nodes: readonly KeptNode[];
  /** For the management plane: both nodes. */
  readonly databaseUrl: string;
  start(name: string): void;
  /** A signal to the keeper, to its PostgreSQL's first process, or to all that runs on the node. */
  kill(name: string, what: 'keeper' | 'postgres' | 'all', signal?: NodeJS.Signals): void;
  /** Waits until the keeper's process is gone. */
  ended(name: string): Promise<void>;
  state(name: string): Promise<KeeperState | undefined>;
  /** What each keeper says in headroom_identity_primary; NaN for one that does not answer. */
  primaries(): Promise<readonly number[]>;
  /** A question to one node's PostgreSQL as the management plane. */
  ask<Row>(name: string, text: string): Promise<readonly Row[]>;
  log(name: string): string;
  stop(): Promise<void>;
}

export interface KeeperState {
  readonly role: string;
  readonly holds: boolean;
  readonly record: {
    readonly holder: string;
    readonly inSync: readonly string[];
    readonly term: number;
  } | null;
}

const password = 'test-password';

/** Two PostgreSQL nodes, `one` and `two`, each with its keeper as a process. */
export async function prepareKeepers(witness: string, times: Times): Promise<Keepers> {
  const base = mkdtempSync(join(tmpdir(), 'headroom-keepers-'));
  const program = await bundle(base);
  const [first, second, third, fourth] = await freePorts(4);
  const nodes = [
    { node: 'one', host: '127.0.0.1', port: first ?? 0 },
    { node: 'two', host: '127.0.0.1', port: second ?? 0 },
  ];
  const webPorts: Readonly<Record<string, number>> = { one: third ?? 0, two: fourth ?? 0 };
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  const databaseUrl = `postgres://headroom:${password}@${hosts}/headroom`;
  const keepers = new Map<string, ChildProcess>();
  // PostgreSQL runs as a user of its own and has to reach its folder.
  chmodSync(base, 0o711);

  const folderOf = (name: string) => join(base, name);
  const logFile = (name: string) => join(base, `${name}.log`);
  const postgresPid = (name: string) => {
    const text = readFileSync(join(folderOf(name), 'data', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  };
  for (const { node } of nodes) {
    mkdirSync(folderOf(node));
    writeFileSync(
      join(base, `${node}.json`),
      JSON.stringify({
        schema: 'headroom/service-config/v1',
        identity: {
          listen: { host: '127.0.0.1', port: 0 },
          database: { url: databaseUrl, password: { env: 'TEST_PASSWORD' } },
          dataPlane: [],
          replicationLag: 2,
          detectionTime: times.detectionTime,
          keeper: {
            node,
            nodes,
            listen: { host: '127.0.0.1', port: webPorts[node] },
            witness: { url: witness, replicas: 3 },
            folder: folderOf(node),
            binaries: binaries(),
            ...(process.getuid?.() === 0 ? { user: 'postgres' } : {}),
            password: { env: 'TEST_PASSWORD' },
            allow: ['127.0.0.1/32'],
            renewInterval: times.renewInterval,
            fencingTime: times.fencingTime,
            promotionTime: times.promotionTime,
          },
        },
      }),
    );
  }

  return {
    nodes,
    databaseUrl,
    start(name) {
      const log = openSync(logFile(name), 'a');
      const child = spawn(process.execPath, [program, '--config', join(base, `${name}.json`)], {
        stdio: ['ignore', log, log],
        env: { ...process.env, TEST_PASSWORD: password },
      });
      closeSync(log);
      keepers.set(name, child);
    },
    kill(name, what, signal = 'SIGKILL') {
      const keeper = keepers.get(name);
      if (what !== 'postgres' && keeper?.exitCode === null) keeper.kill(signal);
      if (what === 'keeper') return;
      const first = postgresPid(name);
      for (const pid of what === 'all' ? [first, ...childrenOf(first)] : [first]) process.kill(pid, signal);
    },
    async ended(name) {
      const keeper = keepers.get(name);
      if (keeper && keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit');
    },
    async state(name) {
      try {
        const address = `http://127.0.0.1:${webPorts[name]}/state`;
        const response = await fetch(address, { signal: AbortSignal.timeout(3000) });
        return (await response.json()) as KeeperState;
      } catch {
        return undefined;
      }
    },
    async primaries() {
      const texts = await Promise.all(
        nodes.map(({ node }) =>
          fetch(`http://127.0.0.1:${webPorts[node]}/metrics`, { signal: AbortSignal.timeout(3000) })
            .then((response) => response.text())
            .catch(() => ''),
        ),
      );
      return texts.map((text) => Number(/^headroom_identity_primary\{.*\} (\d)$/m.exec(text)?.[1]));
    },
    async ask(name, text) {
      const { host, port } = nodes.find(({ node }) => node === name) ?? { host: '', port: 0 };
      const client = new pg.Client({
        host,
        port,
        user: 'headroom',
        password,
        database: 'headroom',
        connectionTimeoutMillis: 1000,
        query_timeout: 2000,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        return (await client.query(text)).rows;
      } finally {
        await client.end().catch(() => {});
      }
    },
    log: (name) => readFileSync(logFile(name), 'utf8'),
    async stop() {
      for (const child of keepers.values()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      for (const pid of processesIn(base)) {
        for (const signal of ['SIGCONT', 'SIGKILL'] as const) {
          try {
            process.kill(Number(pid), signal);
          } catch {
            // Gone in between.
          }
        }
      }
      rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function childrenOf(parent: number): number[] {
  const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return list.trim().split(/\s+/).map(Number);
}

async function bundle(folder: string): Promise<string> {
  const input = fileURLToPath(new URL('../../service/identity/keeper-process.ts', import.meta.url));
  const file = join(folder, 'keeper-process.cjs');
  const bundled = await rolldown({
    input,
    platform: 'node',
    logLevel: 'silent',
    external: ['pg-native', 'pg-cloudflare'],
  });
  await bundled.write({ file, format: 'cjs', codeSplitting: false });
  await bundled.close();
  return file;
}

function binaries(): string {
  const find = 'dirname "$(readlink -f "$(command -v postgres)")"';
  return execFileSync('sh', ['-c', find], { encoding: 'utf8' }).trim();
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  return ports;
}
