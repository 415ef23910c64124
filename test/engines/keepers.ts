import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
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
import { promisify } from 'node:util';
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
  /** The same by a client on the node's own machine: it reaches the node also where nobody else does. */
  askBeside(name: string, text: string): Promise<void>;
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

/** Neither is PostgreSQL's default. */
export const database = { buffers: 32 * 2 ** 20, connections: 40 };

/** The machine of a node: its address, its network namespace where it has one of its own, and a folder for its files. */
export interface Machine {
  readonly host: string;
  readonly netns?: string;
  /** Made before, such as a small or slow disk, and left when the node stops; a temporary one where nothing is said. */
  readonly folder?: string;
}

const here: Machine = { host: '127.0.0.1' };

/** Two PostgreSQL nodes, `one` and `two`, each with its keeper as a process; on this machine unless told. */
export async function prepareKeepers(
  witness: string,
  times: Times,
  machines: readonly Machine[] = [here, here],
): Promise<Keepers> {
  const base = mkdtempSync(join(tmpdir(), 'headroom-keepers-'));
  const program = await bundle(base);
  const [first, second, third, fourth] = await freePorts(4);
  const [firstMachine = here, secondMachine = here] = machines;
  const nodes = [
    { node: 'one', host: firstMachine.host, port: first ?? 0 },
    { node: 'two', host: secondMachine.host, port: second ?? 0 },
  ];
  const machineOf: Readonly<Record<string, Machine>> = { one: firstMachine, two: secondMachine };
  const networks = [...new Set(nodes.map(({ host }) => `${host.replace(/\d+$/, '0')}/24`))];
  const webOf = (name: string) => `http://${machineOf[name]?.host}:${webPorts[name]}`;
  /** A command on the machine of a node. */
  const onMachine = (name: string, command: readonly string[]): [string, ...string[]] => {
    const netns = machineOf[name]?.netns;
    return [...(netns ? ['ip', 'netns', 'exec', netns] : []), ...command] as [string, ...string[]];
  };
  const webPorts: Readonly<Record<string, number>> = { one: third ?? 0, two: fourth ?? 0 };
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  const databaseUrl = `postgres://headroom:${password}@${hosts}/headroom`;
  const keepers = new Map<string, ChildProcess>();
  // PostgreSQL runs as a user of its own and has to reach its folder.
  chmodSync(base, 0o711);

  const folderOf = (name: string) => machineOf[name]?.folder ?? join(base, name);
  const logFile = (name: string) => join(base, `${name}.log`);
  const postgresPid = (name: string) => {
    const text = readFileSync(join(folderOf(name), 'data', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  };
  for (const { node, host } of nodes) {
    mkdirSync(folderOf(node), { recursive: true });
    writeFileSync(
      join(base, `${node}.json`),
      JSON.stringify({
        schema: 'headroom/service-config/v1',
        identity: {
          listen: { host, port: 0 },
          database: { url: databaseUrl, password: { env: 'TEST_PASSWORD' } },
          dataPlane: [],
          replicationLag: 2,
          detectionTime: times.detectionTime,
          keeper: {
            node,
            nodes,
            listen: { host, port: webPorts[node] },
            witness: { url: witness, replicas: 3 },
            folder: folderOf(node),
            binaries: binaries(),
            ...(process.getuid?.() === 0 ? { user: 'postgres' } : {}),
            password: { env: 'TEST_PASSWORD' },
            allow: networks,
            ...database,
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
      const keeper = [process.execPath, program, '--config', join(base, `${name}.json`)];
      const [command, ...args] = onMachine(name, keeper);
      const child = spawn(command, args, {
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
      // Held, it starts no process between the look and the signal; its children may still end by themselves.
      if (what === 'all') signalTo(first, 'SIGSTOP');
      const children = what === 'all' ? childrenOf(first) : [];
      for (const pid of [first, ...children]) signalTo(pid, signal);
    },
    async ended(name) {
      const keeper = keepers.get(name);
      if (keeper && keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit');
    },
    async state(name) {
      try {
        const response = await fetch(`${webOf(name)}/state`, { signal: AbortSignal.timeout(3000) });
        return (await response.json()) as KeeperState;
      } catch {
        return undefined;
      }
    },
    async primaries() {
      const texts = await Promise.all(
        nodes.map(({ node }) =>
          fetch(`${webOf(node)}/metrics`, { signal: AbortSignal.timeout(3000) })
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
    async askBeside(name, text) {
      const { host, port } = nodes.find(({ node }) => node === name) ?? { host: '', port: 0 };
      const url = `postgres://headroom@${host}:${port}/headroom`;
      const [command, ...args] = onMachine(name, ['psql', '--no-psqlrc', '--quiet', url, '--command', text]);
      const env = { ...process.env, PGPASSWORD: password, PGCONNECT_TIMEOUT: '2' };
      await promisify(execFile)(command, args, { env, timeout: 3000, killSignal: 'SIGKILL' });
    },
    log: (name) => readFileSync(logFile(name), 'utf8'),
    async stop() {
      for (const child of keepers.values()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      const folders = new Set([base, ...nodes.map(({ node }) => folderOf(node))]);
      for (const pid of [...folders].flatMap(processesIn)) {
        for (const signal of ['SIGCONT', 'SIGKILL'] as const) signalTo(Number(pid), signal);
      }
      rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** A process that has ended in between needs no signal. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
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

/** The folder of the programs of PostgreSQL. */
export function binaries(): string {
  const find = 'dirname "$(readlink -f "$(command -v postgres)")"';
  return execFileSync('sh', ['-c', find], { encoding: 'utf8' }).trim();
}

export async function freePorts(count: number): Promise<number[]> {
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
