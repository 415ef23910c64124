import type { Check, Fault } from '../../checks.ts';
import { addressesIn } from '../addresses.ts';
import { type Config, configsOf } from '../configs.ts';
import { resultOf } from '../fault-list.ts';
import { at, listAt, textAt } from '../values.ts';
import { type Cluster, clustersOf, containersOf, portOf, type Service } from './cluster.ts';
import { serviceAt } from './hosts.ts';
import { type KubernetesObject, selects, type Workload } from './objects.ts';
import { mountedBy } from './stops.ts';

const name = 'network policies';

/** Where policies deny what they do not allow, they allow what configs and arguments ask for. */
export const policiesCheck: Check = async (files, { target }) => {
  const faults = clustersOf(files).flatMap((cluster, index) => {
    const configs = configsOf(files, target).filter((config) => config.cluster === index);
    return cluster.workloads.flatMap((workload) => {
      const holders = mountedBy(workload);
      const read = configs.filter(({ holder }) => holders.has(holder ?? ''));
      return [
        ...read.flatMap((config) =>
          edgesIn(config.text, workload, cluster).map((edge) => inConfig(edge, config)),
        ),
        ...wordsOf(workload)
          .flatMap((text) => edgesIn(text, workload, cluster))
          .map((edge) => inWorkload(edge, workload)),
      ];
    });
  });
  return resultOf(name, files.length, faults);
};

/** An address that a pod asks and that policies do not let through. */
interface Blocked {
  readonly line: number;
  readonly message: string;
}

function wordsOf(workload: Workload): string[] {
  return containersOf(workload).flatMap((container) => [
    ...[...listAt(container, ['args']), ...listAt(container, ['command'])].map(String),
    ...listAt(container, ['env']).map((env) => textAt(env, ['value']) ?? ''),
  ]);
}

function edgesIn(text: string, from: Workload, cluster: Cluster): Blocked[] {
  return addressesIn(text).flatMap(({ host, port, line }) => {
    const found = serviceAt(host, cluster);
    if (found?.service === undefined || port === undefined) return [];
    const { service, isPod } = found;
    return service.workloads.flatMap((to) => {
      // Whoever asks for a Service of its own may reach itself; another pod of its own it can only ask by name.
      if (to.object === from.object && !(isPod && (from.replicas ?? 1) > 1)) return [];
      const target = isPod || service.headless ? port : targetOf(service, to, port);
      const way = target === undefined ? undefined : blockedWay(from, to, target, cluster.objects);
      if (way === undefined) return [];
      const message = `${shown(from)} asks ${host}:${port} here, and no policy allows its ${way} port ${target} of ${shown(to)}`;
      return [{ line, message }];
    });
  });
}

function targetOf(service: Service, to: Workload, port: number): number | undefined {
  const target = service.ports.find((each) => each.port === port)?.target;
  if (target === undefined) return undefined;
  return portOf(to, target) ?? (typeof target === 'number' ? target : undefined);
}

/** The first of the two ways that is denied. */
function blockedWay(
  from: Workload,
  to: Workload,
  port: number,
  objects: readonly KubernetesObject[],
): string | undefined {
  if (!allows(objects, { way: 'egress', of: from, peer: to, port, at: to })) return 'egress to';
  return allows(objects, { way: 'ingress', of: to, peer: from, port, at: to }) ? undefined : 'ingress at';
}

interface Connection {
  readonly way: 'ingress' | 'egress';
  /** Whose policies are asked. */
  readonly of: Workload;
  readonly peer: Workload;
  readonly port: number;
  /** Where the port is. */
  readonly at: Workload;
}

/** Pods that no policy of that way selects may do everything; others what one of them allows. */
function allows(objects: readonly KubernetesObject[], connection: Connection): boolean {
  const { way, of } = connection;
  const policies = objects.filter(
    ({ kind, value, namespace }) =>
      kind === 'NetworkPolicy' &&
      namespace === of.object.namespace &&
      selects(at(value, ['spec', 'podSelector']), of.labels) &&
      isOf(way, value),
  );
  return (
    policies.length === 0 ||
    policies.some(({ value }) => listAt(value, ['spec', way]).some((rule) => matches(rule, connection)))
  );
}

function isOf(way: string, value: unknown): boolean {
  const types = listAt(value, ['spec', 'policyTypes']).map((each) => String(each).toLowerCase());
  if (types.length > 0) return types.includes(way);
  return way === 'ingress' || at(value, ['spec', 'egress']) !== undefined;
}

function matches(rule: unknown, { way, of, peer, port, at: holder }: Connection): boolean {
  const peers = listAt(rule, [way === 'ingress' ? 'from' : 'to']);
  const ports = listAt(rule, ['ports']);
  const fits = (each: unknown) => {
    const own = at(each, ['port']);
    const end = at(each, ['endPort']);
    if (own === undefined || own === port) return true;
    if (typeof own === 'string') return portOf(holder, own) === port;
    return typeof own === 'number' && typeof end === 'number' && own <= port && port <= end;
  };
  return (
    (peers.length === 0 || peers.some((each) => isPeer(each, peer, of))) &&
    (ports.length === 0 || ports.some(fits))
  );
}

/**
 * A selector of namespaces without a selector of pods may mean all of them; which namespaces, and which pods have an
 * address of a block, is not known here. Without one it means the namespace of the policy, which is that of its pods.
 */
function isPeer(each: unknown, { labels, object }: Workload, of: Workload): boolean {
  if (at(each, ['ipBlock']) !== undefined) return true;
  const [pods, spaces] = [at(each, ['podSelector']), at(each, ['namespaceSelector'])];
  if (pods !== undefined && !selects(pods, labels)) return false;
  if (spaces !== undefined) return true;
  const [own, theirs] = [of.object.namespace, object.namespace];
  return pods !== undefined && (own === theirs || own === undefined || theirs === undefined);
}

function inConfig({ line, message }: Blocked, config: Config): Fault {
  return { check: name, path: config.path, line: config.lineOf(line), message, advice };
}

function inWorkload({ message }: Blocked, { object, path }: Workload): Fault {
  return { check: name, path: object.doc.file.path, line: object.doc.lineOf(path), message, advice };
}

const advice = 'allow it in a NetworkPolicy with the port of the container, or do not ask';

function shown({ object }: Workload): string {
  return `${object.kind} ${object.name}`;
}
