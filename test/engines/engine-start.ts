import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../scripts/engines', import.meta.url));
const run = promisify(execFile);

export type ServiceName =
  | 'alertmanager'
  | 'cassandra'
  | 'haproxy'
  | 'nats'
  | 'postgresql'
  | 'prometheus'
  | 'redis'
  | 'versitygw';

export interface StartOptions {
  /** How many nodes; 1 where nothing is said. */
  readonly nodes?: number;
  /** Settings of one's own as text; docs/engines.md says what each engine does with them. */
  readonly config?: string;
  /** The first port of node 1, where it has to be a certain one; free ports where nothing is said. */
  readonly port?: number;
  /** The address of each node, such as that of its network namespace. */
  readonly hosts?: readonly string[];
  /** The network namespace of each node, made before (`ip netns add`). */
  readonly netns?: readonly string[];
  /** A folder for the data that exists and stays, such as a small or slow disk; a temporary one where nothing is said. */
  readonly folder?: string;
}

/** An engine that runs for a test. Nodes count from 1. */
export interface RunningEngine {
  /** A URL for each node, by commas; what `scripts/engines start` prints. Carries user and password where there are any. */
  readonly address: string;
  /** The URL of each node. */
  readonly addresses: readonly string[];
  /** Where a node keeps configuration, log and data. */
  nodeFolder(node: number): string;
  /** The first process of a node; undefined while the node is down. */
  pid(node: number): number | undefined;
  /** Sends a signal (SIGKILL where nothing is said); where it ends the process, waits for the end. */
  kill(node: number, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a node that is down on its old data and port, and waits until it answers. */
  restart(node: number): Promise<void>;
  /** Stops all nodes, hung ones too, and removes the temporary folder. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Whether all named engines are installed. Where one is missing, tests that need it are skipped and say so, unless
 * HEADROOM_REQUIRE_ENGINES=1: then its absence is a failure. `scripts/engines install` brings them.
 */
export function hasService(...names: readonly (ServiceName | 'spark')[]): boolean {
  const missing = names.filter((name) => spawnSync(script, ['status', name]).status !== 0);
  if (missing.length === 0) return true;
  const advice = `scripts/engines install ${missing.join(' ')}`;
  if (process.env['HEADROOM_REQUIRE_ENGINES'] === '1') {
    throw new Error(`required and missing: ${missing.join(', ')}; run ${advice}`);
  }
  process.stderr.write(`missing: ${missing.join(', ')}; their tests are skipped; ${advice} brings them\n`);
  return false;
}

/** Starts an engine of its own for a test, on free ports, and waits until it answers. Throws with the end of its log. */
export async function startEngine(name: ServiceName, options: StartOptions = {}): Promise<RunningEngine> {
  const data = options.folder ?? mkdtempSync(join(tmpdir(), 'headroom-engine-'));
  // PostgreSQL runs as a user of its own, which has to reach its folder.
  if (options.folder === undefined) chmodSync(data, 0o711);
  const folder = join(data, name);
  const engines = (...args: readonly string[]) =>
    run(script, args, { env: { ...process.env, HEADROOM_DATA: data } });
  const pid = (node: number) => livingPid(join(folder, `node${node}`));

  const stop = async () => {
    await engines('stop', name);
    if (options.folder === undefined) rmSync(data, { recursive: true, force: true });
  };
  try {
    await engines('start', name, ...startArguments(data, options));
  } catch (error) {
    await stop();
    throw new Error((error as { stderr?: string }).stderr || String(error));
  }
  const address = readFileSync(join(folder, 'address'), 'utf8').trim();
  return {
    address,
    addresses: address.split(','),
    nodeFolder: (node) => join(folder, `node${node}`),
    pid,
    kill: async (node, signal = 'SIGKILL') => {
      const target = pid(node);
      if (target === undefined) throw new Error(`${name} node ${node} is not running`);
      process.kill(target, signal);
      if (['SIGKILL', 'SIGTERM', 'SIGINT'].includes(signal)) await gone(() => pid(node) !== target);
    },
    restart: async (node) => {
      await engines('start', name, '--node', String(node));
    },
    stop,
  };
}

function startArguments(data: string, options: StartOptions): string[] {
  const args: string[] = [];
  if (options.nodes !== undefined) args.push('--nodes', String(options.nodes));
  if (options.port !== undefined) args.push('--port', String(options.port));
  if (options.hosts !== undefined) args.push('--hosts', options.hosts.join(','));
  if (options.netns !== undefined) args.push('--netns', options.netns.join(','));
  if (options.config !== undefined) {
    const file = join(data, 'config');
    writeFileSync(file, options.config);
    args.push('--config', file);
  }
  return args;
}

/** The pid that `start` noted, unless that process has ended, or the kernel has given its number away. */
function livingPid(nodeFolder: string): number | undefined {
  const file = join(nodeFolder, 'pid');
  if (!existsSync(file)) return undefined;
  const [pid, ticks] = readFileSync(file, 'utf8').trim().split(' ');
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] !== 'Z' && fields[19] === ticks ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

async function gone(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the process did not end within 30 s');
}

/** The processes that work in a folder: to show that `stop` leaves nothing behind. */
export function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
}
