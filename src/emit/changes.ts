import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, type Lock } from './lock.ts';
import type { EmittedFile } from './types.ts';

/**
 * What writing a file would do. `conflict`: somebody edited it, or it is not ours; `stale`: written last time and no
 * longer made; `staleEdited`: stale, and edited.
 */
export type ChangeKind = 'create' | 'update' | 'unchanged' | 'conflict' | 'stale' | 'staleEdited';

export interface Change {
  readonly path: string;
  readonly kind: ChangeKind;
  /** What is there now. */
  readonly before?: string;
  /** What the plan says; absent for stale files. */
  readonly after?: string;
}

/** Compares the files of a plan with a folder and with what was written there last time; in the order of paths. */
export function changesOf(folder: string, files: readonly EmittedFile[], lock: Lock | undefined): Change[] {
  const wanted = new Set(files.map(({ path }) => path));
  const stale = Object.keys(lock?.files ?? {}).filter((path) => !wanted.has(path));
  return [
    ...files.map((file) => changeOf(folder, file, lock)),
    ...stale.flatMap((path) => staleChange(folder, path, lock)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function changeOf(folder: string, { path, text }: EmittedFile, lock: Lock | undefined): Change {
  const before = read(folder, path);
  if (before === undefined) return { path, kind: 'create', after: text };
  if (before === text) return { path, kind: 'unchanged', before, after: text };
  const ours = lock?.files[path] === hashOf(before);
  return { path, kind: ours ? 'update' : 'conflict', before, after: text };
}

function staleChange(folder: string, path: string, lock: Lock | undefined): Change[] {
  const before = read(folder, path);
  if (before === undefined) return [];
  return [{ path, kind: lock?.files[path] === hashOf(before) ? 'stale' : 'staleEdited', before }];
}

function read(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  if (!existsSync(file)) return undefined;
  // A folder where a file should be is somebody else's: never equal to anything that we write.
  return statSync(file).isDirectory() ? '\0folder' : readFileSync(file, 'utf8');
}
