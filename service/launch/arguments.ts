import { parseArgs } from 'node:util';

export const roles = ['all', 'api', 'worker', 'identity', 'keeper', 'usage', 'billing'] as const;
export type LaunchedRole = (typeof roles)[number];

/** What the main module was asked to do. */
export interface LaunchArguments {
  readonly role: LaunchedRole;
  readonly config?: string;
  /** Folder of `all`. */
  readonly data?: string;
  /** Port of `all` for customers. */
  readonly port?: number;
  /** Whether `identity` makes a first customer with a key. */
  readonly seed: boolean;
  /** Whether `billing` does what is due and ends. */
  readonly once: boolean;
}

/** Thrown for arguments that make no sense. */
export class ArgumentsInvalid extends Error {
  override readonly name = 'ArgumentsInvalid';
}

/** `ROLE [--config FILE] [--data DIR] [--port N] [--seed] [--once]`. Throws ArgumentsInvalid. */
export function readArguments(argv: readonly string[]): LaunchArguments {
  const { values, positionals } = parse(argv);
  const role = roles.find((each) => each === positionals[0]);
  if (role === undefined || positionals.length > 1) {
    throw new ArgumentsInvalid(
      `expected one role of ${roles.join(', ')}; got ${positionals.join(' ') || 'none'}`,
    );
  }
  const { config, data, seed = false, once = false } = values;
  if (role !== 'all' && config === undefined) throw new ArgumentsInvalid(`role ${role} needs --config FILE`);
  if (role !== 'all' && (data ?? values.port) !== undefined) {
    throw new ArgumentsInvalid('--data and --port belong to the role all');
  }
  if (seed && role !== 'identity') throw new ArgumentsInvalid('--seed belongs to the role identity');
  if (once && role !== 'billing') throw new ArgumentsInvalid('--once belongs to the role billing');
  const port = values.port === undefined ? undefined : portOf(values.port);
  return {
    role,
    seed,
    once,
    ...(config === undefined ? {} : { config }),
    ...(data === undefined ? {} : { data }),
    ...(port === undefined ? {} : { port }),
  };
}

function parse(argv: readonly string[]) {
  const options = {
    config: { type: 'string' },
    data: { type: 'string' },
    port: { type: 'string' },
    seed: { type: 'boolean' },
    once: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new ArgumentsInvalid((error as Error).message);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new ArgumentsInvalid(`--port ${text} is not a port from 0 to 65535`);
}
