import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { type Cluster, clustersOf } from './cluster.ts';
import { type KubernetesObject, selects } from './objects.ts';

const name = 'selectors';

/** Every selector of a Service, budget, policy, monitor or spread finds what it is meant for. */
export const selectorsCheck: Check = async (files) =>
  resultOf(name, files.length, clustersOf(files).flatMap(faultsOf));

function faultsOf(cluster: Cluster): Fault[] {
  return cluster.objects.flatMap((object) => [
    ...podSelectors(object).flatMap(({ path, what }) => podFault(object, path, what, cluster)),
    ...ownSelector(object),
    ...monitorFaults(object, cluster),
  ]);
}

interface SelectorPlace {
  readonly path: Path;
  readonly what: string;
}

/** Where an object selects pods of its own namespace. */
function podSelectors({ kind, value }: KubernetesObject): SelectorPlace[] {
  if (kind === 'Service') {
    const has = Object.keys(mapAt(value, ['spec', 'selector'])).length > 0;
    return has ? [{ path: ['spec', 'selector'], what: 'the Service sends to' }] : [];
  }
  if (kind === 'PodDisruptionBudget') return [{ path: ['spec', 'selector'], what: 'the budget protects' }];
  if (kind === 'PodMonitor') return [{ path: ['spec', 'selector'], what: 'the monitor reads' }];
  if (kind !== 'NetworkPolicy') return [];
  const own = { path: ['spec', 'podSelector'], what: 'the policy applies to' };
  const peers = (['ingress', 'egress'] as const).flatMap((way) =>
    listAt(value, ['spec', way]).flatMap((rule, index) => {
      const key = way === 'ingress' ? 'from' : 'to';
      return listAt(rule, [key]).flatMap((peer, place) => {
        const path: Path = ['spec', way, index, key, place, 'podSelector'];
        // Pods of other namespaces are somebody else's.
        if (at(peer, ['podSelector']) === undefined || at(peer, ['namespaceSelector']) !== undefined)
          return [];
        return [{ path, what: `the policy allows ${key}` }];
      });
    }),
  );
  return [own, ...peers];
}

function podFault(object: KubernetesObject, path: Path, what: string, { workloads }: Cluster): Fault[] {
  const selector = at(object.value, path);
  if (isEmpty(selector) || workloads.some(({ labels }) => selects(selector, labels))) return [];
  return [
    faultAt(name, {
      doc: object.doc,
      path,
      message: `no pod has the labels of what ${what} in ${object.kind} ${object.name}`,
      advice: 'give the labels of a pod template of this tree',
    }),
  ];
}

function isEmpty(selector: unknown): boolean {
  const labels = mapAt(selector, []);
  if ('matchLabels' in labels || 'matchExpressions' in labels) {
    return (
      Object.keys(mapAt(labels, ['matchLabels'])).length + listAt(labels, ['matchExpressions']).length === 0
    );
  }
  return Object.keys(labels).length === 0;
}

/** A Deployment selects its own template, and so does its spread. */
function ownSelector({ kind, name: own, value, doc }: KubernetesObject): Fault[] {
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return [];
  const labels = mapAt(value, ['spec', 'template', 'metadata', 'labels']) as Record<string, string>;
  const paths: Path[] = [['spec', 'selector']];
  const pod = ['spec', 'template', 'spec'];
  for (const [index] of listAt(value, [...pod, 'topologySpreadConstraints']).entries()) {
    paths.push([...pod, 'topologySpreadConstraints', index, 'labelSelector']);
  }
  return paths
    .filter((path) => !selects(at(value, path), labels))
    .map((path) =>
      faultAt(name, {
        doc,
        path,
        message: `${kind} ${own} does not select its own pods here`,
        advice: 'use the labels of its pod template',
      }),
    );
}

function monitorFaults(object: KubernetesObject, { services }: Cluster): Fault[] {
  const { kind, value, doc } = object;
  if (kind !== 'ServiceMonitor') return [];
  const selector = at(value, ['spec', 'selector']);
  const found = services.filter(({ object: service }) => {
    const labels = mapAt(service?.value, ['metadata', 'labels']) as Record<string, string>;
    return service !== undefined && selects(selector, labels);
  });
  if (found.length === 0) {
    return [
      faultAt(name, {
        doc,
        path: ['spec', 'selector'],
        message: `no Service has the labels that ServiceMonitor ${object.name} selects`,
        advice: 'give the labels of a Service of this tree (its own metadata, not its selector)',
      }),
    ];
  }
  return listAt(value, ['spec', 'endpoints']).flatMap((endpoint, index) => {
    const port = textAt(endpoint, ['port']);
    if (port === undefined || found.every(({ ports }) => ports.some((each) => each.name === port))) return [];
    return [
      faultAt(name, {
        doc,
        path: ['spec', 'endpoints', index, 'port'],
        message: `the Service that ServiceMonitor ${object.name} reads has no port named "${port}"`,
        advice: 'give the name of a port of that Service',
      }),
    ];
  });
}
