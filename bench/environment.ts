import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import type { Environment } from '../src/measurement/types.ts';
import { readCgroup } from './cgroup.ts';
import type { WindowNoise } from './cpu-accounting.ts';
import { pinnedCpu } from './pinning.ts';
import type { ReadText } from './read-text.ts';

/** What does not change during a run. */
export type Machine = Omit<Environment, 'before' | 'otherCpu' | 'steal' | 'versions'>;

/** Describes the machine. Where the platform does not tell (macOS has no `/proc`), a field is absent. */
export function readMachine(read: ReadText): Machine {
  const processors = cpus();
  const cgroup = readCgroup(read);
  const pinnedTo = pinnedCpu(read);
  const governor = read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim();
  return {
    cpuModel: processors[0]?.model.trim() || 'unknown',
    logicalCores: processors.length,
    ...readTopology(processors.length, read),
    ...(cgroup ? { cgroup } : {}),
    usableCores: Math.min(availableParallelism(), cgroup?.quotaCores ?? Number.POSITIVE_INFINITY),
    ...(pinnedTo === undefined ? {} : { pinnedTo }),
    ...(governor ? { governor } : {}),
    allocator: readAllocator(read),
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? 0,
    platform: `${platform()} ${release()} ${arch()}`,
  };
}

/** Physical cores, and hardware threads a core, from the kernel's topology. */
export function readTopology(
  logicalCores: number,
  read: ReadText,
): Pick<Environment, 'physicalCores' | 'threadsPerCore'> {
  const cores = new Set<string>();
  for (let cpu = 0; cpu < logicalCores; cpu++) {
    const folder = `/sys/devices/system/cpu/cpu${cpu}/topology`;
    const core = read(`${folder}/core_id`)?.trim();
    if (core !== undefined) cores.add(`${read(`${folder}/physical_package_id`)?.trim()}/${core}`);
  }
  if (cores.size === 0) return {};
  return { physicalCores: cores.size, threadsPerCore: logicalCores / cores.size };
}

/**
 * The memory allocator that this process and its children run with, and the setting of glibc's that flips
 * sharp's threads.
 */
export function readAllocator(read: ReadText, env: NodeJS.ProcessEnv = process.env): string {
  const { MALLOC_ARENA_MAX: arenas } = env;
  const loaded = read('/proc/self/maps')?.match(/(jemalloc|tcmalloc|mimalloc)/)?.[1];
  if (loaded) return loaded;
  if (platform() !== 'linux') return 'system';
  const libc = read('/proc/self/maps')?.includes('ld-musl') ? 'musl' : 'glibc';
  return arenas ? `${libc}, MALLOC_ARENA_MAX=${arenas}` : libc;
}

/** The environment of a run: the machine, what disturbed it, and the versions of what ran. */
export function environmentOf(
  machine: Machine,
  before: WindowNoise,
  noise: WindowNoise,
  versions: Environment['versions'],
): Environment {
  const { cgroup } = machine;
  return {
    ...machine,
    // The counter of the group is of its whole life; what matters is what happened during the run.
    ...(cgroup ? { cgroup: { ...cgroup, throttledPeriods: noise.throttledPeriods } } : {}),
    before: { otherCpu: before.otherCpu, steal: before.steal },
    otherCpu: noise.otherCpu,
    steal: noise.steal,
    versions,
  };
}
