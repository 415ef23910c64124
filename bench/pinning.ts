import { spawnSync } from 'node:child_process';
import type { ReadText } from './read-text.ts';

/** The program that starts another on chosen CPUs only. */
export const pinningProgram = 'taskset';

/**
 * The CPU to pin the single-core worker to, or undefined where that cannot be done (no `taskset`, as on
 * macOS). The library's helper threads otherwise run on whatever other CPU is idle, and what they cost there
 * depends on what the machine does besides: pinned, one job is one core's work on a busy and on an idle
 * machine alike. The second allowed CPU is taken where there is one, since the first serves most interrupts.
 */
export function pinnedCpu(
  read: ReadText,
  works: (cpu: number) => boolean = tasksetWorks,
): number | undefined {
  const allowed = allowedCpus(read('/proc/self/status') ?? '');
  const cpu = allowed[1] ?? allowed[0];
  return cpu !== undefined && works(cpu) ? cpu : undefined;
}

/** CPUs of a line such as `Cpus_allowed_list: 0-3,8`. */
export function allowedCpus(status: string): number[] {
  const list = status.match(/^Cpus_allowed_list:\s*([\d,-]+)$/m)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    if (first === '') return [];
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
  });
}

function tasksetWorks(cpu: number): boolean {
  return spawnSync(pinningProgram, ['-c', String(cpu), 'true'], { stdio: 'ignore' }).status === 0;
}
