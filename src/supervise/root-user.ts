import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidInput } from '../problems/problem.ts';
import { type Chosen, programOf } from './chosen.ts';
import type { ProcessFile } from './process-file.ts';

/**
 * What is set in the configs where the caller is root, since a program refuses to run as root and runs as another user.
 * Throws InvalidInput where that user cannot reach the folder.
 */
export function rootSets(
  { root }: ProcessFile,
  chosen: Chosen,
  dir: string,
): Readonly<Record<string, unknown>> {
  if (root === undefined) return {};
  const isNeeded = Object.values(chosen.processes).some((spec) => programOf(spec) === root.program);
  if (!isNeeded) return {};
  const closed = closedFolder(dir);
  if (closed !== undefined) {
    const message = `the user ${root.user}, as whom ${root.program} runs, cannot reach ${closed}`;
    const advice = `let others pass (chmod o+x ${closed}), emit into another folder, or do not run this as root`;
    throw new InvalidInput([{ code: 'bad-file', file: dir, message, advice }]);
  }
  return root.set;
}

/** The folder, of this one and those above it, that others may not pass; undefined where there is none. */
function closedFolder(dir: string): string | undefined {
  for (let folder = join(dir); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return folder;
  }
  return undefined;
}
