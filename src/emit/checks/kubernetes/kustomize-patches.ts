import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isObject, type Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { merged } from './merge.ts';
import type { KubernetesObject } from './objects.ts';

/** A path or an object that a kustomization names and that is not there, or that leads back to itself. */
export interface Missing {
  readonly doc: Doc;
  readonly path: Path;
  readonly name: string;
  /** It is taken in by what it takes in. */
  readonly isCircle?: boolean;
  /** It is there, and cannot be read: why. */
  readonly unreadable?: string;
}

/** Objects with the patches and replicas of a kustomization; what its patches name in vain is added to `missing`. */
export function patched(
  objects: readonly KubernetesObject[],
  doc: Doc,
  folder: string,
  tree: ReadonlyMap<string, EmittedFile>,
  missing: Missing[],
): KubernetesObject[] {
  let result = [...objects];
  for (const [index, patch] of listAt(doc.value, ['patches']).entries()) {
    const path = textAt(patch, ['path']);
    const file = path === undefined ? undefined : tree.get(posix.join(folder, path));
    if (path !== undefined && file === undefined) missing.push({ doc, path: ['patches', index], name: path });
    const unreadable = whyUnreadable(patch);
    if (unreadable !== undefined) {
      missing.push({ doc, path: ['patches', index], name: 'patch', unreadable });
      continue;
    }
    const bodies =
      file === undefined ? inline(textAt(patch, ['patch'])) : documentsOf(file).map(({ value }) => value);
    for (const body of bodies) {
      const matching = result.filter((object) => isTarget(object, body, at(patch, ['target'])));
      if (matching.length === 0)
        missing.push({ doc, path: ['patches', index], name: targetName(body, patch) });
      result = result.flatMap((object) => (matching.includes(object) ? applied(object, body) : [object]));
    }
  }
  return result.map((object) => scaled(object, listAt(doc.value, ['replicas'])));
}

function inline(text: string | undefined): unknown[] {
  return text === undefined ? [] : parseAllDocuments(text).map((each): unknown => each.toJS());
}

/** Why a patch cannot be read; undefined where it can. */
function whyUnreadable(patch: unknown): string | undefined {
  const [error] = [...parseAllDocuments(textAt(patch, ['patch']) ?? '')].flatMap(({ errors }) => errors);
  if (error !== undefined) return `has a patch that is no YAML: ${error.message.split('\n')[0]}`;
  const target = mapAt(patch, ['target']);
  const wrong = ['kind', 'name'].map((key) => String(target[key] ?? '')).find((each) => !isPattern(each));
  return wrong === undefined ? undefined : `has a target ${wrong}, which is no regular expression`;
}

function isPattern(text: string): boolean {
  try {
    patternOf(text);
    return true;
  } catch {
    return false;
  }
}

function isTarget(object: KubernetesObject, body: unknown, target: unknown): boolean {
  if (!isObject(target)) {
    const [kind, name] = [at(body, ['kind']), at(body, ['metadata', 'name'])];
    return (kind ?? object.kind) === object.kind && (name ?? object.name) === object.name;
  }
  // Both are regular expressions that match as a whole.
  const holds = (pattern: unknown, text: string) =>
    pattern === undefined || patternOf(String(pattern)).test(text);
  return holds(target['kind'], object.kind) && holds(target['name'], object.name);
}

/** As Go writes them: flags may stand in front. Throws SyntaxError where it is none. */
function patternOf(text: string): RegExp {
  const [, flags = '', rest = text] = /^\(\?([ims]+)\)(.*)$/.exec(text) ?? [];
  return new RegExp(`^(?:${rest})$`, flags);
}

function targetName(body: unknown, patch: unknown): string {
  const target = mapAt(patch, ['target']);
  const name = target['name'] ?? textAt(body, ['metadata', 'name']) ?? '';
  return `${String(target['kind'] ?? textAt(body, ['kind']) ?? 'object')} ${String(name)}`.trim();
}

function applied(object: KubernetesObject, body: unknown): KubernetesObject[] {
  const value = merged(object.value, body);
  return value === undefined ? [] : [{ ...object, value: value as Record<string, unknown> }];
}

function scaled(object: KubernetesObject, replicas: readonly unknown[]): KubernetesObject {
  const found = replicas.find((each) => at(each, ['name']) === object.name);
  if (found === undefined || !['Deployment', 'StatefulSet'].includes(object.kind)) return object;
  return applied(object, { spec: { replicas: at(found, ['count']) } })[0] ?? object;
}
