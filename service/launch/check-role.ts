import { ConfigInvalid, type ConfigProblem } from '../shared/config.ts';
import type {
  ApiConfig,
  BillingConfig,
  ListenConfig,
  ServiceConfig,
  UsageConfig,
  WorkerConfig,
} from '../shared/config-types.ts';
import { addressProblems, httpForm, orEmbedded, redisForm } from './addresses.ts';
import type { LaunchedRole } from './arguments.ts';
import { queueProblems, retryProblems, secretProblems, unless } from './check-parts.ts';
import { coldStoreProblems, usageStoreProblems } from './check-stores.ts';

type Problems = Promise<readonly ConfigProblem[]>;

/**
 * Looks at what the schema cannot say, before anything is opened: addresses, secrets, and keys that must fit each
 * other, of the sections that the role uses. Throws ConfigInvalid with all that is wrong.
 */
export async function checkRole(role: LaunchedRole, config: ServiceConfig, file?: string): Promise<void> {
  const problems = await checks[role](config);
  if (problems.length > 0) throw new ConfigInvalid(problems, file);
}

const checks: Readonly<Record<LaunchedRole, (config: ServiceConfig) => Problems>> = {
  api: ({ api }) => section('api', api, apiProblems),
  worker: ({ worker }) =>
    section('worker', worker, async (each) => [
      ...addressProblems('worker.usage.url', each.usage.url, httpForm),
      ...(await workerProblems(each)),
    ]),
  identity: ({ identity }) =>
    section('identity', identity, async (each) => (await ofIdentity()).identityProblems(each)),
  keeper: ({ identity }) =>
    section('identity', identity, async (each) => (await ofIdentity()).keeperProblems(each)),
  usage: ({ usage }) => section('usage', usage, usageProblems),
  billing: ({ billing }) => section('billing', billing, billingProblems),
  all: allProblems,
};

/** Loaded where it is asked: it knows PostgreSQL. */
const ofIdentity = () => import('./check-identity.ts');

async function section<T>(path: string, value: T | undefined, check: (value: T) => Problems): Problems {
  return value === undefined ? [{ path, message: 'missing' }] : check(value);
}

async function apiProblems(api: ApiConfig): Problems {
  const { identity, peers = [], internalUrl, usage } = api;
  return [
    ...apiOwnProblems(api),
    ...addressProblems('api.identity.url', identity.url, orEmbedded(redisForm)),
    ...peers.flatMap(({ url }, index) => addressProblems(`api.peers.${index}.url`, url, httpForm)),
    ...(internalUrl === undefined ? [] : addressProblems('api.internalUrl', internalUrl, httpForm)),
    ...(await secretProblems({ 'api.identity.password': identity.password })),
    ...(usage ? await usageStoreProblems('api.usage.store', usage.store) : []),
  ];
}

/** Those that hold in a process of all roles too, where the stores are other ones. */
function apiOwnProblems({ listen, internalListen, deadline, identity, queue, retry, sources }: ApiConfig) {
  const within = (path: string, time: number) =>
    unless(time < deadline, path, `must be below api.deadline (${deadline} s), which waits for it`);
  return [
    ...unless(
      !areSame(listen, internalListen),
      'api.internalListen',
      'must not be the address of api.listen',
    ),
    ...within('api.identity.timeout', identity.timeout),
    ...within('api.queue.publishTimeout', queue.publishTimeout),
    ...retryProblems('api.retry', retry),
    ...queueProblems('api.queue', queue),
    ...sources.flatMap((source, index) =>
      unless(isSource(source), `api.sources.${index}`, 'must be a host, *.host, or http(s)://host:port'),
    ),
  ];
}

function areSame(one: ListenConfig, other: ListenConfig): boolean {
  return one.host === other.host && one.port === other.port && one.port !== 0;
}

function isSource(source: string): boolean {
  return source.includes('://')
    ? httpForm.fits(source)
    : /^(?:\*\.)?[a-z\d-]+(?:\.[a-z\d-]+)*$/i.test(source);
}

async function workerProblems({ deadline, queue }: WorkerConfig): Problems {
  return [
    ...unless(
      deadline < queue.ackWait,
      'worker.deadline',
      `must be below worker.queue.ackWait (${queue.ackWait} s), after which another worker gets the job`,
    ),
    ...queueProblems('worker.queue', queue),
  ];
}

async function usageProblems({ retry, store, folder, coldStore }: UsageConfig): Problems {
  return [
    ...retryProblems('usage.retry', retry),
    ...(await usageStoreProblems('usage.store', store, folder)),
    ...(await coldStoreProblems('usage.coldStore', coldStore)),
  ];
}

async function billingProblems(billing: BillingConfig): Problems {
  const own = (await import('../billing/check.ts')).billingProblems(billing);
  return [...own, ...(await coldStoreProblems('billing.coldStore', billing.coldStore))];
}

/** The process of all roles has its own data plane and log of usage, and makes the file of the admin key. */
async function allProblems({ api, worker, identity, usage, billing }: ServiceConfig): Problems {
  return (
    await Promise.all([
      section('api', api, async (each) => apiOwnProblems(each)),
      section('worker', worker, workerProblems),
      section('identity', identity, async (each) => [
        ...(await (await ofIdentity()).databaseProblems(each)),
        ...(await secretProblems(each.adminKey?.env ? { 'identity.adminKey': each.adminKey } : {})),
      ]),
      section('usage', usage, usageProblems),
      section('billing', billing, billingProblems),
    ])
  ).flat();
}
