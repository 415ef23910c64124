import type { Check, Fault } from '../../checks.ts';
import { type EmitInput, smallFolder } from '../../types.ts';
import { amountOf } from '../durations.ts';
import { resultOf } from '../fault-list.ts';
import { mebi } from '../memory-needs.ts';
import { at, listAt } from '../values.ts';
import { type Cluster, clustersOf } from './cluster.ts';
import type { Workload } from './objects.ts';

const name = 'room on one machine';

type Resource = 'cpu' | 'memory';

/** The pods of the overlay for a small machine ask for no more than that has, less what is not ours on it. */
export const roomCheck: Check = async (files, { small }) => {
  const cluster = clustersOf(files).find(({ folder }) => folder === smallFolder);
  const faults = cluster && small?.scale ? roomFaults(cluster, small) : [];
  return resultOf(name, files.length, faults);
};

function roomFaults(cluster: Cluster, { plan, scale }: EmitInput): Fault[] {
  if (scale === undefined) return [];
  const has = { cpu: scale.cores, memory: scale.memoryBytes };
  const show = { cpu: (cores: number) => `${Number(cores.toFixed(2))} cores`, memory: mebi };
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const others = plan.quantities.get(`deploy.others.${resource}`)?.value ?? 0;
    const [asked, ours] = [askedBy(cluster, resource), has[resource] * (1 - others)];
    if (asked <= ours) return [];
    return [
      {
        ...{ check: name, path: `${cluster.folder}/kustomization.yaml`, line: 1 },
        message: `its pods ask for ${show[resource](asked)} of ${resource}, and ${scale.name} leaves ${show[resource](ours)} for them`,
        advice: 'plan for a larger machine with --cores and --memory, or ask for less',
      },
    ];
  });
}

function askedBy({ workloads }: Cluster, resource: Resource): number {
  return workloads
    .map((workload) => (workload.replicas ?? 1) * askedOf(workload, resource))
    .reduce((sum, each) => sum + each, 0);
}

/** Requests of the containers of a pod; where an operator makes it, those that the operator is told. */
function askedOf({ spec, object, path }: Workload, resource: Resource): number {
  const holders = spec === undefined ? [at(object.value, path)] : listAt(spec, ['containers']);
  return holders
    .map((holder) => ['requests', 'limits'].map((key) => amountOf(at(holder, ['resources', key, resource]))))
    .map((amounts) => amounts.find((each) => each !== undefined) ?? 0)
    .reduce((sum, each) => sum + each, 0);
}
