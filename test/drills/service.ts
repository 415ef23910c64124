import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningEngine } from '../engines/engine-start.ts';
import { type Balancer, emittedBalancer } from './balancer.ts';
import {
  apiConfig,
  billingConfig,
  identityConfig,
  type Places,
  urlOf,
  usageConfig,
  workerConfig,
} from './configs.ts';
import { type Engines, startEngines, startsEngines } from './engines.ts';
import { type Ground, prepareGround } from './ground.ts';
import type { Customer } from './load.ts';
import { freePorts, type RoleProcess, roleProcess } from './processes.ts';
import { type QueueWitness, watchFromOutside } from './queue-witness.ts';

/** The whole service: every role a process from the built product, on real engines. */
export interface Service {
  /** Where customers ask: the load balancer. */
  readonly url: string;
  /** The first one has a disk of its own, the second one a machine of its own. */
  readonly api: readonly [RoleProcess, RoleProcess];
  /** The second one has a machine of its own. */
  readonly workers: readonly [RoleProcess, RoleProcess];
  readonly aggregator: RoleProcess;
  readonly billing: RoleProcess;
  readonly identity: RoleProcess;
  readonly engines: Engines & { readonly balancer: RunningEngine };
  readonly balancer: Balancer;
  readonly witness: QueueWitness;
  readonly ground: Ground;
  readonly customers: readonly Customer[];
  readonly places: Places;
  readonly secrets: Readonly<Record<string, string>>;
  /** Whether the load balancer shares requests between all API servers. */
  isBalanced(): Promise<boolean>;
  /** Whether the billing role has sealed records in a run that has not ended. */
  isBilling(): boolean;
  /** Bills once as a process of its own, beside the role. */
  billOnce(): Promise<void>;
  admin(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

type OnStop = (stop: () => Promise<void> | void) => void;

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

async function compose(onStop: OnStop): Promise<Omit<Service, 'stop'>> {
  const ground = prepareGround(onStop);
  const start = startsEngines(onStop);
  const engines = await startEngines(ground, start, onStop);
  const ports = await freePorts(ground.host, 10);
  const port = (index: number) => ports[index] ?? 0;
  const { places, secrets } = placesOf(ground, engines, port);
  mkdirSync(places.billingFolder);

  const role = (options: Omit<Parameters<typeof roleProcess>[0], 'folder' | 'secrets'>) => {
    const made = roleProcess({ ...options, folder: ground.folder, secrets });
    onStop(made.stop);
    return made;
  };
  const netnsOf = (name: Parameters<Ground['machine']>[0]) => {
    const { netns } = ground.machine(name);
    return netns ? { netns } : {};
  };
  const identity = role({
    ...{ name: 'identity', role: 'identity', inner: urlOf(places.identity) },
    config: identityConfig(places),
  });
  const aggregator = role({
    ...{ name: 'usage', role: 'usage', inner: urlOf(places.aggregator), ...netnsOf('usage') },
    config: usageConfig(places),
  });
  const apis = places.api.map(({ node, internal }) =>
    role({
      ...{ name: `api-${node}`, role: 'api', inner: urlOf(internal), config: apiConfig(places, node) },
      ...(node === 'b' ? netnsOf('api-b') : {}),
    }),
  ) as [RoleProcess, RoleProcess];
  const workers = [
    { listen: { host: ground.host, port: port(7) } },
    { listen: { host: ground.machine('worker-2').host, port: port(8) }, ...netnsOf('worker-2') },
  ].map(({ listen, ...rest }, index) =>
    role({
      ...{ name: `worker-${index + 1}`, role: 'worker', config: workerConfig(places, listen) },
      ...{ inner: urlOf(listen), ...rest },
    }),
  ) as [RoleProcess, RoleProcess];
  const billingOptions = {
    role: 'billing',
    inner: urlOf(places.billing),
    config: billingConfig(places),
  } as const;
  const billing = role({ ...billingOptions, name: 'billing' });
  const another = role({ ...billingOptions, name: 'billing-once' });
  await Promise.all([identity.start(), aggregator.start()]);
  // One makes what all need in the queue and in the batch store.
  await apis[0].start();
  await Promise.all([apis[1], ...workers, billing].map((each) => each.start()));
  const balancerMetrics = { host: ground.host, port: port(9) };
  const balancer = emittedBalancer(
    places.api.map(({ listen }) => listen),
    balancerMetrics,
  );
  const haproxy = await start('haproxy', { config: balancer.config });

  const admin = createAdmin(urlOf(places.identity), secrets.DRILL_ADMIN_KEY);
  const witness = await watchFromOutside(engines.queue.addresses);
  onStop(witness.close);
  return {
    url: haproxy.address,
    api: apis,
    workers,
    aggregator,
    billing,
    identity,
    engines: { ...engines, balancer: haproxy },
    balancer,
    witness,
    ground,
    customers: await makeCustomers(admin),
    places,
    secrets,
    isBalanced: () => hasAll(urlOf(balancerMetrics), places.api.length),
    isBilling: () => hasFreshSeal(places.billingFolder),
    billOnce: () => another.once(),
    admin,
  };
}

function placesOf(ground: Ground, engines: Engines, port: (index: number) => number) {
  const { host, folder, machine, folderOn } = ground;
  const access = new URL(engines.coldStorage.address);
  const contacts = engines.cassandra.addresses.map((address) => new URL(address).host).join(',');
  const second = machine('api-b').host;
  const places: Places = {
    queue: engines.queue.address,
    database: engines.keepers.databaseUrl,
    replica: engines.redis.address,
    store: `cassandra://${contacts}/usage?datacenter=dc1`,
    cold: access.origin,
    api: [
      { node: 'a', listen: { host, port: port(0) }, internal: { host, port: port(1) } },
      { node: 'b', listen: { host: second, port: port(2) }, internal: { host: second, port: port(3) } },
    ],
    aggregator: { host: machine('usage').host, port: port(4) },
    identity: { host, port: port(5) },
    billing: { host, port: port(6) },
    spool: (node) => (node === 'a' ? join(folderOn('spool-a'), 'spool') : join(folder, `spool-${node}`)),
    usageFolder: join(folderOn('usage'), 'usage'),
    billingFolder: join(folder, 'billing'),
  };
  const secrets = {
    DRILL_ADMIN_KEY: randomBytes(32).toString('hex'),
    DRILL_ACCESS_KEY: decodeURIComponent(access.username),
    DRILL_SECRET_KEY: decodeURIComponent(access.password),
  };
  return { places, secrets };
}

/** Whether a load balancer says at its metrics that so many API servers are up. */
async function hasAll(url: string, servers: number): Promise<boolean> {
  const metrics = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5000) })).text();
  const up = metrics.match(/^haproxy_server_status\{proxy="api",.*state="UP"\} 1$/gm);
  return up?.length === servers;
}

/** Whether records were sealed just now; what a killed run left is older. */
function hasFreshSeal(folder: string): boolean {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\/step\/sealed\/.*\.parquet$/.test(name),
  );
  return files.some((name) => {
    const file = statSync(join(folder, name), { throwIfNoEntry: false });
    return file !== undefined && Date.now() - file.mtimeMs < 300;
  });
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
