import { InvalidInput, type Problem } from '../problems/problem.ts';

/** An `InvalidInput` about flags and arguments: `message` says what is wrong, `advice` how to mend it. */
export function usageError(message: string, advice: string): InvalidInput {
  const problem: Problem = { code: 'bad-flag', message, advice };
  return new InvalidInput([problem]);
}
