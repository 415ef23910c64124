import { posix } from 'node:path';
import type { Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import type { Config } from '../configs.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { fills, type ReadFile, runFolder } from './local-files.ts';
import { inConfig, inDoc, type Place, type Reference, type Word } from './part.ts';

/** A process as far as names in it go. */
interface Named {
  readonly doc: Doc;
  readonly words: readonly Word[];
  readonly read: readonly ReadFile[];
  readonly configs: readonly Config[];
}

/** Files that a process reads are in the tree and filled in where they have to be; secrets are made. */
export function processReferences(
  { doc, words, read, configs }: Named,
  files: readonly EmittedFile[],
): Reference[] {
  const texts = [
    ...words,
    ...configs.flatMap((config) =>
      config.text.split('\n').map((text, index) => ({ text, place: inConfig(config, index + 1) })),
    ),
  ];
  return [
    ...read.map(({ path, file, place }) => ({
      ...{ place, kind: 'file', name: path, exists: file !== undefined },
      advice: 'give the path of an emitted file',
    })),
    ...read.flatMap((each) => fillFaults(each, doc)),
    ...texts.flatMap(({ text, place }) => secretsIn(text, place, doc)),
    ...configs.flatMap((config) => ruleFiles(config, files)),
  ];
}

function fillFaults({ path, file, isFilled, place }: ReadFile, doc: Doc): Reference[] {
  if (file === undefined) return [];
  const listed = fills(doc, path);
  if (isFilled) {
    const advice = 'add it, or its folder, to filled';
    return [{ place, kind: 'filled file', name: path, exists: listed, advice }];
  }
  const [blank] = /\$\{(?:dir|node|service|secret [^}]*|folder of [^}]*)\}/.exec(file.text) ?? [];
  const advice = `read it below ${runFolder(doc)}/filled, and add it to filled`;
  return blank === undefined
    ? []
    : [{ place, kind: `value of ${blank} in`, name: path, exists: false, advice }];
}

/** `${secret NAME}`, and files in the folder of secrets. */
function secretsIn(text: string, place: Place, doc: Doc): Reference[] {
  const made = new Set(listAt(doc.value, ['secrets']).map(String));
  const folder = `${runFolder(doc)}/secrets/`;
  const keys = Object.values(mapAt(doc.value, ['processes'])).map((each) => textAt(each, ['key', 'file']));
  const names = [
    ...[...text.matchAll(/\$\{secret ([^}]+)\}/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/([\w./-]*\/secrets\/)([\w.-]*\w)/g)]
      .filter(([path, before = '']) => before.endsWith(folder) && !keys.includes(path))
      .map(([, , name = '']) => name),
  ];
  const advice = 'add it to secrets, or give the name of one of them';
  return names.map((name) => ({ place, kind: 'secret', name, exists: made.has(name), advice }));
}

/** Rules that Prometheus reads, from the folder of its config. */
function ruleFiles(config: Config, files: readonly EmittedFile[]): Reference[] {
  const file = files.find(({ path }) => path === config.path);
  if (file === undefined || !/^prometheus\.ya?ml$/.test(config.name)) return [];
  return documentsOf(file).flatMap((doc) =>
    listAt(doc.value, ['rule_files']).flatMap((each, index) => {
      const name = String(each);
      if (name.includes('*') || name.startsWith('/')) return [];
      const path = posix.join(posix.dirname(config.path), name);
      const exists = files.some((other) => other.path === path);
      const place = inDoc(doc, ['rule_files', index]);
      return [{ place, kind: 'file', name, exists, advice: 'give the path from the folder of this file' }];
    }),
  );
}

/** What the file says outside of its processes: files to fill in, and what takes the place of engines. */
export function tableReferences(doc: Doc, files: readonly EmittedFile[]): Reference[] {
  const processes = Object.entries(mapAt(doc.value, ['processes']));
  const names = new Set(processes.map(([name]) => name));
  const tiers = new Set(processes.map(([, each]) => textAt(each, ['tier'])));
  const programs = new Set(
    processes.flatMap(([, each]) => [textAt(each, ['program']), textAt(each, ['command', 0])]),
  );
  const named = (
    path: Path,
    kind: string,
    exists: (name: string) => boolean,
    advice: string,
  ): Reference[] => {
    const value = at(doc.value, path);
    const list = Array.isArray(value) ? value.map((each, index) => [each, [...path, index]] as const) : [];
    const found = typeof value === 'string' ? [[value, path] as const] : list;
    return found.map(([each, place]) => ({
      ...{ place: inDoc(doc, place), kind, name: String(each), exists: exists(String(each)), advice },
    }));
  };
  const isEmitted = (path: string) =>
    files.some((each) => each.path === path || each.path.startsWith(`${path}/`));
  const replaced = listAt(doc.value, ['missing']).flatMap((_, index) => {
    const here: Path = ['missing', index];
    const isTier = (name: string) => tiers.has(name);
    return [
      ...named(
        [...here, 'program'],
        'program',
        (name) => programs.has(name),
        'name a program that a process runs',
      ),
      ...named([...here, 'only'], 'process', (name) => names.has(name), 'name a process of this file'),
      ...named([...here, 'without'], 'tier', isTier, 'name a tier of this file'),
      ...named([...here, 'first'], 'tier', isTier, 'name a tier of this file'),
    ];
  });
  return [...named(['filled'], 'file', isEmitted, 'give the path of an emitted file or folder'), ...replaced];
}
