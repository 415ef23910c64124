import type { Environment, Measurement, Trust } from '../src/measurement/types.ts';
import { counted } from './counted.ts';
import { noiseLimits } from './cpu-accounting.ts';
import { fewestRounds } from './schedule.ts';
import { median, quantile } from './statistics.ts';

type Reason = Trust['reasons'][number];
type Judged = Pick<Measurement, 'complete' | 'rounds' | 'classes' | 'saturation' | 'environment'>;

/** Reasons for which no figure of the run should be used. */
const fatal: readonly string[] = ['incomplete', 'unsteady-cpu'];

/** Fewer samples make the p99 of a class nearly its maximum. */
const samplesForP99 = 100;
/**
 * CPU time of the fixed kernel. A single slow round is outvoted by the others and only named; where the middle half
 * of the rounds is that far apart, the median is a matter of luck.
 */
const drift = { slowestOverFastest: 1.25, upperOverLowerQuartile: 1.4 } as const;

/** Whether a run can be believed: what speaks against it, and what to do about each. */
export function judge(run: Judged): Trust {
  const reasons = [
    ...completeness(run),
    ...noise(run),
    ...steadiness(run),
    ...samples(run),
    ...machine(run.environment),
  ];
  const verdict = reasons.some((reason) => fatal.includes(reason.code))
    ? 'untrusted'
    : reasons.length > 0
      ? 'limited'
      : 'trusted';
  return { verdict, reasons };
}

function completeness({ complete, rounds }: Judged): Reason[] {
  if (complete) return [];
  return [
    {
      code: 'incomplete',
      message: `the run was interrupted after ${counted(rounds.length, 'round')}`,
      advice: `run it again to the end; intervals need at least ${fewestRounds} rounds`,
    },
  ];
}

function noise({ environment, rounds, saturation }: Judged): Reason[] {
  const disturbed = rounds.filter((round) => round.disturbed).length;
  const lost = saturation.points.filter((point) => !point.throughput).length;
  const windows = saturation.points.reduce((sum, point) => sum + point.disturbedRounds, 0);
  if (disturbed === 0 && windows === 0) return [];
  const clauses = [
    ...disturbedRounds(disturbed, rounds.length),
    ...disturbedLoad(windows, lost),
    'CPU seconds hold',
  ];
  const allDisturbed = disturbed > 0 && disturbed === rounds.length;
  return [
    {
      code: allDisturbed || lost > 0 ? 'all-disturbed' : 'disturbed',
      message: clauses.join('; '),
      advice: adviceAgainstNoise(environment),
    },
    ...stolen(environment),
    ...throttled(environment),
  ];
}

/** What disturbed rounds on one core cost. */
function disturbedRounds(disturbed: number, rounds: number): string[] {
  if (disturbed === 0) return [];
  if (disturbed < rounds) {
    const [verb, whose] = disturbed === 1 ? ['was', 'its'] : ['were', 'their'];
    const which = `${disturbed} of ${counted(rounds, 'single-core round')}`;
    return [`${which} ${verb} disturbed and ${whose} wall times are left out`];
  }
  const which =
    rounds === 1 ? 'the only single-core round was' : `all ${counted(rounds, 'single-core round')} were`;
  return [`${which} disturbed, so service times are CPU times instead of wall times`];
}

/** What disturbed windows of the saturation cost. */
function disturbedLoad(windows: number, lost: number): string[] {
  if (windows === 0) return [];
  const text = `${counted(windows, 'window')} of the saturation ${windows === 1 ? 'was' : 'were'} disturbed`;
  if (lost === 0) return [`${text} and left out`];
  return [`${text}, so throughput is unknown for ${counted(lost, 'number')} of processes`];
}

function adviceAgainstNoise({ otherCpu }: Environment): string {
  return otherCpu > noiseLimits.otherCpu
    ? `other processes took ${otherCpu.toFixed(2)} cores: stop them, or measure at a quieter time`
    : 'run it again when nothing else runs on this machine';
}

function stolen({ steal }: Environment): Reason[] {
  if (steal <= noiseLimits.steal) return [];
  return [
    {
      code: 'steal',
      message: `the hypervisor took ${(steal * 100).toFixed(1)} % of the CPU time`,
      advice: 'measure on a dedicated or less crowded host',
    },
  ];
}

function throttled({ cgroup }: Environment): Reason[] {
  if (!cgroup?.throttledPeriods) return [];
  return [
    {
      code: 'throttled',
      message: `the CPU quota throttled this process in ${counted(cgroup.throttledPeriods, 'period')}`,
      advice: 'raise or remove the CPU limit of the container while measuring',
    },
  ];
}

function steadiness({ rounds }: Judged): Reason[] {
  const kernel = rounds.map((round) => median(Object.values(round.kernelSeconds)));
  const spread = Math.max(...kernel) / Math.min(...kernel);
  if (!(spread > drift.slowestOverFastest)) return [];
  const middle = quantile(kernel, 0.75) / quantile(kernel, 0.25);
  return [
    {
      code: middle > drift.upperOverLowerQuartile ? 'unsteady-cpu' : 'drift',
      message: `the same piece of work took ${spread.toFixed(2)} times the CPU time in the slowest round as in the fastest`,
      advice:
        'the clock or the neighbours of this host change: measure again, with more --rounds, or elsewhere',
    },
  ];
}

function samples({ classes }: Judged): Reason[] {
  const few = classes.filter((c) => c.serviceTime.samples < samplesForP99);
  if (few.length === 0) return [];
  const fewest = Math.min(...few.map((c) => c.serviceTime.samples));
  return [
    {
      code: 'few-samples',
      message: `p99 rests on as few as ${counted(fewest, 'sample')} of a class, so it is nearly the maximum`,
      advice: 'run without --quick, or with more --rounds',
    },
  ];
}

function machine({ allocator, governor, cgroup, logicalCores }: Environment): Reason[] {
  const reasons: Reason[] = [];
  if (allocator !== 'glibc' && allocator !== 'musl' && allocator !== 'system') {
    reasons.push({
      code: 'allocator',
      message: `the allocator is ${allocator}, with which sharp by itself uses every CPU for one image (here it is held to one)`,
      advice:
        'call sharp.concurrency(1) in the service too, and measure with the allocator that it will run with',
    });
  }
  if (governor === 'powersave') {
    reasons.push({
      code: 'governor',
      message: 'the CPU frequency governor is powersave',
      advice: 'set it to performance while measuring, or to what the fleet will run with',
    });
  }
  if (cgroup?.quotaCores !== undefined && cgroup.quotaCores < logicalCores) {
    reasons.push({
      code: 'quota',
      message: `a CPU quota of ${Number(cgroup.quotaCores.toFixed(2))} cores holds on a machine of ${logicalCores}`,
      advice:
        'measure without the quota for the capacity of the machine; CPU seconds per image hold either way',
    });
  }
  return reasons;
}
