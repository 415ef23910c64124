import { describe, expect, it } from 'vitest';
import { readCgroup } from '../../bench/cgroup.ts';
import { isDisturbed, noiseBetween, overallNoise, readCounters } from '../../bench/cpu-accounting.ts';
import { readAllocator, readMachine, readTopology } from '../../bench/environment.ts';
import { allowedCpus, pinnedCpu } from '../../bench/pinning.ts';
import { readSystemText } from '../../bench/read-text.ts';

const system = (files: Record<string, string>) => (path: string) => files[path];

describe('the control group', () => {
  it('has the smallest quota of version 2 on the way up, since every ancestor limits', () => {
    const read = system({
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu memory',
      '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/a/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/a/b/cpu.stat': 'usage_usec 5\nnr_periods 9\nnr_throttled 7\n',
    });
    expect(readCgroup(read)).toEqual({ version: 2, quotaCores: 1.5, throttledPeriods: 7 });
  });

  it('has the quota of version 1, whose -1 means none', () => {
    const files = {
      '/proc/self/cgroup': '3:cpu,cpuacct:/docker/x\n0::/\n',
      '/sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 1\nnr_throttled 0\n',
      '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000\n',
    };
    expect(readCgroup(system(files))).toEqual({ version: 1, quotaCores: 0.5, throttledPeriods: 0 });
    const free = { ...files, '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '-1\n' };
    expect(readCgroup(system(free))).toEqual({ version: 1, throttledPeriods: 0 });
  });

  it('is read at the mount inside a container, where the path is that of the host', () => {
    const read = system({
      '/proc/self/cgroup': '0::/../../pod7/container\n',
      '/sys/fs/cgroup/cgroup.controllers': '',
      '/sys/fs/cgroup/cpu.max': '200000 100000',
      '/sys/fs/cgroup/cpu.stat': 'nr_throttled 0',
    });
    expect(readCgroup(read)?.quotaCores).toBe(2);
  });

  it('is none where the platform has none', () => {
    expect(readCgroup(system({}))).toBeUndefined();
  });
});

describe('what others do meanwhile', () => {
  const stat = (user: number, idle: number, steal: number) =>
    system({ '/proc/stat': `cpu  ${user} 0 0 ${idle} 0 0 0 ${steal} 0 0\ncpu0 1 1 1\n` });

  it('is what the machine was busy with beyond our own CPU time', () => {
    const before = { ...readCounters(stat(1000, 1000, 0)), at: 10 };
    const after = { ...readCounters(stat(1150, 1050, 0)), at: 11 };
    const noise = noiseBetween(before, after, 1);
    expect(noise.otherCpu).toBeCloseTo(0.5, 9);
    expect(noise).toMatchObject({ steal: 0, throttledPeriods: 0, seconds: 1 });
    expect(isDisturbed(noise)).toBe(true);
  });

  it('never counts our own work as that of others', () => {
    const before = { ...readCounters(stat(1000, 1000, 0)), at: 10 };
    const after = { ...readCounters(stat(1099, 1101, 0)), at: 11 };
    expect(noiseBetween(before, after, 1.01).otherCpu).toBe(0);
    expect(isDisturbed(noiseBetween(before, after, 1))).toBe(false);
  });

  it('disturbs when more than 1 % of the time was stolen, but not for a single tick', () => {
    const before = { ...readCounters(stat(1000, 1000, 0)), at: 10 };
    const tick = { ...readCounters(stat(1030, 1019, 1)), at: 10.25 };
    const stolen = { ...readCounters(stat(1180, 1000, 20)), at: 11 };
    expect(isDisturbed(noiseBetween(before, tick, 0.3))).toBe(false);
    expect(noiseBetween(before, stolen, 1.8).steal).toBeCloseTo(0.1, 9);
    expect(isDisturbed(noiseBetween(before, stolen, 1.8))).toBe(true);
  });

  it('disturbs by any throttled period', () => {
    expect(isDisturbed({ otherCpu: 0, steal: 0, throttledPeriods: 1, seconds: 1 })).toBe(true);
  });

  it('may be more on the cores of the machine that are not ours', () => {
    const noise = { otherCpu: 1, steal: 0, throttledPeriods: 0, seconds: 1 };
    expect(isDisturbed(noise, 1)).toBe(true);
    expect(isDisturbed(noise, 2 / 64)).toBe(false);
  });

  it('is averaged over windows by their lengths', () => {
    const windows = [
      { otherCpu: 1, steal: 0.1, throttledPeriods: 2, seconds: 1 },
      { otherCpu: 0, steal: 0, throttledPeriods: 1, seconds: 3 },
    ];
    expect(overallNoise(windows)).toEqual({ otherCpu: 0.25, steal: 0.025, throttledPeriods: 3, seconds: 4 });
  });

  it('is counted without /proc too', () => {
    const counters = readCounters(system({}));
    expect(counters.busy).toBeGreaterThan(0);
    expect(counters.total).toBeGreaterThan(counters.busy);
    expect(counters.steal).toBe(0);
  });
});

describe('the machine', () => {
  it('has half as many physical cores where two threads share each', () => {
    const topology = Object.fromEntries(
      [0, 1, 2, 3].flatMap((cpu) => [
        [`/sys/devices/system/cpu/cpu${cpu}/topology/core_id`, `${cpu % 2}\n`],
        [`/sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`, '0\n'],
      ]),
    );
    expect(readTopology(4, system(topology))).toEqual({ physicalCores: 2, threadsPerCore: 2 });
    expect(readTopology(4, system({}))).toEqual({});
  });

  it('may use no more cores than a quota grants', () => {
    const machine = readMachine(
      system({
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/cgroup.controllers': '',
        '/sys/fs/cgroup/cpu.max': '50000 100000',
      }),
    );
    expect(machine.usableCores).toBe(0.5);
  });

  it('says which allocator is loaded, and the setting that makes the library use all CPUs', () => {
    const maps = (text: string) => system({ '/proc/self/maps': text });
    expect(readAllocator(maps('7f /usr/lib/libjemalloc.so.2'), {})).toBe('jemalloc');
    if (process.platform === 'linux') {
      expect(readAllocator(maps('/lib/libc.so.6'), {})).toBe('glibc');
      expect(readAllocator(maps('/lib/libc.so.6'), { MALLOC_ARENA_MAX: '2' })).toBe(
        'glibc, MALLOC_ARENA_MAX=2',
      );
      expect(readAllocator(maps('/lib/ld-musl-x86_64.so.1'), {})).toBe('musl');
    }
  });

  it('is described here and now', () => {
    const machine = readMachine(readSystemText);
    expect(machine.logicalCores).toBeGreaterThanOrEqual(1);
    expect(machine.usableCores).toBeLessThanOrEqual(machine.logicalCores);
    expect(machine.memoryBytes).toBeGreaterThan(1e8);
  });
});

describe('the CPU for single-core figures', () => {
  it('is read from the list of allowed CPUs', () => {
    expect(allowedCpus('Cpus_allowed:\tff\nCpus_allowed_list:\t0-2,8,10-11\n')).toEqual([0, 1, 2, 8, 10, 11]);
    expect(allowedCpus('nothing')).toEqual([]);
  });

  it('is the second that is allowed, the only one, or none where pinning does not work', () => {
    const status = (list: string) => system({ '/proc/self/status': `Cpus_allowed_list:\t${list}\n` });
    expect(pinnedCpu(status('4-7'), () => true)).toBe(5);
    expect(pinnedCpu(status('3'), () => true)).toBe(3);
    expect(pinnedCpu(status('4-7'), () => false)).toBeUndefined();
    expect(pinnedCpu(system({}), () => true)).toBeUndefined();
  });
});
