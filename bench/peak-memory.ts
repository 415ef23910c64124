import { type ReadText, readSystemText } from './read-text.ts';

/**
 * Largest resident memory of this process so far, in bytes. Linux carries the maximum of `getrusage` through fork and
 * exec, so that a worker would report its parent's; the high-water mark of its own address space (VmHWM, proc(5)) does not.
 */
export function peakMemory(readText: ReadText = readSystemText): number {
  const own = /^VmHWM:\s*(\d+) kB$/m.exec(readText('/proc/self/status') ?? '')?.[1];
  return Number(own ?? process.resourceUsage().maxRSS) * 1024;
}
