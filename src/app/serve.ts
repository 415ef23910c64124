import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

/** The roles of the service; `all` runs everything on this machine. */
export const roles = ['all', 'api', 'worker', 'identity', 'keeper', 'usage', 'billing'] as const;
export type Role = (typeof roles)[number];

export interface ServeRequest {
  /** Folder that holds `dist`. */
  readonly root: string;
  readonly role: Role;
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  readonly port?: number | undefined;
  readonly seed: boolean;
  readonly once: boolean;
}

/**
 * Room for new objects, in megabytes of each of its halves, and from the start: bodies of half a megabyte a request die
 * there, instead of being taken for what lives long. Saves a sixth of the CPU time of a process that serves.
 */
export const youngGeneration = ['--min-semi-space-size=32', '--max-semi-space-size=32'];

/**
 * Runs a role as a process of its own, with our output, until it ends; resolves with its exit code. `stop` drains it.
 * It has a process group of its own, so that Ctrl-C reaches it once, through us; and where this process ends before it,
 * it sees its channel close and ends too.
 */
export function serve(request: ServeRequest, stop: AbortSignal): Promise<number> {
  const main = join(request.root, 'dist', 'service', 'main.cjs');
  const child = spawn(process.execPath, [...youngGeneration, main, ...argumentsOf(request)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const drain = () => child.kill('SIGTERM');
  stop.addEventListener('abort', drain, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stop.removeEventListener('abort', drain);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

function argumentsOf({ role, config, data, port, seed, once }: ServeRequest): string[] {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, String(value)];
  return [
    role,
    ...option('config', config),
    ...option('data', data),
    ...option('port', port),
    ...(seed ? ['--seed'] : []),
    ...(once ? ['--once'] : []),
  ];
}
