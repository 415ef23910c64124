import type { Check, Fault } from '../../checks.ts';
import { type Config, configsOf, roleConfigsOf, roleOf } from '../configs.ts';
import { drainOf } from '../drains.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { listAt, numberAt, textAt } from '../values.ts';
import { clustersOf, containersOf } from './cluster.ts';
import type { Workload } from './objects.ts';

const name = 'time to stop';

/** Kubernetes waits at least as long as the notice and the drain of what it stops; then it kills. */
export const stopsCheck: Check = async (files, { target }) => {
  const roles = roleConfigsOf(files, target);
  const configs = configsOf(files, target);
  const faults = clustersOf(files).flatMap(({ workloads }, cluster) =>
    workloads.flatMap((workload) => {
      const holders = mountedBy(workload);
      const mine = (config: Config) => config.cluster === cluster && holders.has(config.holder ?? '');
      const drains = configs.filter(mine).map((config) => drainOf(config, roleOf(config, roles)));
      return graceFaults(workload, Math.max(0, ...drains));
    }),
  );
  return resultOf(name, files.length, faults);
};

/** Names of the ConfigMaps that a workload mounts. */
export function mountedBy({ spec }: Workload): Set<string> {
  const volumes = listAt(spec, ['volumes']);
  const names = volumes.flatMap((volume) => [
    textAt(volume, ['configMap', 'name']),
    ...listAt(volume, ['projected', 'sources']).map((source) => textAt(source, ['configMap', 'name'])),
  ]);
  return new Set(names.filter((each) => each !== undefined));
}

/** What Kubernetes waits where nothing is said. */
const usualGrace = 30;

function graceFaults(workload: Workload, drain: number): Fault[] {
  const { spec, object, path } = workload;
  if (spec === undefined) return [];
  const sleeps = containersOf(workload).map(
    (container) => numberAt(container, ['lifecycle', 'preStop', 'sleep', 'seconds']) ?? 0,
  );
  const sleep = Math.max(0, ...sleeps);
  const grace = numberAt(spec, ['terminationGracePeriodSeconds']) ?? usualGrace;
  if (grace >= sleep + drain) return [];
  return [
    faultAt(name, {
      doc: object.doc,
      path: [...path, 'terminationGracePeriodSeconds'],
      message: `${object.kind} ${object.name} is killed after ${grace} s, but its notice takes ${sleep} s and its drain ${drain} s`,
      advice: `make terminationGracePeriodSeconds at least ${Math.ceil(sleep + drain)}`,
    }),
  ];
}
