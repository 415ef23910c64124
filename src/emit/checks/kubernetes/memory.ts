import type { Check, CheckInput, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { type Config, configsOf, type RoleConfig, roleConfigsOf } from '../configs.ts';
import { amountOf } from '../durations.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { clustersOf } from './cluster.ts';
import { at, type KubernetesObject, listAt, numberAt, textAt, type Workload } from './objects.ts';
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
        ...roles.filter(mine).flatMap((role) => workerFaults(workload, role, input)),
        ...roles.filter(mine).flatMap((role) => volumeFaults(workload, role)),
        ...configs.filter(mine).flatMap((config) => engineFaults(workload, config)),
        ...scratchFaults(workload),
      ];
    }),
    ...objects.flatMap(heapFaults),
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

function workerFaults(workload: Workload, { value }: RoleConfig, { plan }: CheckInput): Fault[] {
  const processes = numberAt(value, ['worker', 'processes']);
  const limit = largestLimit(workload);
  const measured = plan.quantities.get('worker.memory.perProcess')?.value;
  if (processes === undefined || limit === undefined || measured === undefined) return [];
  const each = numberAt(value, ['worker', 'memoryBytes']) ?? measured;
  const over = below(workload, limit, processes * measured, `${processes} resize processes as measured`);
  // A process is replaced only once it is above its own limit, so all of them may be there at once.
  return over.length > 0
    ? over
    : below(workload, limit, processes * each, `${processes} processes at their limit`);
}

function engineFaults(workload: Workload, { name: config, text }: Config): Fault[] {
  const limit = largestLimit(workload);
  const patterns: readonly (readonly [RegExp, RegExp])[] = [
    [/redis.*\.conf$/, /^\s*maxmemory\s+(\S+)/m],
    [/nats.*\.conf$/, /^\s*max_memory_store\s*[:=]?\s*"?([0-9]\w*)/m],
  ];
  return patterns.flatMap(([file, line]) => {
    const [, amount] = (file.test(config) ? line.exec(text) : null) ?? [];
    const bytes = amountOf(amount);
    return limit === undefined || bytes === undefined
      ? []
      : below(workload, limit, bytes, `what ${config} allows`);
  });
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

function heapFaults({ kind, name: own, value, doc }: KubernetesObject): Fault[] {
  if (kind !== 'CassandraDatacenter') return [];
  const limit = amountOf(at(value, ['spec', 'resources', 'limits', 'memory']));
  const heap = ['jvm-server-options', 'jvm11-server-options', 'jvm17-server-options']
    .map((file) => amountOf(at(value, ['spec', 'config', file, 'max_heap_size'])))
    .find((each) => each !== undefined);
  if (limit === undefined || heap === undefined || heap < limit) return [];
  const message = `${own} may take ${mebi(limit)}, but its heap alone is ${mebi(heap)}`;
  const advice = 'leave room beside the heap for buffers and the file cache';
  return [faultAt(name, { doc, path: ['spec', 'resources', 'limits', 'memory'], message, advice })];
}

function mebi(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
