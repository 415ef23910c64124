import type { EmittedFile } from '../../types.ts';
import type { Doc } from '../documents.ts';
import { listAt, textAt } from '../values.ts';
import type { Place, Word } from './part.ts';

/** A file of the tree that a process is told to read. */
export interface ReadFile {
  /** Below the output folder, as it was emitted. */
  readonly path: string;
  /** Absent where the tree has no such file. */
  readonly file?: EmittedFile;
  /** It is read below run/filled, where what stands in `${...}` was put in. */
  readonly isFilled: boolean;
  readonly place: Place;
}

/** A path at the end of an argument, from the folder of the process file. */
const readable = /(?:^|=|\$\{dir\}\/)([\w-][\w./-]*\.(?:json|ya?ml|cfg|conf|properties|xml))$/;

/** Files that arguments name. What lies in the run folder is made when the process starts, unless it was filled. */
export function readBy(words: readonly Word[], doc: Doc, files: readonly EmittedFile[]): ReadFile[] {
  const run = runFolder(doc);
  return words.flatMap(({ text, place }) => {
    const [, named] = readable.exec(text) ?? [];
    const isFilled = named?.startsWith(`${run}/filled/`) ?? false;
    if (named === undefined || (named.startsWith(`${run}/`) && !isFilled)) return [];
    const path = isFilled ? named.slice(`${run}/filled/`.length) : named;
    const file = files.find((each) => each.path === path);
    return [{ path, isFilled, place, ...(file === undefined ? {} : { file }) }];
  });
}

/** Whether a file is filled in: itself, or its folder. */
export function fills(doc: Doc, path: string): boolean {
  return listAt(doc.value, ['filled']).some((each) => path === each || path.startsWith(`${String(each)}/`));
}

/** The folder of data, logs and secrets. */
export function runFolder(doc: Doc): string {
  return textAt(doc.value, ['run']) ?? 'run';
}
