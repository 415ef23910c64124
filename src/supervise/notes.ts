import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Names of running processes with their pids, in a folder, so that the next run finds what a killed one left behind. */
export interface Notes {
  write(name: string, pid: number): void;
  remove(name: string): void;
  /** Noted processes that still run. */
  living(): { readonly name: string; readonly pid: number }[];
}

export function notesIn(folder: string): Notes {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    write: (name, pid) => writeFileSync(join(folder, name), `${pid} ${startOf(pid) ?? ''}\n`),
    remove: (name) => {
      try {
        rmSync(join(folder, name), { force: true });
      } catch {
        // One that stays is of no process that runs, which its time of start says.
      }
    },
    living: () =>
      readdirSync(folder).flatMap((name) => {
        const [pid = '', start = ''] = readFileSync(join(folder, name), 'utf8').trim().split(' ');
        return start !== '' && startOf(Number(pid)) === start ? [{ name, pid: Number(pid) }] : [];
      }),
  };
}

/** The kernel's time of start, so that a pid that was given away again is not mistaken; undefined once it has ended. */
function startOf(pid: number): string | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  try {
    const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Milliseconds between looks, and until a process is killed that an earlier run left. */
const look = 100;
const patience = 15_000;

/** Ends a process group that an earlier run left behind. */
export async function endGroup(pid: number): Promise<void> {
  const started = startOf(pid);
  const isThere = () => started !== undefined && startOf(pid) === started;
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; isThere() && waited < patience; waited += look) await sleep(look);
  if (isThere()) signalGroup(pid, 'SIGKILL');
  while (isThere()) await sleep(look);
}

/** A signal to a process and all that it started; without effect where they are gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
