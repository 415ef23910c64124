import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, listAt } from '../values.ts';
import { type Cluster, clustersOf, portOf, type Service } from './cluster.ts';
import type { Workload } from './objects.ts';

const name = 'ports';

/** A Service sends to ports that its pods have, and probes ask such ports. */
export const portsCheck: Check = async (files) =>
  resultOf(name, files.length, clustersOf(files).flatMap(faultsOf));

function faultsOf({ services, workloads, objects }: Cluster): Fault[] {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  return [
    ...services.flatMap(serviceFaults),
    ...workloads.flatMap(probeFaults),
    ...workloads.flatMap(repeatedPorts),
    ...policies.flatMap(({ value, doc }) =>
      listAt(value, ['spec', 'ingress']).flatMap((rule, index) =>
        listAt(rule, ['ports']).flatMap((port, place) => {
          const selector = at(value, ['spec', 'podSelector']);
          const target = at(port, ['port']);
          const closed = selectedBy(selector, workloads).filter((workload) => lacks(workload, target));
          return closed.map((workload) =>
            faultAt(name, {
              doc,
              path: ['spec', 'ingress', index, 'ports', place, 'port'],
              message: `the policy opens port ${String(target)}, which ${shown(workload)} does not have`,
              advice: 'open the port that the container declares (the pod\u2019s, not the Service\u2019s)',
            }),
          );
        }),
      ),
    ),
  ];
}

function selectedBy(selector: unknown, workloads: readonly Workload[]): Workload[] {
  const labels = at(selector, ['matchLabels']);
  if (typeof labels !== 'object' || labels === null || Object.keys(labels).length === 0) return [];
  return workloads.filter((workload) =>
    Object.entries(labels).every(([key, value]) => workload.labels[key] === value),
  );
}

function serviceFaults({ object, ports, workloads }: Service): Fault[] {
  if (object === undefined) return [];
  return ports.flatMap(({ target }, index) => {
    const without = workloads.filter((workload) => lacks(workload, target));
    return without.map((workload) =>
      faultAt(name, {
        doc: object.doc,
        path: [
          'spec',
          'ports',
          index,
          at(object.value, ['spec', 'ports', index, 'targetPort']) === undefined ? 'port' : 'targetPort',
        ],
        message: `Service ${object.name} sends to port ${target}, which ${shown(workload)} does not have`,
        advice: 'give the name or number of a containerPort of its pods',
      }),
    );
  });
}

/** Where an operator writes the containers, its own ports are not known here. */
function lacks(workload: Workload, target: unknown): boolean {
  if (workload.spec === undefined || (typeof target !== 'string' && typeof target !== 'number')) return false;
  return portOf(workload, target) === undefined;
}

function probeFaults(workload: Workload): Fault[] {
  const places = ['containers', 'initContainers'].flatMap((list) =>
    listAt(workload.spec, [list]).flatMap((container, index) =>
      ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe) =>
        ['httpGet', 'tcpSocket', 'grpc'].map((way) => ({
          container,
          target: at(container, [probe, way, 'port']),
          path: [...workload.path, list, index, probe, way, 'port'] as Path,
        })),
      ),
    ),
  );
  return places
    .filter(({ target, container }) => target !== undefined && !declares(container, target))
    .map(({ target, path }) =>
      faultAt(name, {
        doc: workload.object.doc,
        path,
        message: `a probe of ${shown(workload)} asks port ${String(target)}, which its container does not have`,
        advice: 'give the name or number of a containerPort of the same container',
      }),
    );
}

function declares(container: unknown, target: unknown): boolean {
  return listAt(container, ['ports']).some(
    (port) => at(port, ['name']) === target || at(port, ['containerPort']) === target,
  );
}

/** Containers of a pod share its address: two cannot listen on one port. */
function repeatedPorts(workload: Workload): Fault[] {
  const seen = new Set<string>();
  return listAt(workload.spec, ['containers']).flatMap((container, index) =>
    listAt(container, ['ports']).flatMap((port, place) => {
      const id = `${String(at(port, ['containerPort']))}/${String(at(port, ['protocol']) ?? 'TCP')}`;
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      return [
        faultAt(name, {
          doc: workload.object.doc,
          path: [...workload.path, 'containers', index, 'ports', place, 'containerPort'],
          message: `${shown(workload)} declares port ${id} twice`,
          advice: 'containers of a pod share its address; give each port once',
        }),
      ];
    }),
  );
}

function shown({ object }: Workload): string {
  return `${object.kind} ${object.name}`;
}
