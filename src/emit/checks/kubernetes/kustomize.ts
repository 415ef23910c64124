import { posix } from 'node:path';
import { parse } from 'yaml';
import { isObject } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { merged } from './merge.ts';
import { at, type KubernetesObject, listAt, mapAt, objectOf, textAt } from './objects.ts';

/** What `kubectl apply -k` of one folder would send, as far as checks need it. */
export interface Build {
  /** Folder of the kustomization; empty where the tree has none. */
  readonly folder: string;
  readonly objects: readonly KubernetesObject[];
  /** Paths that a kustomization names and that are not there. */
  readonly missing: readonly {
    readonly doc: Doc;
    readonly path: readonly (string | number)[];
    readonly name: string;
  }[];
}

type Missing = Build['missing'][number];

/** A build for each kustomization that no other one takes in; one of everything where there is none. */
export function buildsOf(files: readonly EmittedFile[]): Build[] {
  const tree = new Map(files.map((file) => [file.path, file]));
  const folders = [...tree.keys()].filter(isKustomization).map((path) => posix.dirname(path));
  if (folders.length === 0) return [{ folder: '', objects: files.flatMap(objectsOf), missing: [] }];
  const taken = new Set(folders.flatMap((folder) => resourcesOf(folder, tree).map(({ path }) => path)));
  return folders.filter((folder) => !taken.has(folder)).map((folder) => build(folder, tree));
}

/** Files that kustomizations merge into others: they are no whole objects. */
export function patchPaths(files: readonly EmittedFile[]): Set<string> {
  return new Set(
    files
      .filter(({ path }) => isKustomization(path))
      .flatMap((file) => {
        const value = documentsOf(file)[0]?.value;
        const named = listAt(value, ['patches']).map((patch) => textAt(patch, ['path']));
        return [...named, ...listAt(value, ['patchesStrategicMerge'])]
          .filter((name) => typeof name === 'string')
          .map((name) => posix.join(posix.dirname(file.path), name));
      }),
  );
}

export function isKustomization(path: string): boolean {
  return /^kustomization\.ya?ml$/.test(posix.basename(path));
}

function build(folder: string, tree: ReadonlyMap<string, EmittedFile>): Build {
  const doc = kustomizationOf(folder, tree);
  if (doc === undefined) return { folder, objects: [], missing: [] };
  const missing: Missing[] = [];
  const objects: KubernetesObject[] = [];
  for (const { path, index, key } of resourcesOf(folder, tree)) {
    const file = tree.get(path);
    if (file !== undefined) objects.push(...objectsOf(file));
    else if (kustomizationOf(path, tree) === undefined) missing.push({ doc, path: [key, index], name: path });
    else {
      const inner = build(path, tree);
      objects.push(...inner.objects);
      missing.push(...inner.missing);
    }
  }
  objects.push(...generated(doc, folder, tree, missing));
  const namespace = textAt(doc.value, ['namespace']);
  const placed = objects.map((object) => (namespace === undefined ? object : inNamespace(object, namespace)));
  return { folder, objects: patched(placed, doc, folder, tree, missing), missing };
}

function resourcesOf(folder: string, tree: ReadonlyMap<string, EmittedFile>) {
  const value = kustomizationOf(folder, tree)?.value;
  return ['resources', 'components', 'bases'].flatMap((key) =>
    listAt(value, [key]).map((name, index) => ({ path: posix.join(folder, String(name)), index, key })),
  );
}

function kustomizationOf(folder: string, tree: ReadonlyMap<string, EmittedFile>): Doc | undefined {
  const file = ['yaml', 'yml']
    .map((end) => tree.get(posix.join(folder, `kustomization.${end}`)))
    .find(Boolean);
  return file === undefined ? undefined : documentsOf(file)[0];
}

function objectsOf(file: EmittedFile): KubernetesObject[] {
  return documentsOf(file)
    .map(objectOf)
    .filter((object) => object !== undefined && object.kind !== 'Kustomization') as KubernetesObject[];
}

/** ConfigMaps and Secrets from `configMapGenerator` and `secretGenerator`; the suffix of their names is left out. */
function generated(
  doc: Doc,
  folder: string,
  tree: ReadonlyMap<string, EmittedFile>,
  missing: Missing[],
): KubernetesObject[] {
  const of = (key: string, kind: string) =>
    listAt(doc.value, [key]).map((each, index) => {
      const data: Record<string, string> = {};
      for (const [at, entry] of listAt(each, ['files']).map(String).entries()) {
        const [name, path] = entry.includes('=') ? entry.split('=', 2) : [posix.basename(entry), entry];
        const file = tree.get(posix.join(folder, path ?? ''));
        if (file === undefined) missing.push({ doc, path: [key, index, 'files', at], name: path ?? '' });
        else data[name ?? ''] = file.text;
      }
      for (const entry of listAt(each, ['literals']).map(String)) {
        data[entry.split('=')[0] ?? ''] = entry.slice(entry.indexOf('=') + 1);
      }
      const name = textAt(each, ['name']) ?? '';
      const value = { apiVersion: 'v1', kind, metadata: { name }, data };
      return { doc, apiVersion: 'v1', kind, name, namespace: textAt(each, ['namespace']), value };
    });
  return [...of('configMapGenerator', 'ConfigMap'), ...of('secretGenerator', 'Secret')];
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const metadata = { ...mapAt(object.value, ['metadata']), namespace };
  return { ...object, namespace, value: { ...object.value, metadata } };
}

function patched(
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
  return text === undefined ? [] : [parse(text)];
}

function isTarget(object: KubernetesObject, body: unknown, target: unknown): boolean {
  const source = isObject(target)
    ? target
    : { kind: at(body, ['kind']), name: at(body, ['metadata', 'name']) };
  const { kind, name } = source as Record<string, unknown>;
  // Both are regular expressions that match as a whole.
  const holds = (pattern: unknown, text: string) =>
    pattern === undefined || new RegExp(`^(?:${String(pattern)})$`).test(text);
  return holds(kind, object.kind) && holds(name, object.name);
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
