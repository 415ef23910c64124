import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { type Cluster, clustersOf, find } from './cluster.ts';
import { at, type KubernetesObject, listAt, mapAt, textAt, type Workload } from './objects.ts';

const name = 'references';

/** Whatever a manifest calls by name is in the tree, or made by an operator, or named in the README as to be brought. */
export const referencesCheck: Check = async (files) => {
  const readme = files.find(({ path }) => path === 'README.md')?.text ?? '';
  const faults = clustersOf(files).flatMap((cluster) => [
    ...cluster.missing.map(({ doc, path, name: missing }) =>
      faultAt(name, {
        doc,
        path,
        message: `the kustomization names ${missing}, which is not in the tree`,
        advice: 'give the path of an emitted file or folder, or the name of an object of it',
      }),
    ),
    ...cluster.workloads.flatMap((workload) => podFaults(workload, cluster, readme)),
    ...cluster.objects.flatMap((object) => objectFaults(object, cluster)),
    ...repeated(cluster),
  ]);
  return resultOf(name, files.length, faults);
};

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly path: Path;
}

function podFaults(workload: Workload, cluster: Cluster, readme: string): Fault[] {
  const { object, path: base } = workload;
  const wrong = podReferences(workload).filter(
    ({ kind, name: wanted }) => !exists(kind, wanted, object, cluster, readme),
  );
  return [
    ...wrong.map(({ kind, name: wanted, path }) =>
      faultAt(name, {
        doc: object.doc,
        path: [...base, ...path],
        message: `${object.kind} ${object.name} uses ${kind} ${wanted}, which is not in the tree`,
        advice:
          kind === 'Secret'
            ? 'add it, or say in README.md how to make it'
            : 'add it, or give the name of one that is there',
      }),
    ),
    ...mountFaults(workload),
  ];
}

function exists(
  kind: string,
  wanted: string,
  object: KubernetesObject,
  cluster: Cluster,
  readme: string,
): boolean {
  if (kind === 'Secret') return cluster.secrets.has(wanted) || readme.includes(wanted);
  if (kind === 'PriorityClass' && wanted.startsWith('system-')) return true;
  if (kind === 'Service') return cluster.services.some((service) => service.name === wanted);
  if (kind === 'ServiceAccount' && object.kind.endsWith('SparkApplication')) return true;
  return find(cluster, kind, wanted) !== undefined;
}

function podReferences({ spec, object }: Workload): Reference[] {
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
        if (at(env, ['valueFrom', 'secretKeyRef', 'optional']) === true) continue;
        add('Secret', at(env, ['valueFrom', 'secretKeyRef', 'name']), [...here, 'secretKeyRef', 'name']);
        add('ConfigMap', at(env, ['valueFrom', 'configMapKeyRef', 'name']), [
          ...here,
          'configMapKeyRef',
          'name',
        ]);
      }
      for (const [place, from] of listAt(container, ['envFrom']).entries()) {
        add('Secret', at(from, ['secretRef', 'name']), [list, index, 'envFrom', place, 'secretRef', 'name']);
        add('ConfigMap', at(from, ['configMapRef', 'name']), [
          list,
          index,
          'envFrom',
          place,
          'configMapRef',
          'name',
        ]);
      }
    }
  }
  if (object.kind === 'StatefulSet' && textAt(object.value, ['spec', 'serviceName']) !== undefined) {
    add('Service', textAt(object.value, ['spec', 'serviceName']), []);
  }
  return found;
}

type Add = (kind: string, value: unknown, path: Path) => void;

function addSource(volume: unknown, path: Path, add: Add): void {
  if (at(volume, ['secret', 'optional']) !== true) {
    add('Secret', at(volume, ['secret', 'secretName']) ?? at(volume, ['secret', 'name']), [
      ...path,
      'secret',
    ]);
  }
  add('ConfigMap', at(volume, ['configMap', 'name']), [...path, 'configMap', 'name']);
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

function mountFaults({ spec, object, path: base }: Workload): Fault[] {
  const claims = listAt(object.value, ['spec', 'volumeClaimTemplates']).map((claim) =>
    at(claim, ['metadata', 'name']),
  );
  const volumes = new Set([...listAt(spec, ['volumes']).map((volume) => at(volume, ['name'])), ...claims]);
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, [list]).flatMap((container, index) =>
      listAt(container, ['volumeMounts']).flatMap((mount, place) =>
        volumes.has(at(mount, ['name']))
          ? []
          : [
              faultAt(name, {
                doc: object.doc,
                path: [...base, list, index, 'volumeMounts', place, 'name'],
                message: `${object.kind} ${object.name} mounts ${String(at(mount, ['name']))}, which is no volume of it`,
                advice: 'add the volume, or give the name of one that is there',
              }),
            ],
      ),
    ),
  );
}

/** Targets of autoscalers, and what binds roles. */
function objectFaults(object: KubernetesObject, cluster: Cluster): Fault[] {
  const { kind, value, doc } = object;
  const found: Reference[] = [];
  const add = (wanted: string, named: unknown, path: Path) => {
    if (typeof named === 'string') found.push({ kind: wanted, name: named, path });
  };
  if (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') {
    const target = mapAt(value, ['spec', 'scaleTargetRef']);
    add(String(target['kind'] ?? 'Deployment'), target['name'], ['spec', 'scaleTargetRef', 'name']);
  }
  for (const [index, trigger] of listAt(value, ['spec', 'triggers']).entries()) {
    const path = ['spec', 'triggers', index, 'authenticationRef', 'name'];
    add('TriggerAuthentication', at(trigger, ['authenticationRef', 'name']), path);
  }
  if (kind === 'RoleBinding') {
    add(textAt(value, ['roleRef', 'kind']) ?? 'Role', at(value, ['roleRef', 'name']), ['roleRef', 'name']);
    for (const [index, subject] of listAt(value, ['subjects']).entries()) {
      if (at(subject, ['kind']) === 'ServiceAccount')
        add('ServiceAccount', at(subject, ['name']), ['subjects', index, 'name']);
    }
  }
  if (kind === 'ScheduledBackup')
    add('Cluster', at(value, ['spec', 'cluster', 'name']), ['spec', 'cluster', 'name']);
  return found
    .filter((each) => each.kind !== 'ClusterRole' && find(cluster, each.kind, each.name) === undefined)
    .map((each) =>
      faultAt(name, {
        doc,
        path: each.path,
        message: `${kind} ${object.name} names ${each.kind} ${each.name}, which is not in the tree`,
        advice: 'add it, or give the name of one that is there',
      }),
    );
}

function repeated({ objects }: Cluster): Fault[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const id = `${object.apiVersion} ${object.kind} ${object.namespace ?? ''}/${object.name}`;
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      faultAt(name, {
        doc: object.doc,
        path: ['metadata', 'name'],
        message: `${object.kind} ${object.name} is in the tree twice`,
        advice: 'the second one would replace the first; rename or remove one',
      }),
    ];
  });
}
