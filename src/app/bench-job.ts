import type { Job } from '../measurement/types.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';

/** The job as the flags give it. */
export interface JobFlags {
  readonly width: number;
  readonly height?: number | undefined;
  readonly format: Job['format'];
  readonly quality: number;
  readonly effort?: number | undefined;
}

const largestSide = 16_383;
/** Efforts that the library's encoders know; JPEG has none. */
const efforts: Readonly<Record<Job['format'], readonly [number, number] | undefined>> = {
  jpeg: undefined,
  webp: [0, 6],
  avif: [0, 9],
  png: [1, 10],
};

/** Checks a job. Throws InvalidInput with everything that is wrong with it. */
export function checkedJob(flags: JobFlags): Job {
  const { width, height, format, quality, effort } = flags;
  const range = efforts[format];
  const problems = [
    ...outside('--width', width, 1, largestSide),
    ...(height === undefined ? [] : outside('--height', height, 1, largestSide)),
    ...outside('--quality', quality, 1, 100),
    ...(effort === undefined ? [] : effortProblems(format, effort, range)),
  ];
  if (problems.length > 0) throw new InvalidInput(problems);
  return {
    width,
    ...(height === undefined ? {} : { height }),
    format,
    quality,
    ...(effort === undefined ? {} : { effort }),
  };
}

function effortProblems(
  format: Job['format'],
  effort: number,
  range: readonly [number, number] | undefined,
): Problem[] {
  if (range) return outside(`--effort of ${format}`, effort, ...range);
  return [
    {
      code: 'bad-flag',
      message: `--effort means nothing for ${format}`,
      advice: 'leave it out, or choose another --format',
    },
  ];
}

/** The problem of a flag that is not a whole number in a range, or none. */
export function outside(flag: string, value: number, low: number, high: number): Problem[] {
  if (Number.isInteger(value) && value >= low && value <= high) return [];
  return [
    {
      code: 'bad-flag',
      message: `${flag} is ${value}`,
      advice: `give a whole number from ${low} to ${high}`,
    },
  ];
}
