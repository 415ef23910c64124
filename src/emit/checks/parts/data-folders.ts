import type { Fault } from '../../checks.ts';
import { isObject, type Path } from '../../schema/json-schema.ts';
import { type Config, type RoleConfig, roleOf } from '../configs.ts';
import { type Deployment, faultIn, inConfig, type Place, type Word } from './part.ts';

/** A folder in which a part keeps data. */
export interface DataFolder {
  readonly folder: string;
  readonly place: Place;
}

const lines: readonly (readonly [file: RegExp, line: RegExp])[] = [
  [/nats.*\.conf$/, /^\s*store_dir\s*[:=]?\s*"?([^"\s]+)/],
  [/redis.*\.conf$/, /^\s*dir\s+(\S+)/],
  [/cassandra.*\.ya?ml$/, /^\w+_director(?:y|ies):\s*\[?\s*([^\s,\]]+)/],
];
const argument = /^--?(?:D?cassandra\.storagedir|storage(?:\.tsdb)?\.path)=(\S+)$/;

/** Folders of data that configs and arguments name. */
export function dataFolders(
  configs: readonly Config[],
  words: readonly Word[],
  roles: readonly RoleConfig[],
): DataFolder[] {
  const named = words.flatMap(({ text, place }) => {
    const [, folder] = argument.exec(text) ?? [];
    return folder === undefined ? [] : [{ folder, place }];
  });
  return [...named, ...configs.flatMap((config) => inOne(config, roleOf(config, roles)))];
}

function inOne(config: Config, role: RoleConfig | undefined): DataFolder[] {
  if (role !== undefined)
    return foldersIn(role.value, []).map(({ folder, path }) => ({
      folder,
      place: inConfig(config, role.doc.lineOf(path)),
    }));
  return lines
    .filter(([file]) => file.test(config.name))
    .flatMap(([, pattern]) =>
      config.text.split('\n').flatMap((text, index) => {
        const [, folder] = pattern.exec(text) ?? [];
        return folder === undefined ? [] : [{ folder, place: inConfig(config, index + 1) }];
      }),
    );
}

/** The folder of a `store` is one that roles share. */
function foldersIn(value: unknown, path: Path): { folder: string; path: Path }[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'folder' && typeof inner === 'string') return [{ folder: inner, path: [...path, key] }];
    return key === 'store' ? [] : foldersIn(inner, [...path, key]);
  });
}

const name = 'data folders';

/** Data outlives the part that writes it, and two parts do not write the same. */
export function dataFaults({ parts }: Deployment): Fault[] {
  const owners = new Map<string, string>();
  return parts.flatMap(({ shown, keeps }) =>
    keeps.flatMap(({ folder, where, place }) => {
      if (where === undefined) {
        const message = `${shown} keeps data in ${folder}, which is on no volume of it`;
        return [faultIn(name, place, message, 'mount a volume there, or keep it where one is')];
      }
      const owner = owners.get(where) ?? shown;
      owners.set(where, owner);
      if (owner === shown) return [];
      const message = `${shown} keeps data in ${where}, where ${owner} keeps its own`;
      return [faultIn(name, place, message, 'give each a place of its own')];
    }),
  );
}
