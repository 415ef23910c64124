import type { Check, Fault } from '../../checks.ts';
import { type Config, configsOf, roleConfigsOf } from '../configs.ts';
import { resultOf } from '../fault-list.ts';
import { type Listener, listenersOf } from '../listeners.ts';
import { clustersOf, portOf } from './cluster.ts';
import type { Workload } from './objects.ts';
import { mountedBy } from './stops.ts';

const name = 'listeners';

/** What a config binds is a port of the pods that read the config. */
export const podListenersCheck: Check = async (files, { target }) => {
  const roles = roleConfigsOf(files, target);
  const faults = clustersOf(files).flatMap(({ workloads }, cluster) =>
    configsOf(files, target)
      .filter((config) => config.cluster === cluster)
      .flatMap((config) => {
        const readers = workloads.filter((workload) => mountedBy(workload).has(config.holder ?? ''));
        return readers.length === 0
          ? []
          : listenersOf(config, roles).flatMap((one) => faultsOf(one, config, readers));
      }),
  );
  return resultOf(name, files.length, faults);
};

function faultsOf({ port, line, local }: Listener, config: Config, readers: readonly Workload[]): Fault[] {
  // An address of the pod itself is nobody else's affair.
  if (local || readers.some((workload) => portOf(workload, port) !== undefined)) return [];
  const shown = readers.map(({ object }) => `${object.kind} ${object.name}`).join(', ');
  return [
    {
      check: name,
      path: config.path,
      line: config.lineOf(line),
      message: `${config.name} listens on ${port}, which is no containerPort of ${shown}`,
      advice: 'declare the port in the container, or mend the config',
    },
  ];
}
