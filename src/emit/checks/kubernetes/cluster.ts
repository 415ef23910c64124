import type { EmittedFile } from '../../types.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { buildsOf } from './kustomize.ts';
import { type KubernetesObject, selects, type Workload, workloadOf } from './objects.ts';

export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  /** Name or number in the pods. */
  readonly target: string | number;
}

export interface Service {
  readonly name: string;
  /** Absent for services that an operator makes: their pods are its own. */
  readonly object?: KubernetesObject;
  readonly ports: readonly ServicePort[];
  readonly workloads: readonly Workload[];
  readonly headless: boolean;
}

/** What one `kubectl apply -k` gives: objects, and what they and their operators make of each other. */
export interface Cluster {
  /** Folder of its kustomization; empty where the tree has none. */
  readonly folder: string;
  readonly objects: readonly KubernetesObject[];
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  /** Secrets that are in the tree or made by an operator. */
  readonly secrets: ReadonlySet<string>;
  readonly missing: ReturnType<typeof buildsOf>[number]['missing'];
}

const known = new WeakMap<readonly EmittedFile[], readonly Cluster[]>();

/** The clusters of a tree: one for each overlay that is applied by itself. */
export function clustersOf(files: readonly EmittedFile[]): readonly Cluster[] {
  const found = known.get(files);
  if (found !== undefined) return found;
  const made = buildsOf(files).map(clusterOf);
  known.set(files, made);
  return made;
}

function clusterOf({ folder, objects, missing }: ReturnType<typeof buildsOf>[number]): Cluster {
  const workloads = objects.map(workloadOf).filter((workload) => workload !== undefined);
  const services = objects.flatMap((object) =>
    object.kind === 'Service' ? [declared(object, workloads)] : operatorServices(object, workloads),
  );
  const secrets = objects.flatMap((object) =>
    object.kind === 'Secret' ? [object.name] : operatorSecrets(object),
  );
  return { folder, objects, workloads, services, secrets: new Set(secrets), missing };
}

/** An object of a kind and name; names are unique in a kind, since all lie in one namespace. */
export function find({ objects }: Cluster, kind: string, name: string): KubernetesObject | undefined {
  return objects.find((object) => object.kind === kind && object.name === name);
}

export function portOf(workload: Workload, target: string | number): number | undefined {
  for (const container of containersOf(workload)) {
    for (const port of listAt(container, ['ports'])) {
      const number = at(port, ['containerPort']);
      if (typeof number === 'number' && (number === target || textAt(port, ['name']) === target))
        return number;
    }
  }
  return undefined;
}

/** Containers, side cars included; none where an operator writes the specification. */
export function containersOf({ spec }: Workload): readonly Readonly<Record<string, unknown>>[] {
  const all = [...listAt(spec, ['containers']), ...listAt(spec, ['initContainers'])];
  return all as Readonly<Record<string, unknown>>[];
}

function declared(object: KubernetesObject, workloads: readonly Workload[]): Service {
  const selector = at(object.value, ['spec', 'selector']);
  const ports = listAt(object.value, ['spec', 'ports']).map((port) => {
    const number = Number(at(port, ['port']));
    const target = at(port, ['targetPort']);
    return {
      name: textAt(port, ['name']),
      port: number,
      target: typeof target === 'string' || typeof target === 'number' ? target : number,
    };
  });
  return {
    name: object.name,
    object,
    ports,
    workloads:
      Object.keys(mapAt(object.value, ['spec', 'selector'])).length === 0
        ? []
        : workloads.filter(({ labels }) => selects(selector, labels)),
    headless: textAt(object.value, ['spec', 'clusterIP']) === 'None',
  };
}

function operatorServices(
  { kind, name, value }: KubernetesObject,
  workloads: readonly Workload[],
): Service[] {
  const own = workloads.filter(({ object }) => object.name === name && object.kind === kind);
  const make = (service: string, ...ports: number[]): Service => ({
    name: service,
    ports: ports.map((port) => ({ name: undefined, port, target: port })),
    workloads: own,
    headless: false,
  });
  if (kind === 'Cluster') {
    const added = listAt(value, ['spec', 'managed', 'services', 'additional']).map((each) =>
      textAt(each, ['serviceTemplate', 'metadata', 'name']),
    );
    const names = [...['rw', 'ro', 'r'].map((end) => `${name}-${end}`), ...added];
    return names.flatMap((each) => (each === undefined ? [] : [make(each, 5432)]));
  }
  if (kind === 'Pooler') return [make(name, 5432)];
  if (kind === 'CassandraDatacenter') {
    const prefix = `${plain(textAt(value, ['spec', 'clusterName']) ?? '')}-${name}`;
    const contact = [9042, 9142, 8080, 9103, 9000];
    const services = ['service', 'all-pods-service', 'additional-seed-service'].map((end) =>
      make(`${prefix}-${end}`, ...contact),
    );
    return [
      ...services,
      make(`${plain(textAt(value, ['spec', 'clusterName']) ?? '')}-seed-service`, ...contact),
    ];
  }
  return [];
}

function operatorSecrets({ kind, name, value }: KubernetesObject): string[] {
  if (kind === 'Cluster')
    return ['app', 'superuser', 'ca', 'server', 'replication'].map((end) => `${name}-${end}`);
  if (kind === 'CassandraDatacenter')
    return [`${plain(textAt(value, ['spec', 'clusterName']) ?? '')}-superuser`];
  if (kind === 'Certificate') return [textAt(value, ['spec', 'secretName']) ?? ''];
  if (kind === 'ExternalSecret') return [textAt(value, ['spec', 'target', 'name']) ?? name];
  return [];
}

/** As cass-operator makes a name of the cluster's name. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9-]/g, '');
}
