import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { roleConfigsOf } from '../configs.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, listAt, numberAt, textAt } from '../values.ts';
import { type Cluster, clustersOf } from './cluster.ts';
import { type KubernetesObject, selects, type Workload } from './objects.ts';

const name = 'counts';

/** Budgets leave room to drain a machine and keep a majority; spread and replication fit the number of pods and zones. */
export const countsCheck: Check = async (files, { target, spec }) => {
  const zones = Math.max(...spec.regions.value.map((region) => region.zones.length));
  const clusters = clustersOf(files);
  const faults = clusters.flatMap((cluster) => [
    ...cluster.objects.flatMap((object) => budgetFaults(object, cluster)),
    ...cluster.objects.flatMap((object) => rangeFaults(object, cluster)),
    ...cluster.workloads.flatMap((workload) => spreadFaults(workload, cluster, zones)),
    ...cluster.objects.flatMap((object) => rackFaults(object)),
  ]);
  for (const role of roleConfigsOf(files, target)) {
    const cluster = clusters[role.cluster];
    if (cluster === undefined) continue;
    for (const section of ['api', 'worker']) {
      const path = [section, 'queue'];
      faults.push(
        ...replicaFaults(role, [...path, 'replicas'], textAt(role.value, [...path, 'url']), cluster),
      );
    }
    for (const path of [
      ['api', 'usage', 'store'],
      ['usage', 'store'],
    ]) {
      faults.push(
        ...replicaFaults(role, [...path, 'replicas'], textAt(role.value, [...path, 'url']), cluster),
      );
    }
  }
  return resultOf(name, files.length, faults);
};

/** Fewest pods of a workload: its autoscaler says so, or it itself. */
export function fewestPods({ object, replicas }: Workload, { objects }: Cluster): number | undefined {
  const scaler = objects.find(
    ({ kind, value }) =>
      (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') &&
      textAt(value, ['spec', 'scaleTargetRef', 'name']) === object.name &&
      (textAt(value, ['spec', 'scaleTargetRef', 'kind']) ?? 'Deployment') === object.kind,
  );
  if (scaler === undefined) return replicas;
  return (
    numberAt(scaler.value, ['spec', 'minReplicas']) ?? numberAt(scaler.value, ['spec', 'minReplicaCount'])
  );
}

function budgetFaults(object: KubernetesObject, cluster: Cluster): Fault[] {
  if (object.kind !== 'PodDisruptionBudget') return [];
  const selector = at(object.value, ['spec', 'selector']);
  return cluster.workloads
    .filter(({ labels }) => selects(selector, labels))
    .flatMap((workload) => {
      const pods = fewestPods(workload, cluster);
      if (pods === undefined) return [];
      const most = podsOf(at(object.value, ['spec', 'maxUnavailable']), pods);
      const least = podsOf(at(object.value, ['spec', 'minAvailable']), pods);
      const leave = most ?? pods - (least ?? 0);
      const path = ['spec', most === undefined ? 'minAvailable' : 'maxUnavailable'];
      const fault = (message: string, advice: string) => [
        faultAt(name, { doc: object.doc, path, message, advice }),
      ];
      if (leave < 1) {
        return fault(
          `budget ${object.name} lets none of the ${pods} pods of ${workload.object.name} go, so no machine can be drained`,
          'let at least one go',
        );
      }
      if (workload.object.kind === 'StatefulSet' && pods >= 3 && pods - leave <= pods / 2) {
        return fault(
          `budget ${object.name} lets ${leave} of ${pods} pods of ${workload.object.name} go, which leaves no majority`,
          'maxUnavailable: 1 keeps a majority',
        );
      }
      return [];
    });
}

/** Percentages of a budget are rounded up. */
function podsOf(value: unknown, pods: number): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.endsWith('%'))
    return Math.ceil((Number(value.slice(0, -1)) / 100) * pods);
  return undefined;
}

function rangeFaults(object: KubernetesObject, { objects }: Cluster): Fault[] {
  const keys = {
    HorizontalPodAutoscaler: ['minReplicas', 'maxReplicas'],
    ScaledObject: ['minReplicaCount', 'maxReplicaCount'],
  };
  const [low = '', high = ''] = keys[object.kind as keyof typeof keys] ?? [];
  const least = numberAt(object.value, ['spec', low]);
  const most = numberAt(object.value, ['spec', high]);
  const faults: Fault[] = [];
  const add = (path: Path, message: string, advice: string) =>
    faults.push(faultAt(name, { doc: object.doc, path, message, advice }));
  if (least !== undefined && most !== undefined && least > most) {
    add(['spec', high], `${object.name} scales from ${least} to ${most}`, 'the most is at least the least');
  }
  const owned = objects.find(
    ({ kind, name: own, value }) =>
      low !== '' &&
      own === textAt(object.value, ['spec', 'scaleTargetRef', 'name']) &&
      kind === (textAt(object.value, ['spec', 'scaleTargetRef', 'kind']) ?? 'Deployment') &&
      at(value, ['spec', 'replicas']) !== undefined,
  );
  if (owned !== undefined) {
    add(
      ['spec', 'scaleTargetRef'],
      `${owned.kind} ${owned.name} has replicas and an autoscaler, which fight`,
      'leave replicas out: the autoscaler owns it',
    );
  }
  return faults;
}

function spreadFaults(workload: Workload, cluster: Cluster, zones: number): Fault[] {
  const { spec, object, path } = workload;
  const pods = fewestPods(workload, cluster);
  const faults: Fault[] = [];
  for (const [index, constraint] of listAt(spec, ['topologySpreadConstraints']).entries()) {
    const domains = numberAt(constraint, ['minDomains']);
    const isZone = textAt(constraint, ['topologyKey']) === 'topology.kubernetes.io/zone';
    if (isZone && domains !== undefined && domains > zones) {
      faults.push(
        faultAt(name, {
          doc: object.doc,
          path: [...path, 'topologySpreadConstraints', index, 'minDomains'],
          message: `${object.name} wants ${domains} zones, and the plan has ${zones}`,
          advice: 'ask for no more zones than regions.*.zones lists',
        }),
      );
    }
  }
  const required = ['affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  for (const [index, term] of listAt(spec, required).entries()) {
    const isZone = textAt(term, ['topologyKey']) === 'topology.kubernetes.io/zone';
    if (isZone && pods !== undefined && pods > zones) {
      faults.push(
        faultAt(name, {
          doc: object.doc,
          path: [...path, ...required, index, 'topologyKey'],
          message: `${pods} pods of ${object.name} must each have a zone of their own, and the plan has ${zones}`,
          advice: 'prefer it instead of requiring it, or spread with maxSkew: 1',
        }),
      );
    }
  }
  return faults;
}

/** Each rack of a Cassandra datacenter has a node. */
function rackFaults({ kind, name: own, value, doc }: KubernetesObject): Fault[] {
  const racks = listAt(value, ['spec', 'racks']).length;
  const size = numberAt(value, ['spec', 'size']);
  if (kind !== 'CassandraDatacenter' || size === undefined || size >= racks) return [];
  const message = `${own} has ${racks} racks and ${size} nodes`;
  return [faultAt(name, { doc, path: ['spec', 'size'], message, advice: 'give each rack a node' })];
}

type Role = ReturnType<typeof roleConfigsOf>[number];

/** Data that is kept N times needs N nodes. */
function replicaFaults(role: Role, path: Path, url: string | undefined, cluster: Cluster): Fault[] {
  const wanted = numberAt(role.value, path);
  const service = cluster.services.find(({ name: host }) => url?.split(/[/,@:.]+/).includes(host));
  const [workload] = service?.workloads ?? [];
  const pods = workload === undefined ? undefined : fewestPods(workload, cluster);
  if (wanted === undefined || pods === undefined || wanted <= pods) return [];
  return [
    {
      check: name,
      path: role.path,
      line: role.lineOf(role.doc.lineOf(path)),
      message: `${path.join('.')} is ${wanted}, but ${service?.name} has ${pods} pods`,
      advice: 'keep no more copies than there are nodes',
    },
  ];
}
