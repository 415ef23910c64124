import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { addressesIn } from '../addresses.ts';
import { configsOf } from '../configs.ts';
import { resultOf } from '../fault-list.ts';
import { listAt, mapAt, textAt } from '../values.ts';
import { type Cluster, clustersOf, containersOf, portOf, type Service } from './cluster.ts';
import type { KubernetesObject } from './objects.ts';

const name = 'addresses';

/** Every host and port that a config, an argument or a variable names is a Service of the tree with that port. */
export const hostsCheck: Check = async (files, { target }) => {
  const clusters = clustersOf(files);
  const inConfigs = configsOf(files, target).flatMap((config) => {
    const cluster = clusters[config.cluster];
    if (cluster === undefined) return [];
    return faultsIn(config.text, cluster, (line) => ({ path: config.path, line: config.lineOf(line) }));
  });
  const inPods = clusters.flatMap((cluster) =>
    cluster.workloads.flatMap((workload) =>
      containersOf(workload).flatMap((container) => {
        const { doc } = workload.object;
        const place = (path: Path) => ({ path: doc.file.path, line: doc.lineOf(path) });
        const words = [...listAt(container, ['args']), ...listAt(container, ['command'])].map(String);
        const values = listAt(container, ['env']).map((env) => textAt(env, ['value']) ?? '');
        return [...words, ...values].flatMap((text) => faultsIn(text, cluster, () => place(workload.path)));
      }),
    ),
  );
  const inTriggers = clusters.flatMap((cluster) =>
    cluster.objects.flatMap((object) => triggerFaults(object, cluster)),
  );
  return resultOf(name, files.length, [...inConfigs, ...inPods, ...inTriggers]);
};

/** Scalers ask engines themselves. */
function triggerFaults({ value, doc }: KubernetesObject, cluster: Cluster): Fault[] {
  return listAt(value, ['spec', 'triggers']).flatMap((trigger, index) =>
    Object.entries(mapAt(trigger, ['metadata'])).flatMap(([key, text]) => {
      const path = ['spec', 'triggers', index, 'metadata', key];
      return faultsIn(String(text), cluster, () => ({ path: doc.file.path, line: doc.lineOf(path) }));
    }),
  );
}

type Place = (line: number) => { readonly path: string; readonly line: number };

function faultsIn(text: string, cluster: Cluster, place: Place): Fault[] {
  return addressesIn(text).flatMap(({ host, port, line }) => {
    const wrong = wrongAddress(host, port, cluster);
    return wrong === undefined ? [] : [{ check: name, ...place(line), ...wrong }];
  });
}

function wrongAddress(host: string, port: number | undefined, cluster: Cluster) {
  const found = serviceAt(host, cluster);
  if (found === undefined) return undefined;
  const { service, isPod, isCertain } = found;
  if (service === undefined) return isCertain ? unknownHost(host, cluster) : undefined;
  if (port === undefined || opens(service, port, isPod)) return undefined;
  const ports = service.ports.map((each) => each.port).join(', ');
  return {
    message: `${host}:${port} is named here, but Service ${service.name} has the ports ${ports || 'none'}`,
    advice: 'give a port of the Service',
  };
}

/** The Service that a host is meant to be, if it is one of the tree at all. */
export interface ServiceAt {
  /** Absent where there is none of that name. */
  readonly service: Service | undefined;
  /** It is one pod of the Service. */
  readonly isPod: boolean;
  /** It is a Service, and not a host of somebody else that looks like one. */
  readonly isCertain: boolean;
}

/** By the labels of a name: `pod.service.namespace.svc.cluster.local`, or fewer of them. */
export function serviceAt(host: string, cluster: Cluster): ServiceAt | undefined {
  const labels = host.replace(/\.svc(\.cluster\.local)?$/, '').split('.');
  const isInside = /\.svc(\.cluster\.local)?$/.test(host);
  if (!isInside && (labels.length > 2 || host === 'localhost')) return undefined;
  const namespaces = new Set(cluster.objects.map(({ namespace }) => namespace));
  // service.namespace.svc, pod.service.namespace.svc; or, in the same namespace, service and pod.service.
  const inNamespace = isInside ? labels.slice(0, -1) : labels;
  if (isInside && !namespaces.has(labels.at(-1))) return undefined;
  const service = cluster.services.find((each) => each.name === inNamespace.at(-1));
  return { service, isPod: inNamespace.length > 1, isCertain: isInside || labels.length === 1 };
}

function unknownHost(host: string, { services }: Cluster) {
  return {
    message: `${host} is named here, and no Service of the tree has that name`,
    advice: `name one of ${services.map((each) => each.name).join(', ')}`,
  };
}

/** A headless Service leads to the pods themselves, whose every port can be reached. */
function opens(service: Service, port: number, pod: boolean): boolean {
  if (service.ports.some((each) => each.port === port)) return true;
  if (!service.headless && !pod) return false;
  return service.workloads.some((workload) => portOf(workload, port) !== undefined);
}
