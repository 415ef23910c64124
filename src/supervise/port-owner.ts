import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Who listens on a TCP port of this machine: `nginx (pid 812)`; undefined where the system does not tell us. */
export function portOwner(port: number): string | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listenersIn(table, port)));
  if (inodes.size === 0) return undefined;
  const pid = attempt(() => readdirSync('/proc'))?.find((each) => /^\d+$/.test(each) && holds(each, inodes));
  if (pid === undefined) return undefined;
  const name = attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  return `${name ?? 'a process'} (pid ${pid})`;
}

/** Inodes of the sockets that listen; the state 0A. */
function listenersIn(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines =
    attempt(() => readFileSync(table, 'utf8'))
      ?.split('\n')
      .slice(1) ?? [];
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [local = '', state, inode] = [fields[1], fields[3], fields[9]];
    return local.endsWith(`:${hex}`) && state === '0A' && inode !== undefined ? [inode] : [];
  });
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  const files = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return files.some((file) => {
    const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${file}`)) ?? '';
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    return inode !== undefined && inodes.has(inode);
  });
}

/** Processes end, and those of others may not be looked at. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
