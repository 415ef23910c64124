import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EmittedFile, Target } from '../types.ts';
import { configsOf } from './configs.ts';
import { documentsOf } from './documents.ts';
import { objectOf } from './kubernetes/objects.ts';

/** A config that an engine is asked about. */
export interface Wanted {
  /** The file that holds it. */
  readonly path: string;
  /** Where it lies while it is asked about, below the folder. */
  readonly at: string;
  readonly text: string;
  /** Line in the holding file of a line of the text; both 1-based. */
  readonly lineOf: (line: number) => number;
}

/** Configs with a name that an engine reads: files, and in Kubernetes the entries of ConfigMaps. */
export function wantedBy(reads: RegExp, files: readonly EmittedFile[], target: Target): Wanted[] {
  const plain = files
    .filter((file) => reads.test(file.path.split('/').at(-1) ?? '') && !isManifest(file))
    .map(({ path, text }) => ({ path, at: path, text, lineOf: (line: number) => line }));
  if (target !== 'kubernetes') return plain;
  const inMaps = configsOf(files, target)
    .filter(({ name }) => reads.test(name))
    .map((config) => ({
      path: config.path,
      at: `maps/${config.cluster}-${config.holder}/${config.name}`,
      text: config.text,
      lineOf: (line: number) => config.lineOf(line),
    }));
  return [...plain, ...inMaps];
}

function isManifest(file: EmittedFile): boolean {
  return documentsOf(file).some((doc) => objectOf(doc) !== undefined);
}

/** Works in a folder that holds the whole tree, since files name each other, and is gone afterwards. */
export async function inFolder<T>(
  files: readonly EmittedFile[],
  wanted: readonly Wanted[],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-check-'));
  try {
    for (const { path, text } of [...files, ...wanted.map(({ at, text }) => ({ path: at, text }))]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
