import type { Environment } from '../src/measurement/types.ts';
import type { ReadText } from './read-text.ts';

/** CPU limits of the control group that this process runs in. */
export type Cgroup = NonNullable<Environment['cgroup']>;

/**
 * The CPU quota and throttling of this process's control group, version 1 or 2: the smallest quota of the
 * group and its ancestors, since each of them limits. Neither libuv 1.46 nor libvips sees a quota. Undefined
 * without control groups.
 */
export function readCgroup(read: ReadText): Cgroup | undefined {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const unified = groups.find(([id, controllers]) => id === '0' && controllers === '');
  if (unified && read('/sys/fs/cgroup/cgroup.controllers') !== undefined) {
    return limitsOf(2, '/sys/fs/cgroup', unified[2] ?? '/', read);
  }
  const cpu = groups.find(([, controllers]) => controllers?.split(',').includes('cpu'));
  if (!cpu) return undefined;
  const mount = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'].find(
    (folder) => read(`${folder}/cpu.stat`) !== undefined,
  );
  return mount === undefined ? undefined : limitsOf(1, mount, cpu[2] ?? '/', read);
}

function limitsOf(version: 1 | 2, mount: string, path: string, read: ReadText): Cgroup {
  const folders = foldersUpward(mount, path);
  const quotas = folders.map((folder) => (version === 2 ? quota2(folder, read) : quota1(folder, read)));
  const quotaCores = Math.min(...quotas.map((quota) => quota ?? Number.POSITIVE_INFINITY));
  const stat = folders.map((folder) => read(`${folder}/cpu.stat`)).find((text) => text !== undefined);
  const throttled = stat?.match(/^nr_throttled (\d+)$/m)?.[1];
  return {
    version,
    ...(Number.isFinite(quotaCores) ? { quotaCores } : {}),
    ...(throttled === undefined ? {} : { throttledPeriods: Number(throttled) }),
  };
}

/**
 * The group's folder and its ancestors. Inside a container the path may be that of the host: then only the
 * mount exists.
 */
function foldersUpward(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, i) =>
    [mount, ...parts.slice(0, parts.length - i)].join('/'),
  );
}

function quota2(folder: string, read: ReadText): number | undefined {
  const [quota, period] = (read(`${folder}/cpu.max`) ?? '').trim().split(' ').map(Number);
  return quota && period ? quota / period : undefined;
}

function quota1(folder: string, read: ReadText): number | undefined {
  const quota = Number(read(`${folder}/cpu.cfs_quota_us`));
  const period = Number(read(`${folder}/cpu.cfs_period_us`));
  return quota > 0 && period > 0 ? quota / period : undefined;
}
