import { describe, expect, it } from 'vitest';
import { peakMemory } from '../../bench/peak-memory.ts';

describe('the peak memory of a process', () => {
  it('is the high-water mark of its own address space where the system gives one', () => {
    const status = 'VmPeak:\t  999999 kB\nVmHWM:\t  212000 kB\nVmRSS:\t  100000 kB\n';
    expect(peakMemory((path) => (path === '/proc/self/status' ? status : undefined))).toBe(212_000 * 1024);
  });

  it('is that of getrusage where it does not', () => {
    const used = process.resourceUsage().maxRSS * 1024;
    expect(peakMemory(() => undefined)).toBeGreaterThanOrEqual(used);
    expect(peakMemory(() => 'Name:\tnode\n')).toBeGreaterThanOrEqual(used);
  });
});
