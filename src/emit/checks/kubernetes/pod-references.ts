import type { Path } from '../../schema/json-schema.ts';
import { at, listAt, textAt } from '../values.ts';
import type { Workload } from './objects.ts';

/** An object that a manifest calls by its name. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly path: Path;
}

/** What a pod calls by name: its account, priority, configs, secrets, claims, and the Service of a StatefulSet. */
export function podReferences({ spec, object }: Workload): Reference[] {
  if (spec === undefined) return [];
  const found: Reference[] = [];
  const add = (kind: string, value: unknown, path: Path) => {
    if (typeof value === 'string') found.push({ kind, name: value, path });
  };
  add('ServiceAccount', spec['serviceAccountName'], ['serviceAccountName']);
  add('PriorityClass', spec['priorityClassName'], ['priorityClassName']);
  for (const [index, volume] of listAt(spec, ['volumes']).entries()) {
    const here = ['volumes', index];
    for (const source of [{ volume, path: here }, ...projected(volume, here)])
      addSource(source.volume, source.path, add);
  }
  for (const list of ['containers', 'initContainers']) {
    for (const [index, container] of listAt(spec, [list]).entries()) {
      for (const [place, env] of listAt(container, ['env']).entries()) {
        const here = [list, index, 'env', place, 'valueFrom'];
        addNamed('Secret', 'secretKeyRef', at(env, ['valueFrom']), here, add);
        addNamed('ConfigMap', 'configMapKeyRef', at(env, ['valueFrom']), here, add);
      }
      for (const [place, from] of listAt(container, ['envFrom']).entries()) {
        const here = [list, index, 'envFrom', place];
        addNamed('Secret', 'secretRef', from, here, add);
        addNamed('ConfigMap', 'configMapRef', from, here, add);
      }
    }
  }
  if (object.kind === 'StatefulSet' && textAt(object.value, ['spec', 'serviceName']) !== undefined) {
    add('Service', textAt(object.value, ['spec', 'serviceName']), []);
  }
  return found;
}

type Add = (kind: string, value: unknown, path: Path) => void;

/** The name below a key; a pod starts without what is optional. */
function addNamed(kind: string, key: string, value: unknown, path: Path, add: Add): void {
  if (at(value, [key, 'optional']) !== true) add(kind, at(value, [key, 'name']), [...path, key, 'name']);
}

function addSource(volume: unknown, path: Path, add: Add): void {
  if (at(volume, ['secret', 'optional']) !== true) {
    add('Secret', at(volume, ['secret', 'secretName']) ?? at(volume, ['secret', 'name']), [
      ...path,
      'secret',
    ]);
  }
  addNamed('ConfigMap', 'configMap', volume, path, add);
  add('PersistentVolumeClaim', at(volume, ['persistentVolumeClaim', 'claimName']), [
    ...path,
    'persistentVolumeClaim',
  ]);
}

function projected(volume: unknown, path: Path) {
  return listAt(volume, ['projected', 'sources']).map((source, index) => ({
    volume: source,
    path: [...path, 'projected', 'sources', index],
  }));
}
