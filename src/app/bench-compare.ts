import { resolve } from 'node:path';
import { compareRuns, incomparable, tooShort } from '../../bench/compare.ts';
import type { Comparison } from '../measurement/comparison.ts';
import { readMeasurement } from '../measurement/read.ts';
import type { Measurement } from '../measurement/types.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import { parseQuantity } from '../units/quantity.ts';
import { readInput } from './read-input.ts';

export interface CompareRequest {
  readonly cwd: string;
  /** Files of the run before and the run after. */
  readonly before: string;
  readonly after: string;
  /** Such as `10 %`. */
  readonly maxRegression: string;
}

/** Seed of the resampling: the same two files always give the same interval. */
const seed = 1;

/**
 * Compares two measurement files. Throws InvalidInput where a file cannot be read or has too few rounds, where
 * the two did not measure the same job on the same images and machine (naming what differs), or where the limit is not a
 * share above 0.
 */
export function compareMeasurements(request: CompareRequest): Comparison {
  const limit = readLimit(request.maxRegression);
  const [before, after] = [request.before, request.after].map((file) =>
    readMeasurement(readInput(resolve(request.cwd, file), file).toString('utf8'), file),
  );
  if (!before || !after) throw new RangeError('two files are compared');
  const problems = [
    ...shortRun(before, request.before),
    ...shortRun(after, request.after),
    ...incomparable(before, after).map((message): Problem => {
      const advice = `measure again under the conditions of ${request.before}`;
      return { code: 'bad-file', file: request.after, message, advice };
    }),
  ];
  if (problems.length > 0) throw new InvalidInput(problems);
  return compareRuns(before, after, limit, seed);
}

function shortRun(measurement: Measurement, file: string): Problem[] {
  const message = tooShort(measurement);
  if (message === undefined) return [];
  return [{ code: 'bad-file', file, message, advice: 'run headroom bench again, to its end' }];
}

function readLimit(text: string): number {
  const limit = shareOf(text);
  if (limit !== undefined && limit > 0 && limit < 10) return limit;
  throw new InvalidInput([
    {
      code: 'bad-flag',
      message: `--max-regression ${text} is not a share above 0`,
      advice: 'write for example "10 %"',
    },
  ]);
}

function shareOf(text: string): number | undefined {
  try {
    const quantity = parseQuantity(text);
    return Object.keys(quantity.unit.dimension).length === 0 ? quantity.value : undefined;
  } catch {
    return undefined;
  }
}
