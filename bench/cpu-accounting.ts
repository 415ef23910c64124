import { cpus } from 'node:os';
import { readCgroup } from './cgroup.ts';
import type { ReadText } from './read-text.ts';

/** Counters of the whole machine that only grow. */
export interface MachineCounters {
  /** Seconds. */
  readonly at: number;
  /** CPU seconds that all processes used; stolen time is apart. */
  readonly busy: number;
  readonly steal: number;
  /** Busy, idle and stolen together. */
  readonly total: number;
  readonly throttledPeriods: number;
}

/** What happened beside our own work between two moments. */
export interface WindowNoise {
  /** Cores taken by processes that are not ours. */
  readonly otherCpu: number;
  /** Share of CPU time that the hypervisor took. */
  readonly steal: number;
  readonly throttledPeriods: number;
  readonly seconds: number;
}

/** Above these, the wall figures of a window do not describe the machine. */
export const noiseLimits = { otherCpu: 0.15, steal: 0.01, throttledPeriods: 0 } as const;

/** The kernel counts in hundredths of a second on every platform that Node runs on. */
const tick = 0.01;

/** Reads the counters now. Without `/proc/stat` (macOS) there is neither steal nor throttling. */
export function readCounters(read: ReadText): MachineCounters {
  const at = Number(process.hrtime.bigint()) / 1e9;
  const line = read('/proc/stat')?.match(/^cpu +(.*)$/m)?.[1];
  if (line === undefined) return { at, ...countersOfNode(), steal: 0, throttledPeriods: 0 };
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .map((count) => Number(count) * tick);
  const busy = user + nice + system + irq + softirq;
  const throttledPeriods = readCgroup(read)?.throttledPeriods ?? 0;
  return { at, busy, steal, total: busy + idle + iowait + steal, throttledPeriods };
}

function countersOfNode(): { busy: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const busy = times.reduce((sum, t) => sum + t.user + t.nice + t.sys + t.irq, 0) / 1000;
  return { busy, total: busy + times.reduce((sum, t) => sum + t.idle, 0) / 1000 };
}

/** What others did between two readings, given the CPU seconds that our own processes used meanwhile. */
export function noiseBetween(
  before: MachineCounters,
  after: MachineCounters,
  ownCpuSeconds: number,
): WindowNoise {
  const seconds = after.at - before.at;
  const other = Math.max(0, after.busy - before.busy - ownCpuSeconds);
  // One tick in a short window is already above 1 %, and says nothing.
  const stolen = after.steal - before.steal <= tick * 1.5 ? 0 : after.steal - before.steal;
  return {
    otherCpu: seconds > 0 ? other / seconds : 0,
    steal: after.total > before.total ? stolen / (after.total - before.total) : 0,
    throttledPeriods: after.throttledPeriods - before.throttledPeriods,
    seconds,
  };
}

/**
 * Whether the wall figures of a window are to be left out of sizing. `usableShare` is the share of the
 * machine's cores that we may use: under a quota or an affinity, others may do more on the rest before they
 * are in our way.
 */
export function isDisturbed(noise: WindowNoise, usableShare = 1): boolean {
  return (
    noise.otherCpu * usableShare > noiseLimits.otherCpu ||
    noise.steal > noiseLimits.steal ||
    noise.throttledPeriods > noiseLimits.throttledPeriods
  );
}

/** Noise over several windows, weighted by their lengths. */
export function overallNoise(windows: readonly WindowNoise[]): WindowNoise {
  const seconds = windows.reduce((sum, w) => sum + w.seconds, 0);
  const average = (of: (w: WindowNoise) => number) =>
    seconds > 0 ? windows.reduce((sum, w) => sum + of(w) * w.seconds, 0) / seconds : 0;
  return {
    otherCpu: average((w) => w.otherCpu),
    steal: average((w) => w.steal),
    throttledPeriods: windows.reduce((sum, w) => sum + w.throttledPeriods, 0),
    seconds,
  };
}
