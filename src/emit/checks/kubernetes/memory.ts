import type { Plan } from '../../../plan/types.ts';
import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { type Config, configsOf, type RoleConfig, roleConfigsOf, roleOf } from '../configs.ts';
import { amountOf, bytesOf } from '../durations.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { type MemoryNeed, mebi, memoryNeeds, outsideOfHeap } from '../memory-needs.ts';
import { at, listAt, numberAt, textAt } from '../values.ts';
import { clustersOf } from './cluster.ts';
import type { KubernetesObject, Workload } from './objects.ts';
import { mountedBy } from './stops.ts';

const name = 'memory and disks';

/** Limits hold what was measured and what the engines were told they may take; volumes hold the logs on them. */
export const memoryCheck: Check = async (files, input) => {
  const configs = configsOf(files, input.target);
  const roles = roleConfigsOf(files, input.target);
  const faults = clustersOf(files).flatMap(({ workloads, objects }, cluster) => [
    ...workloads.flatMap((workload) => {
      const holders = mountedBy(workload);
      const mine = (config: Config) => config.cluster === cluster && holders.has(config.holder ?? '');
      return [
        ...roles.filter(mine).flatMap((role) => volumeFaults(workload, role)),
        ...configs
          .filter(mine)
          .flatMap((config) => needFaults(workload, memoryNeeds(config, roleOf(config, roles), input.plan))),
        ...scratchFaults(workload),
      ];
    }),
    ...objects.flatMap((object) => heapFaults(object, input.plan)),
  ]);
  return resultOf(name, files.length, faults);
};

interface Limit {
  readonly container: string;
  readonly bytes: number;
  readonly path: Path;
}

/** The largest memory limit of the containers of a workload. */
function largestLimit(workload: Workload): Limit | undefined {
  return listAt(workload.spec, ['containers'])
    .flatMap((container, index) => {
      const bytes = amountOf(at(container, ['resources', 'limits', 'memory']));
      const path = [...workload.path, 'containers', index, 'resources', 'limits', 'memory'];
      return bytes === undefined ? [] : [{ container: textAt(container, ['name']) ?? '', bytes, path }];
    })
    .sort((a, b) => b.bytes - a.bytes)[0];
}

function below(workload: Workload, limit: Limit, bytes: number, what: string): Fault[] {
  if (limit.bytes >= bytes) return [];
  return [
    faultAt(name, {
      doc: workload.object.doc,
      path: limit.path,
      message: `${limit.container} of ${workload.object.name} may take ${mebi(limit.bytes)}, but ${what} takes ${mebi(bytes)}`,
      advice: 'a limit below what is needed kills the container; raise it or lower the need',
    }),
  ];
}

/** The first need that the limit does not hold. */
function needFaults(workload: Workload, needs: readonly MemoryNeed[]): Fault[] {
  const limit = largestLimit(workload);
  if (limit === undefined) return [];
  return (
    needs.map(({ bytes, what }) => below(workload, limit, bytes, what)).find((each) => each.length > 0) ?? []
  );
}

/** A log needs room to be cut and shipped while it is full: docs/service.md. */
const logRoom = 1.3;

function volumeFaults(workload: Workload, { value }: RoleConfig): Fault[] {
  const needs = [
    {
      folder: textAt(value, ['usage', 'folder']),
      bytes: (numberAt(value, ['usage', 'bufferBytes']) ?? 0) * logRoom,
    },
    {
      folder: textAt(value, ['api', 'spool', 'folder']),
      bytes: numberAt(value, ['api', 'spool', 'bytes']) ?? 0,
    },
  ];
  return needs.flatMap(({ folder, bytes }) => {
    const volume = folder === undefined ? undefined : volumeAt(workload, folder);
    if (volume === undefined || volume.bytes >= bytes) return [];
    const message = `${workload.object.name} has ${mebi(volume.bytes)} at ${folder}, but its config lets it fill ${mebi(bytes)}`;
    const advice = 'make the volume larger, or the bytes that the config allows smaller';
    return [faultAt(name, { doc: workload.object.doc, path: volume.path, message, advice })];
  });
}

/** The claim or scratch volume that holds a folder, with its size. */
function volumeAt(
  { spec, object, path }: Workload,
  folder: string,
): { bytes: number; path: Path } | undefined {
  const mounts = listAt(spec, ['containers']).flatMap((container) => listAt(container, ['volumeMounts']));
  const mount = mounts.find((each) => `${folder}/`.startsWith(`${textAt(each, ['mountPath'])}/`));
  const wanted = textAt(mount, ['name']);
  for (const [index, claim] of listAt(object.value, ['spec', 'volumeClaimTemplates']).entries()) {
    const bytes = amountOf(at(claim, ['spec', 'resources', 'requests', 'storage']));
    if (textAt(claim, ['metadata', 'name']) === wanted && bytes !== undefined)
      return {
        bytes,
        path: ['spec', 'volumeClaimTemplates', index, 'spec', 'resources', 'requests', 'storage'],
      };
  }
  for (const [index, volume] of listAt(spec, ['volumes']).entries()) {
    const claim = at(volume, [
      'ephemeral',
      'volumeClaimTemplate',
      'spec',
      'resources',
      'requests',
      'storage',
    ]);
    const bytes = amountOf(at(volume, ['emptyDir', 'sizeLimit'])) ?? amountOf(claim);
    if (textAt(volume, ['name']) === wanted && bytes !== undefined)
      return { bytes, path: [...path, 'volumes', index] };
  }
  return undefined;
}

/** A scratch volume on the disk counts against the limits of the pod's containers for such storage. */
function scratchFaults({ spec, object, path }: Workload): Fault[] {
  const limits = listAt(spec, ['containers']).map((container) =>
    amountOf(at(container, ['resources', 'limits', 'ephemeral-storage'])),
  );
  const allowed = limits.some((each) => each === undefined)
    ? Number.POSITIVE_INFINITY
    : limits.reduce((sum: number, each) => sum + (each ?? 0), 0);
  const used = listAt(spec, ['volumes'])
    .filter((volume) => at(volume, ['emptyDir', 'medium']) !== 'Memory')
    .map((volume) => amountOf(at(volume, ['emptyDir', 'sizeLimit'])) ?? 0)
    .reduce((sum, each) => sum + each, 0);
  if (used <= allowed) return [];
  const message = `${object.name} may write ${mebi(used)} to its scratch volumes and is evicted above ${mebi(allowed)}`;
  const advice = 'raise limits of ephemeral-storage, or make sizeLimit smaller';
  return [faultAt(name, { doc: object.doc, path: [...path, 'volumes'], message, advice })];
}

/** A node takes its heap, what was measured outside of it, and the process of its operator beside it. */
function heapFaults({ kind, name: own, value, doc }: KubernetesObject, plan: Plan): Fault[] {
  if (kind !== 'CassandraDatacenter') return [];
  const limit = amountOf(at(value, ['spec', 'resources', 'limits', 'memory']));
  const heap = ['jvm-server-options', 'jvm11-server-options', 'jvm17-server-options']
    .map((file) => bytesOf(at(value, ['spec', 'config', file, 'max_heap_size'])))
    .find((each) => each !== undefined);
  if (limit === undefined || heap === undefined) return [];
  const need = heap + outsideOfHeap(plan) + (plan.quantities.get('usageStore.memory.management')?.value ?? 0);
  if (need <= limit) return [];
  const message = `${own} may take ${mebi(limit)}, but with a heap of ${mebi(heap)} a node takes ${mebi(need)}`;
  const advice = 'make the heap smaller, or the limit larger: a node that is above it is killed';
  return [faultAt(name, { doc, path: ['spec', 'resources', 'limits', 'memory'], message, advice })];
}
