import type { Check, Fault } from '../../checks.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, mapAt, textAt } from '../values.ts';
import { type Cluster, clustersOf, find } from './cluster.ts';
import type { Workload } from './objects.ts';
import { mountedBy } from './stops.ts';

const name = 'config hashes';
const annotation = ['metadata', 'annotations', 'headroom.dev/config-hash'];

/**
 * Pods roll by themselves when their config changes: their annotation follows it. One that is the same for different
 * configs of two overlays is of something else, such as of the base alone.
 */
export const configHashesCheck: Check = async (files) => {
  const clusters = clustersOf(files);
  const faults = clusters.flatMap((cluster, index) =>
    cluster.workloads.flatMap((workload) =>
      clusters.slice(0, index).flatMap((other) => hashFaults(workload, cluster, other)),
    ),
  );
  return resultOf(name, files.length, faults);
};

function hashFaults(workload: Workload, here: Cluster, there: Cluster): Fault[] {
  const { object, path } = workload;
  const other = there.workloads.find(
    (each) => each.object.kind === object.kind && each.object.name === object.name,
  );
  const place = [...path.slice(0, -1), ...annotation];
  const hash = textAt(object.value, place);
  if (other === undefined || hash === undefined || hash !== textAt(other.object.value, place)) return [];
  return [...mountedBy(workload)]
    .filter((config) => mountedBy(other).has(config) && dataOf(here, config) !== dataOf(there, config))
    .map((config) =>
      faultAt(name, {
        ...{ doc: object.doc, path: place },
        message: `${object.kind} ${object.name} has one hash for two configs: ConfigMap ${config} of ${here.folder} is not that of ${there.folder}`,
        advice: 'patch the annotation where you patch the config, so that a change of it rolls the pods',
      }),
    );
}

function dataOf(cluster: Cluster, config: string): string {
  const value = find(cluster, 'ConfigMap', config)?.value;
  return JSON.stringify([mapAt(value, ['data']), at(value, ['binaryData'])]);
}
