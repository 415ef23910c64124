import { readFileSync } from 'node:fs';
import { podman } from './emit-podman.ts';

/** What the kernel holds the first process of a container to. */
export interface Confinement {
  /** Real, effective, saved, and that of the file system; then the same of the group. */
  readonly users: readonly number[];
  readonly groups: readonly number[];
  /** Bits of the capabilities that it has, may get, and passes on. */
  readonly capabilities: readonly bigint[];
  readonly newPrivileges: boolean;
  readonly filtersCalls: boolean;
  readonly writableRoot: boolean;
  /** Bytes. */
  readonly memoryLimit: number;
  /** Cores. */
  readonly cpuLimit: number;
}

/** Asks the kernel, not podman. */
export async function confinementOf(container: string): Promise<Confinement> {
  const process = `/proc/${await podman('inspect', container, '--format', '{{.State.Pid}}')}`;
  const status = Object.fromEntries(
    readFileSync(`${process}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(':\t') as [string, string]),
  );
  const numbers = (field: string) => (status[field] ?? '').split('\t').map(Number);
  const root = readFileSync(`${process}/mountinfo`, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find((fields) => fields[4] === '/');
  return {
    users: numbers('Uid'),
    groups: numbers('Gid'),
    capabilities: ['CapEff', 'CapPrm', 'CapInh', 'CapBnd', 'CapAmb'].map((field) =>
      BigInt(`0x${status[field]}`),
    ),
    newPrivileges: status['NoNewPrivs'] !== '1',
    filtersCalls: status['Seccomp'] === '2',
    writableRoot: !root?.[5]?.split(',').includes('ro'),
    ...limitsOf(process),
  };
}

/** Control groups of either version. */
function limitsOf(process: string): Pick<Confinement, 'memoryLimit' | 'cpuLimit'> {
  const groups = readFileSync(`${process}/cgroup`, 'utf8').trim().split('\n');
  const folderOf = (controller: string) => {
    const line = groups
      .map((each) => each.split(':'))
      .find(([, names = '']) => names.split(',').includes(controller));
    return line && `/sys/fs/cgroup/${controller}${line[2]}`;
  };
  const read = (folder: string | undefined, file: string) => readFileSync(`${folder}/${file}`, 'utf8').trim();
  const [memory, cpu] = [folderOf('memory'), folderOf('cpu')];
  if (memory !== undefined) {
    const quota = Number(read(cpu, 'cpu.cfs_quota_us'));
    const period = Number(read(cpu, 'cpu.cfs_period_us'));
    return { memoryLimit: Number(read(memory, 'memory.limit_in_bytes')), cpuLimit: quota / period };
  }
  const unified = `/sys/fs/cgroup${groups[0]?.split('::')[1]}`;
  const [quota, period] = read(unified, 'cpu.max').split(' ').map(Number);
  return { memoryLimit: Number(read(unified, 'memory.max')), cpuLimit: (quota ?? 0) / (period ?? 1) };
}
