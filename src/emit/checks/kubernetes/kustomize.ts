import { posix } from 'node:path';
import type { EmittedFile } from '../../types.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { listAt, mapAt, textAt } from '../values.ts';
import { type Missing, patched } from './kustomize-patches.ts';
import { type KubernetesObject, objectOf } from './objects.ts';

/** What `kubectl apply -k` of one folder would send, as far as checks need it. */
export interface Build {
  /** Folder of the kustomization; empty where the tree has none. */
  readonly folder: string;
  readonly objects: readonly KubernetesObject[];
  readonly missing: readonly Missing[];
}

/** A build for each kustomization that no other one takes in; one of everything where there is none. */
export function buildsOf(files: readonly EmittedFile[]): Build[] {
  const tree = new Map(files.map((file) => [file.path, file]));
  const folders = [...tree.keys()].filter(isKustomization).map((path) => posix.dirname(path));
  if (folders.length === 0) return [{ folder: '', objects: files.flatMap(objectsOf), missing: [] }];
  return rootsOf(folders, tree).map((folder) => build(folder, tree));
}

/** Folders that no other one takes in, and one of each circle, which nobody could apply. */
function rootsOf(folders: readonly string[], tree: ReadonlyMap<string, EmittedFile>): string[] {
  const inner = (folder: string) => resourcesOf(folder, tree).map(({ path }) => path);
  const taken = new Set(folders.flatMap(inner));
  const reached = new Set<string>();
  const reach = (folder: string) => {
    if (reached.has(folder)) return;
    reached.add(folder);
    for (const each of inner(folder)) reach(each);
  };
  const roots = folders.filter((folder) => !taken.has(folder));
  for (const folder of roots) reach(folder);
  for (const folder of folders) {
    if (reached.has(folder)) continue;
    roots.push(folder);
    reach(folder);
  }
  return roots;
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

function build(folder: string, tree: ReadonlyMap<string, EmittedFile>, above: readonly string[] = []): Build {
  const doc = kustomizationOf(folder, tree);
  if (doc === undefined) return { folder, objects: [], missing: [] };
  const missing: Missing[] = [];
  const objects: KubernetesObject[] = [];
  for (const { path, index, key } of resourcesOf(folder, tree)) {
    const file = tree.get(path);
    if (file !== undefined) objects.push(...objectsOf(file));
    else if (kustomizationOf(path, tree) === undefined) missing.push({ doc, path: [key, index], name: path });
    else if ([...above, folder].includes(path)) {
      missing.push({ doc, path: [key, index], name: path, isCircle: true });
    } else {
      const inner = build(path, tree, [...above, folder]);
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
