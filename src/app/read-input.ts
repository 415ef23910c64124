import { readFileSync } from 'node:fs';
import { InvalidInput } from '../problems/problem.ts';

/** The bytes of an input file; throws `InvalidInput` with the reason where it cannot be read. */
export function readInput(path: string, shown: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? String(error);
    throw new InvalidInput([
      { code: 'bad-file', file: shown, message: reason, advice: 'name a file that exists and can be read' },
    ]);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read by this user',
};
