import { posix } from 'node:path';
import type { Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import type { Config } from '../configs.ts';
import type { Doc } from '../documents.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { mayDeclare } from './compose-declared.ts';
import { inDoc, type Place, type Reference, type Word } from './part.ts';

/** A file, folder or volume that a service of compose sees at a place of its own. */
export interface Mount {
  /** Empty where it is made for the service. */
  readonly source: string;
  /** In the container. */
  readonly target: string;
  /** A path, the name of a volume, or something that is nobody's of the tree. */
  readonly kind: 'path' | 'volume' | 'other';
  readonly place: Place;
}

/** The mounts of a service, in the short and in the long form. */
export function mountsOf(service: unknown, doc: Doc, base: Path): Mount[] {
  return listAt(service, ['volumes']).flatMap((each, index) => {
    const { source, target, type } = typeof each === 'string' ? shortForm(each) : longForm(each);
    if (target === undefined) return [];
    const kind = source === '' ? 'other' : (kinds[type] ?? 'other');
    const place = inDoc(doc, [...base, 'volumes', index]);
    return [{ source: plain(source), target: plain(target), kind, place }];
  });
}

const kinds: Readonly<Record<string, Mount['kind']>> = { bind: 'path', volume: 'volume' };

interface Form {
  readonly source: string;
  readonly target: string | undefined;
  readonly type: string;
}

/** `SOURCE:TARGET:MODE`, or a target alone; a variable may have a colon of its own. */
function shortForm(text: string): Form {
  const [first = '', second] = text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  if (second === undefined) return { source: '', target: first, type: 'volume' };
  return { source: first, target: second, type: usualType(first) };
}

function longForm(each: unknown): Form {
  const source = textAt(each, ['source']) ?? '';
  return { source, target: textAt(each, ['target']), type: textAt(each, ['type']) ?? usualType(source) };
}

function usualType(source: string): string {
  return /^[./~]/.test(source) ? 'bind' : 'volume';
}

/** Without a slash at its end. */
function plain(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

/** Configs of the tree that a service reads: files that it mounts, or those of the list of configs. */
export function mountedConfigs(
  { mounts, service, words }: Reader,
  doc: Doc,
  configs: readonly Config[],
): Config[] {
  const named = namesIn(service, 'configs');
  const listed = named.flatMap((each) => {
    const file = textAt(doc.value, ['configs', each, 'file']);
    return file === undefined ? [] : [besideFile(doc, file)];
  });
  const whole = configs.filter(({ holder }) => holder === undefined);
  const paths = mounts
    .filter(({ kind }) => kind === 'path')
    .flatMap(({ source, target }) => inMount(besideFile(doc, source), target, words, whole));
  const read = new Set([...listed, ...paths]);
  return configs.filter(({ path, holder }) =>
    holder === undefined ? read.has(path) : path === doc.file.path && named.includes(holder),
  );
}

interface Reader {
  readonly service: unknown;
  readonly mounts: readonly Mount[];
  readonly words: readonly Word[];
}

/** Of a folder those that a word names, or the only one there: of many, nobody knows which are read. */
function inMount(
  source: string,
  target: string,
  words: readonly Word[],
  configs: readonly Config[],
): string[] {
  const there = configs.map(({ path }) => path).filter((path) => isBelow(path, source));
  if (there.includes(source)) return [source];
  const named = there.filter((path) => {
    const seen = posix.join(target, posix.relative(source, path));
    return words.some(({ text }) => text.includes(seen));
  });
  return named.length > 0 || there.length > 1 ? named : there;
}

/** Mounted files are in the tree, and volumes are declared. A path outside of the tree is for the machine to have. */
export function mountReferences(
  mounts: readonly Mount[],
  doc: Doc,
  files: readonly EmittedFile[],
): Reference[] {
  return mounts
    .filter(({ source, kind }) => kind !== 'other' && !isElsewhere(source, doc))
    .map(({ source, kind, place }) => ({
      place,
      kind: kind === 'path' ? 'file' : 'volume',
      name: source,
      exists: kind === 'path' ? isThere(source, doc, files) : mayDeclare(doc, 'volumes', source),
      advice:
        kind === 'path'
          ? 'give the path of an emitted file'
          : 'declare it below volumes, or give the name of one that is',
    }));
}

/** Compose makes a folder that is missing; what has an ending, other than that of `conf.d`, is meant as a file. */
function isThere(source: string, doc: Doc, files: readonly EmittedFile[]): boolean {
  if (/^(?:\.d)?$/.test(posix.extname(source))) return true;
  return files.some(({ path }) => isBelow(path, besideFile(doc, source)));
}

/** The volume, folder or memory that holds a folder of a service; nothing where it is gone with the container. */
export function holderOf(
  folder: string,
  name: string,
  service: unknown,
  mounts: readonly Mount[],
): { readonly where?: string } {
  const own = [textAt(service, ['tmpfs']), ...listAt(service, ['tmpfs'])]
    .filter((each) => each !== undefined)
    .map((each) => ({ source: '', target: plain(String(each).split(':')[0] ?? '') }));
  const [holder] = [...mounts, ...own]
    .filter(({ target }) => isBelow(folder, target))
    .sort((a, b) => b.target.length - a.target.length);
  if (holder === undefined) return {};
  if (holder.source === '') return { where: `what is made for ${name}` };
  return { where: `${holder.source}${folder.slice(holder.target.length)}` };
}

/** Names below a key of a service: a list of names or of objects with a source, or an object by name. */
export function namesIn(service: unknown, key: string): string[] {
  const list = listAt(service, [key]).map((each) =>
    typeof each === 'string' ? each : textAt(each, ['source']),
  );
  return [...list.filter((each) => each !== undefined), ...Object.keys(mapAt(at(service, [key]), []))];
}

/** The path below the output folder of one that is relative to the file. */
export function besideFile(doc: Doc, path: string): string {
  return plain(posix.join(posix.dirname(doc.file.path), path));
}

/** Whether a path is one of the machine, or above the output folder, or decided by a variable. */
export function isElsewhere(path: string, doc: Doc): boolean {
  return /^[/~]|\$/.test(path) || /^\.\.(?:\/|$)/.test(besideFile(doc, path));
}

/** Whether a path is that of a folder, or of something in it. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
