import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs PostgreSQL's programs as the user to whom its files belong. */
export interface Shell {
  /** Runs a program of PostgreSQL. Throws with what it said on stderr. `timeout` in seconds. */
  run(program: string, args: readonly string[], options: RunOptions): Promise<string>;
  /** Gives a file or folder that the keeper wrote to PostgreSQL's user. */
  own(path: string): Promise<void>;
}

export interface RunOptions {
  readonly timeout: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** `user` is set where the keeper is root, which PostgreSQL refuses to be. */
export async function openShell(binaries: string, user?: string): Promise<Shell> {
  const ids = user === undefined ? undefined : await idsOf(user);
  return {
    async run(program, args, { timeout, env = {} }) {
      const path = join(binaries, program);
      const [command, ...rest] =
        user === undefined ? [path, ...args] : ['runuser', '-u', user, '--', path, ...args];
      if (command === undefined) throw new Error('no command');
      try {
        const options = { timeout: timeout * 1000, cwd: '/', env: { ...process.env, LC_ALL: 'C', ...env } };
        return (await execute(command, rest, options)).stdout;
      } catch (error) {
        const { stderr = '', message } = error as { stderr?: string; message: string };
        throw new Error(`${program} failed: ${stderr.trim().split('\n').slice(-3).join(' ') || message}`);
      }
    },
    async own(path) {
      if (ids) await chown(path, ids.user, ids.group);
    },
  };
}

async function idsOf(name: string): Promise<{ readonly user: number; readonly group: number }> {
  const id = async (flag: string) => Number((await execute('id', [flag, name])).stdout.trim());
  return { user: await id('-u'), group: await id('-g') };
}
