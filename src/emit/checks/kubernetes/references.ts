import type { Check, Fault } from '../../checks.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, listAt } from '../values.ts';
import { broughtSecrets } from './brought-secrets.ts';
import { type Cluster, clustersOf, find } from './cluster.ts';
import { objectReferences } from './object-references.ts';
import type { KubernetesObject, Workload } from './objects.ts';
import { podReferences } from './pod-references.ts';
import { secretReferences } from './secret-references.ts';

const name = 'references';

/** Whatever a manifest calls by name is in the tree, or made by an operator, or a Secret of the README's table. */
export const referencesCheck: Check = async (files) => {
  const brought = broughtSecrets(files.find(({ path }) => path === 'README.md')?.text ?? '');
  const faults = clustersOf(files).flatMap((cluster) => {
    // Where folders take each other in, nothing can be said about what they would give.
    const circles = cluster.missing.filter(({ isCircle }) => isCircle);
    if (circles.length > 0) return circles.map(missingFault);
    return [
      ...cluster.missing.map(missingFault),
      ...cluster.workloads.flatMap((workload) => podFaults(workload, cluster, brought)),
      ...cluster.objects.flatMap((object) => objectFaults(object, cluster, brought)),
      ...repeated(cluster),
    ];
  });
  return resultOf(name, files.length, faults);
};

function missingFault({ doc, path, name: missing, isCircle, unreadable }: Cluster['missing'][number]): Fault {
  if (unreadable !== undefined) {
    const advice = 'write YAML, and in a target a name or a regular expression such as `.*`';
    return faultAt(name, { doc, path, message: `the kustomization ${unreadable}`, advice });
  }
  if (isCircle) {
    const message = `the kustomization takes in ${missing}, which takes it in`;
    return faultAt(name, { doc, path, message, advice: 'take one of the two entries away' });
  }
  return faultAt(name, {
    doc,
    path,
    message: `the kustomization names ${missing}, which is not in the tree`,
    advice: 'give the path of an emitted file or folder, or the name of an object of it',
  });
}

function podFaults(workload: Workload, cluster: Cluster, brought: ReadonlySet<string>): Fault[] {
  const { object, path: base } = workload;
  const wrong = podReferences(workload).filter(
    ({ kind, name: wanted }) => !exists(kind, wanted, object, cluster, brought),
  );
  return [
    ...wrong.map(({ kind, name: wanted, path }) =>
      faultAt(name, {
        doc: object.doc,
        path: [...base, ...path],
        message: `${object.kind} ${object.name} uses ${kind} ${wanted}, which is not in the tree`,
        advice: adviceFor(kind),
      }),
    ),
    ...mountFaults(workload),
    ...namelessImages(workload),
  ];
}

function exists(
  kind: string,
  wanted: string,
  object: KubernetesObject,
  cluster: Cluster,
  brought: ReadonlySet<string>,
): boolean {
  if (kind === 'Secret') return cluster.secrets.has(wanted) || brought.has(wanted);
  if (kind === 'ClusterRole') return true;
  if (kind === 'PriorityClass' && wanted.startsWith('system-')) return true;
  if (kind === 'Service') return cluster.services.some((service) => service.name === wanted);
  if (kind === 'ServiceAccount' && object.kind.endsWith('SparkApplication')) return true;
  return find(cluster, kind, wanted) !== undefined;
}

function adviceFor(kind: string): string {
  return kind === 'Secret'
    ? 'add it, or name it in the table of secrets in README.md that you make'
    : 'add it, or give the name of one that is there';
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

/** A patch whose name no container has adds one that runs nothing. */
function namelessImages({ spec, object, path }: Workload): Fault[] {
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, [list]).flatMap((container, index) =>
      at(container, ['image']) !== undefined
        ? []
        : [
            faultAt(name, {
              doc: object.doc,
              path: [...path, list, index],
              message: `${object.kind} ${object.name} has a container ${String(at(container, ['name']))} without an image`,
              advice: 'give it one; in a patch, give the name of a container that is there',
            }),
          ],
    ),
  );
}

function objectFaults(object: KubernetesObject, cluster: Cluster, brought: ReadonlySet<string>): Fault[] {
  return [...objectReferences(object), ...secretReferences(object)]
    .filter(({ kind, name: wanted }) => !exists(kind, wanted, object, cluster, brought))
    .map(({ kind, name: wanted, path }) =>
      faultAt(name, {
        doc: object.doc,
        path,
        message: `${object.kind} ${object.name} names ${kind} ${wanted}, which is not in the tree`,
        advice: adviceFor(kind),
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
