import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between looks whether it is gone, in milliseconds. */
const step = 20;

/**
 * Stops PostgreSQL for sure within `within` seconds: it is asked to stop fast, which sends the standby what is left;
 * then at once; then all its processes are killed, which also ends one that hangs.
 */
export async function stopPostgres(pid: number, within: number): Promise<void> {
  const family = () => [pid, ...childrenOf(pid)];
  const third = (within * 1000) / 3;
  if (!isPostgres(pid)) return;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    send(pid, signal);
    if (await gone([pid], third)) return;
  }
  const all = family();
  for (const each of all) send(each, 'SIGKILL');
  await gone(all, third);
}

/** Whether the process is there and is PostgreSQL: a number from an old file may be somebody else's by now. */
export function isPostgres(pid: number): boolean {
  const stat = statOf(pid);
  return stat?.name.startsWith('postgres') === true && stat.state !== 'Z';
}

async function gone(pids: readonly number[], within: number): Promise<boolean> {
  const until = performance.now() + within;
  for (;;) {
    if (!pids.some(isPostgres)) return true;
    if (performance.now() >= until) return false;
    await sleep(step);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && statOf(pid)?.parent === parent);
}

interface Stat {
  readonly name: string;
  readonly state: string;
  readonly parent: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)/s.exec(text) ?? [];
    const [state = '', parent] = rest.split(' ');
    return { name, state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
