import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEngine, startEngine } from '../engines/engine-start.ts';
import { type Keepers, prepareKeepers } from '../engines/keepers.ts';
import {
  apiConfig,
  balancerConfig,
  billingConfig,
  identityConfig,
  type Places,
  usageConfig,
  workerConfig,
} from './configs.ts';
import { type Disk, makeDisk } from './disk.ts';
import type { Customer } from './load.ts';
import { makeNetwork, type Network } from './network.ts';
import { freePorts, type RoleProcess, roleProcess, until } from './processes.ts';
import { type QueueWitness, watchFromOutside } from './queue-witness.ts';

/** The whole service: every role a process from the built product, on real engines. */
export interface Service {
  /** Where customers ask: the load balancer. */
  readonly url: string;
  readonly api: readonly [RoleProcess, RoleProcess];
  /** The second one is in a network namespace of its own, where there are any. */
  readonly workers: readonly [RoleProcess, RoleProcess];
  readonly aggregator: RoleProcess;
  readonly billing: RoleProcess;
  readonly engines: {
    readonly queue: RunningEngine;
    readonly redis: RunningEngine;
    readonly cassandra: RunningEngine;
    readonly keepers: Keepers;
  };
  readonly witness: QueueWitness;
  /** Node k of the queue is in namespace k - 1, the second worker in the last one. */
  readonly network: Network | undefined;
  /** That of the aggregator, and that of the spool of the first API server. */
  readonly disks: { readonly usage: Disk | undefined; readonly spool: Disk | undefined };
  readonly customers: readonly Customer[];
  readonly places: Places;
  readonly secrets: Readonly<Record<string, string>>;
  admin(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** A third of the plan's, so that drills are short; the rules between them are the same. */
const keeperTimes = { detectionTime: 4, fencingTime: 2, promotionTime: 8, renewInterval: 0.5 };
/** Of the management plane without changes, in seconds. */
export const failoverTime = keeperTimes.detectionTime + keeperTimes.promotionTime;

export async function startService(): Promise<Service> {
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    for (const each of stops.splice(0).reverse()) {
      try {
        await each();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  };
  try {
    return { ...(await compose((each) => stops.push(each))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function compose(onStop: (stop: () => Promise<void> | void) => void): Promise<Omit<Service, 'stop'>> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-drills-'));
  chmodSync(folder, 0o711);
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  const network = makeNetwork(4);
  if (network) onStop(network.remove);
  const host = network?.host ?? '127.0.0.1';
  const disk = (name: string, bytes: number) => {
    const made = makeDisk(folder, name, bytes);
    if (made) onStop(made.remove);
    return made;
  };
  const disks = { usage: disk('usage-disk', 96_000_000), spool: disk('spool-disk', 48_000_000) };

  const engine = async (...args: Parameters<typeof startEngine>) => {
    const started = await startEngine(...args);
    onStop(started.stop);
    return started;
  };
  const nodes = network?.namespaces.slice(0, 3);
  const inNamespaces = nodes && {
    hosts: nodes.map((each) => each.host),
    netns: nodes.map((each) => each.name),
  };
  const settled = await Promise.allSettled([
    engine('nats', { nodes: 3, ...inNamespaces }),
    engine('redis', { config: 'maxmemory-policy noeviction' }),
    engine('cassandra', { nodes: 3 }),
    engine('versitygw'),
  ]);
  const [queue, redis, cassandra, gateway] = settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  }) as [RunningEngine, RunningEngine, RunningEngine, RunningEngine];
  const keepers = await prepareKeepers(queue.address, keeperTimes);
  onStop(keepers.stop);
  keepers.start('one');
  await until('there is a primary', async () => (await keepers.state('one'))?.role === 'primary');
  keepers.start('two');

  const ports = await freePorts(host, 9);
  const port = (index: number) => ports[index] ?? 0;
  const access = new URL(gateway.address);
  const contacts = cassandra.addresses.map((address) => new URL(address).host).join(',');
  const spool = disks.spool?.folder ?? folder;
  const places: Places = {
    host,
    queue: queue.address,
    database: keepers.databaseUrl,
    replica: redis.address,
    store: `cassandra://${contacts}/usage?datacenter=dc1`,
    cold: access.origin,
    api: [
      { node: 'a', port: port(0), internal: port(1) },
      { node: 'b', port: port(2), internal: port(3) },
    ],
    aggregator: port(4),
    identity: port(5),
    billing: port(6),
    spool: (node) => join(node === 'a' ? spool : folder, `spool-${node}`),
    usageFolder: join(disks.usage?.folder ?? folder, 'usage'),
    billingFolder: join(folder, 'billing'),
  };
  mkdirSync(places.billingFolder);
  const secrets = {
    DRILL_ADMIN_KEY: randomBytes(32).toString('hex'),
    DRILL_ACCESS_KEY: decodeURIComponent(access.username),
    DRILL_SECRET_KEY: decodeURIComponent(access.password),
  };
  const role = (options: Omit<Parameters<typeof roleProcess>[0], 'folder' | 'secrets'>) => {
    const made = roleProcess({ ...options, folder, secrets });
    onStop(made.stop);
    return made;
  };
  const at = (number: number) => `http://${host}:${number}`;
  const identity = role({
    ...{ name: 'identity', role: 'identity', inner: at(places.identity), config: identityConfig(places) },
  });
  await identity.start();
  const aggregator = role({
    ...{ name: 'usage', role: 'usage', inner: at(places.aggregator), config: usageConfig(places) },
  });
  await aggregator.start();
  const apis = places.api.map(({ node, internal }) =>
    role({ name: `api-${node}`, role: 'api', inner: at(internal), config: apiConfig(places, node) }),
  ) as [RoleProcess, RoleProcess];
  const second = network?.namespaces[3];
  const workers = [
    { host, port: port(7) },
    { host: second?.host ?? host, port: port(8), ...(second ? { netns: second.name } : {}) },
  ].map(({ netns, ...listen }, index) =>
    role({
      ...{ name: `worker-${index + 1}`, role: 'worker', config: workerConfig(places, listen) },
      inner: `http://${listen.host}:${listen.port}`,
      ...(netns ? { netns } : {}),
    }),
  ) as [RoleProcess, RoleProcess];
  const billing = role({
    ...{ name: 'billing', role: 'billing', inner: at(places.billing), config: billingConfig(places) },
  });
  for (const each of [...apis, ...workers, billing]) await each.start();
  const balancer = await engine('haproxy', { config: balancerConfig(places) });

  const admin = createAdmin(at(places.identity), secrets.DRILL_ADMIN_KEY);
  const witness = await watchFromOutside(queue.addresses);
  onStop(witness.close);
  return {
    url: balancer.address,
    api: apis,
    workers,
    aggregator,
    billing,
    engines: { queue, redis, cassandra, keepers },
    witness,
    network,
    disks,
    customers: await makeCustomers(admin),
    places,
    secrets,
    admin,
  };
}

function createAdmin(url: string, key: string): Service['admin'] {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(30_000),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
}

async function makeCustomers(admin: Service['admin']): Promise<readonly Customer[]> {
  const quota = { requestsPerMonth: 1e9, requestsPerSecond: 1e6 };
  await admin('PUT', '/v1/plans/drill', { name: 'Drill', quota });
  const customers: Customer[] = [];
  for (const id of ['ann', 'bob', 'cem']) {
    await admin('POST', '/v1/customers', { id, name: id, plan: 'drill' });
    customers.push({ id, key: String((await admin('POST', `/v1/customers/${id}/keys`, {}))['text']) });
  }
  return customers;
}
