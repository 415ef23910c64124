import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change } from './changes.ts';
import { hashOf, type Lock, lockName, lockText } from './lock.ts';
import type { Target } from './types.ts';

/** Beside the files while they are being replaced; a run that finds it finishes what a killed one had begun. */
const journalName = '.headroom-journal.json';
const stageName = '.headroom-staged';

/** What a run that was killed may leave in a folder beside the files. */
export const leftBehind: ReadonlySet<string> = new Set([journalName, stageName]);

export interface WriteOptions {
  readonly target: Target;
  /** Paths of edited files that are overwritten, or removed with `prune`; others keep the user's text. */
  readonly take: ReadonlySet<string>;
  readonly prune: boolean;
  /** Edited files that are no longer made are the user's own from now on. */
  readonly keepEdited: boolean;
}

interface Journal {
  /** Paths that move from the stage into the folder. */
  readonly move: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Writes the changes and the lock. First everything is written to a stage beside the files, then a journal, then each
 * file is moved to its place, which the file system does whole or not at all. Killed before the journal, the old tree
 * stays; killed after it, the folder `isHalfWritten` until `recover` has completed the new one. No file system that we
 * know switches a folder that holds files of others in one step, so whoever reads the folder has to ask.
 */
export function writeTree(
  folder: string,
  changes: readonly Change[],
  lock: Lock | undefined,
  options: WriteOptions,
): void {
  mkdirSync(folder, { recursive: true });
  const written = changes.filter((change) => isWritten(change, options));
  const removed = changes.filter((change) => isRemoved(change, options)).map(({ path }) => path);
  const given = changes.filter(({ kind }) => options.keepEdited && kind === 'staleEdited');
  const gone = new Set([...removed, ...given.map(({ path }) => path)]);
  const next = lockText(nextLock(changes, written, gone, lock, options.target));
  const lockFile = join(folder, lockName);
  const lockChanges = !existsSync(lockFile) || readFileSync(lockFile, 'utf8') !== next;
  if (written.length === 0 && removed.length === 0 && !lockChanges) return;
  for (const path of [...written.map(({ path }) => path), ...removed]) requirePlace(folder, path);
  for (const { path, after } of written) stage(folder, path, after ?? '');
  stage(folder, lockName, next);
  const journal: Journal = { move: [...written.map(({ path }) => path), lockName], remove: removed };
  stage(folder, journalName, JSON.stringify(journal));
  renameSync(join(folder, stageName, journalName), join(folder, journalName));
  recover(folder);
}

/** Whether a run was killed while it moved files: some are old and some are new. */
export function isHalfWritten(folder: string): boolean {
  return existsSync(join(folder, journalName));
}

/** Finishes a run that was killed while it moved files, and clears what one left behind earlier. Says whether it did. */
export function recover(folder: string): boolean {
  const file = join(folder, journalName);
  const interrupted = isHalfWritten(folder);
  if (interrupted) complete(folder, JSON.parse(readFileSync(file, 'utf8')) as Journal);
  rmSync(file, { force: true });
  rmSync(join(folder, stageName), { recursive: true, force: true });
  return interrupted;
}

function complete(folder: string, { move, remove }: Journal): void {
  for (const path of move) {
    const staged = join(folder, stageName, path);
    // Already moved before the kill.
    if (!existsSync(staged)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    renameSync(staged, join(folder, path));
  }
  for (const path of remove) {
    rmSync(join(folder, path), { force: true });
    removeEmptyParents(folder, dirname(path));
  }
}

/** Asked before the journal is written: what fails after it leaves the folder half written. Throws as Node does. */
function requirePlace(folder: string, path: string): void {
  const file = join(folder, path);
  let parent = dirname(file);
  while (!existsSync(parent)) parent = dirname(parent);
  if (!statSync(parent).isDirectory()) {
    throw Object.assign(new Error(`${parent} is a file`), { code: 'ENOTDIR' });
  }
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw Object.assign(new Error(`${file} is a folder`), { code: 'EISDIR' });
  }
  accessSync(parent, constants.W_OK);
}

function removeEmptyParents(folder: string, path: string): void {
  if (path === '.' || path === '/') return;
  try {
    rmdirSync(join(folder, path));
  } catch {
    // Not empty: the user keeps something there.
    return;
  }
  removeEmptyParents(folder, dirname(path));
}

function stage(folder: string, path: string, text: string): void {
  const file = join(folder, stageName, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flush: true });
}

function isWritten({ kind, path }: Change, { take }: WriteOptions): boolean {
  return kind === 'create' || kind === 'update' || (kind === 'conflict' && take.has(path));
}

function isRemoved({ kind, path }: Change, { prune, take }: WriteOptions): boolean {
  return prune && (kind === 'stale' || (kind === 'staleEdited' && take.has(path)));
}

/** A kept edit keeps the hash of what we wrote before it, so that it goes on being noticed. */
function nextLock(
  changes: readonly Change[],
  written: readonly Change[],
  gone: ReadonlySet<string>,
  lock: Lock | undefined,
  target: Target,
): Lock {
  const files: Record<string, string> = {};
  const ours = new Set(written.map(({ path }) => path));
  for (const { path, kind, after } of changes) {
    const known = lock?.files[path];
    if (ours.has(path) || kind === 'unchanged') files[path] = hashOf(after ?? '');
    else if (known !== undefined && !gone.has(path)) files[path] = known;
  }
  return { schema: 'headroom/lock/v1', target, files };
}
