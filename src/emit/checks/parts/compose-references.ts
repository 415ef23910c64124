import { posix } from 'node:path';
import type { Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import type { Config } from '../configs.ts';
import type { Doc } from '../documents.ts';
import { listAt, mapAt, textAt } from '../values.ts';
import { mayDeclare } from './compose-declared.ts';
import { besideFile, isBelow, isElsewhere, type Mount, mountReferences, namesIn } from './compose-mounts.ts';
import { inConfig, inDoc, type Reference, type Word } from './part.ts';

/** A service as far as names in it go. */
interface Named {
  readonly service: unknown;
  readonly doc: Doc;
  readonly path: Path;
  readonly mounts: readonly Mount[];
  readonly configs: readonly Config[];
  readonly words: readonly Word[];
}

/** What a service calls by name: networks, secrets, configs, volumes, and the files that its program is told to read. */
export function serviceReferences(named: Named, files: readonly EmittedFile[]): Reference[] {
  const { service, doc, path, mounts, configs, words } = named;
  const declared = (['networks', 'secrets', 'configs'] as const).flatMap((key) =>
    namesIn(service, key).map((name, index) => ({
      place: inDoc(doc, [...path, key, listAt(service, [key]).length > 0 ? index : name]),
      kind: key.slice(0, -1),
      name,
      exists: mayDeclare(doc, key, name) || (key === 'networks' && name === 'default'),
      advice: `declare it below ${key}, or give the name of one that is`,
    })),
  );
  const texts = [
    ...words.map(({ text, place }) => ({ text, placeOf: () => place })),
    ...configs.map((config) => ({ text: config.text, placeOf: (line: number) => inConfig(config, line) })),
  ];
  const places = [
    ...mounts.map(({ target }) => target),
    ...['configs', 'secrets'].flatMap((key) => targetsOf(service, key)),
  ];
  const read = texts.flatMap(({ text, placeOf }) =>
    text
      .split('\n')
      .flatMap((line, index) => [
        ...mountedFiles(line, places).map((each) => ({ ...each, place: placeOf(index + 1) })),
        ...mountedSecrets(line, service).map((each) => ({ ...each, place: placeOf(index + 1) })),
      ]),
  );
  return [...declared, ...mountReferences(mounts, doc, files), ...read];
}

type Found = Omit<Reference, 'place'>;

/** Where the files of a list are: at their targets, or by their names. */
function targetsOf(service: unknown, key: string): string[] {
  const folder = key === 'configs' ? '/' : '/run/secrets/';
  return [
    ...namesIn(service, key),
    ...listAt(service, [key]).flatMap((each) => textAt(each, ['target']) ?? []),
  ].map((each) => posix.resolve(folder, each));
}

/**
 * A config in a folder of /etc into which the tree mounts something is one of those; where it mounts nothing, the image
 * has the folder. Certificates are often the image's own.
 */
function mountedFiles(text: string, places: readonly string[]): Found[] {
  const paths = text.matchAll(/(?<![\w.])\/etc\/[\w-]+\/[\w./-]*\.(?:json|ya?ml|cfg|conf|properties)\b/g);
  return [...paths].map(([name]) => ({
    kind: 'file',
    name,
    exists:
      places.some((place) => isBelow(name, place)) ||
      !places.some((place) => isConfig(place) && posix.dirname(place) === posix.dirname(name)),
    advice: 'mount it there, or name a file that is mounted',
  }));
}

function isConfig(path: string): boolean {
  return /\.(?:json|ya?ml|cfg|conf|properties)$/.test(path);
}

function mountedSecrets(text: string, service: unknown): Found[] {
  const given = new Set([
    ...namesIn(service, 'secrets'),
    ...targetsOf(service, 'secrets').map((each) => posix.relative('/run/secrets', each)),
  ]);
  return [...text.matchAll(/\/run\/secrets\/([\w.-]*\w)/g)].map(([, name = '']) => ({
    kind: 'secret',
    name,
    exists: given.has(name),
    advice: 'give it to the service below its secrets',
  }));
}

/** Files of secrets and configs are in the tree, or a script or README.md of it says how they are made. */
export function fileReferences(doc: Doc, files: readonly EmittedFile[]): Reference[] {
  const makers = files.filter(({ path, text }) => /(^|\/)README\.md$/.test(path) || text.startsWith('#!'));
  return ['secrets', 'configs'].flatMap((key) =>
    Object.entries(mapAt(doc.value, [key])).flatMap(([own, each]) => {
      const name = textAt(each, ['file']);
      if (name === undefined || isElsewhere(name, doc)) return [];
      const last = name.split('/').at(-1) ?? name;
      const word = new RegExp(`(?<![\\w-])${last.replaceAll(/[^\w-]/g, String.raw`\$&`)}(?![\\w-])`);
      const exists =
        files.some(({ path }) => path === besideFile(doc, name)) ||
        makers.some(({ text }) => word.test(text));
      const advice = 'add it, or make it in a script of the tree, or say in README.md how to make it';
      return [
        { place: inDoc(doc, [key, own]), kind: `file of the ${key.slice(0, -1)}`, name, exists, advice },
      ];
    }),
  );
}
