import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../service/all/defaults.ts';
import type { LaunchedRole } from '../../../service/launch/arguments.ts';
import { checkRole } from '../../../service/launch/check-role.ts';
import { ConfigInvalid, checkConfig } from '../../../service/shared/config.ts';
import type { ServiceConfig } from '../../../service/shared/config-types.ts';
import { smallInput, smallTree } from '../../emit/local-tree.ts';

let folder: string;
let secret: { readonly file: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-check-role-'));
  secret = { file: join(folder, 'secret') };
  writeFileSync(secret.file, 'open sesame\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every role of a fleet, with nothing wrong. */
function whole(): Required<ServiceConfig> {
  const { api, worker, identity, usage, billing, ...rest } = defaultConfig({
    ...{ data: folder, port: 0, cores: 1 },
  }) as Required<ServiceConfig>;
  const store = { ...usage.store, url: 'cassandra://a:1,b:2/headroom?datacenter=dc1', replicas: 3 };
  const queue = { ...api.queue, url: 'nats://a:1, b:2,tls://user:pass@c:3', replicas: 3 };
  const keeper = {
    ...{
      node: 'one',
      nodes: [
        { node: 'one', host: 'a', port: 1 },
        { node: 'two', host: 'b', port: 2 },
      ],
    },
    ...{ listen: api.listen, witness: { url: 'nats://a:1', replicas: 3 }, folder, binaries: folder },
    ...{ password: secret, allow: ['samenet'], renewInterval: 1, fencingTime: 5, promotionTime: 20 },
  };
  return {
    ...rest,
    api: {
      ...{
        ...api,
        queue,
        internalUrl: 'http://api-1:8081',
        peers: [{ node: 'b', url: 'http://[::1]:8081' }],
      },
      identity: { ...api.identity, url: 'redis://a:1,redis://b:2,c:3', password: secret },
      sources: ['images.example.com', '*.example.com', 'http://images.example.com:8080'],
      usage: { store, refresh: 60 },
    },
    worker: { ...worker, queue, usage: { url: 'http://127.0.0.1:9100' } },
    identity: {
      ...{ ...identity, dataPlane: ['redis://a:1', 'rediss://:pass@b:2/0'], adminKey: secret, keeper },
      database: { url: 'postgres://user@a:1,b:2/headroom', password: secret },
    },
    usage: { ...usage, store },
    billing: {
      ...billing,
      coldStore: {
        ...billing.coldStore,
        url: 'https://s3.example.com',
        accessKey: secret,
        secretKey: secret,
      },
    },
  };
}

async function problemsOf(role: LaunchedRole, config: unknown): Promise<readonly string[]> {
  try {
    await checkRole(role, checkConfig(config), 'role.json');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

const pathsOf = (problems: readonly string[]) => problems.map((each) => each.split(':')[0]);

describe('a role looks at its config before it opens anything', () => {
  it.each(['api', 'worker', 'identity', 'keeper', 'usage', 'billing'] as const)(
    'and finds nothing where there is nothing wrong: %s',
    async (role) => expect(await problemsOf(role, whole())).toEqual([]),
  );

  it('nor in what all runs with when nobody says anything', async () => {
    expect(await problemsOf('all', defaultConfig({ data: folder, port: 0, cores: 2 }))).toEqual([]);
  });

  it.each(['local', 'compose'] as const)(
    'nor in what is emitted for %s, but that secrets are yet to be made',
    async (target) => {
      const tree = smallTree(smallInput(target));
      const configs = [...tree.keys()].filter((path) => path.startsWith('config/'));
      expect(configs.length).toBeGreaterThan(8);
      for (const path of configs) {
        const role = /^config\/([a-z]+)/.exec(path)?.[1] as LaunchedRole;
        const filled = (tree.get(path) ?? '').replaceAll(/\$\{[\w ]+\}/g, folder);
        const problems = await problemsOf(role, JSON.parse(filled));
        expect(problems.filter((each) => !each.includes('no secret in file'))).toEqual([]);
      }
    },
  );

  it('tells all at once: addresses, secrets, quorums, and keys that do not fit each other', async () => {
    const { api, ...rest } = whole();
    const wrong = {
      ...rest,
      api: {
        ...api,
        listen: { host: '127.0.0.1', port: 8080 },
        internalListen: { host: '127.0.0.1', port: 8080 },
        internalUrl: 'http://api-1:8081/',
        peers: [...(api.peers ?? []), { node: 'c', url: 'api-3:8081' }],
        sources: ['images.example.com', 'https://images.example.com/all'],
        retry: { first: 3, most: 2 },
        identity: {
          ...api.identity,
          url: 'redis://a:1,b:99999',
          password: { env: 'HEADROOM_TEST_NO_SUCH' },
          timeout: 16,
        },
        queue: { ...api.queue, url: 'nats://a:1,http://b:2', replicas: 7, deduplicationWindow: 90_000 },
        usage: { store: { ...api.usage?.store, writeQuorum: 4, url: 'cassandra://' }, refresh: 60 },
      },
    };
    expect(await problemsOf('api', wrong)).toEqual([
      'api.internalListen: must not be the address of api.listen',
      'api.identity.timeout: must be below api.deadline (16 s), which waits for it',
      'api.retry.first: must not be above most',
      'api.queue.url: must be embedded or nats://host:port, several of them separated by commas; address 2 of 2 is http://…',
      'api.queue.replicas: JetStream keeps at most 5',
      'api.queue.deduplicationWindow: must not be above 86400 s',
      'api.sources.1: must be a host, *.host, or http(s)://host:port',
      'api.identity.url: must be embedded or redis://host:port, several of them separated by commas; address 2 of 2 is redis://…',
      'api.peers.1.url: must be http://host:port; it has no scheme',
      'api.internalUrl: must be http://host:port; it is http://…',
      'api.identity.password: no secret in environment variable HEADROOM_TEST_NO_SUCH',
      'api.usage.store.url: must be embedded or cassandra://host:port,host:port/keyspace?datacenter=name',
      'api.usage.store.writeQuorum: 4 of 3 replicas is neither one, nor a majority, nor all of them',
    ]);
    // What others use is theirs.
    expect(await problemsOf('worker', wrong)).toEqual([]);
  });

  it('so does a worker', async () => {
    const { worker, ...rest } = whole();
    const wrong = { ...worker, deadline: 6, usage: { url: 'embedded' }, queue: { ...worker.queue, url: '' } };
    expect(pathsOf(await problemsOf('worker', { ...rest, worker: wrong }))).toEqual([
      'worker.usage.url',
      'worker.deadline',
      'worker.queue.url',
    ]);
    const several = await problemsOf('worker', { ...rest, worker: { ...worker, jobsPerProcess: 2 } });
    expect(several).toEqual(['worker.jobsPerProcess: must be <= 1']);
  });

  it('so does the management plane, and the keeper of its database', async () => {
    const { identity, ...rest } = whole();
    const wrong = {
      ...identity,
      database: { url: 'postgres://a%@b:1/headroom' },
      dataPlane: ['redis://a:1,:2', 'a:1'],
      adminKey: { file: folder },
      keeper: {
        ...{ ...identity.keeper, node: 'three', renewInterval: 4, fencingTime: 20 },
        ...{ password: { file: join(folder, 'none') }, witness: { url: 'redis://a:1', replicas: 6 } },
      },
    };
    expect(await problemsOf('identity', { ...rest, identity: wrong })).toEqual([
      'identity.database.url: must be embedded, embedded:FOLDER or postgres://user@host:port,host:port/database',
      'identity.dataPlane.0: must be embedded or redis://host:port, several of them separated by commas; address 2 of 2 is redis://…',
      'identity.dataPlane.1: must be embedded or redis://host:port, several of them separated by commas; it has no scheme',
      `identity.adminKey: no secret in file ${folder} (EISDIR)`,
    ]);
    expect(pathsOf(await problemsOf('keeper', { ...rest, identity: wrong }))).toEqual([
      'identity.database.password',
      'identity.keeper.nodes',
      'identity.keeper.renewInterval',
      'identity.keeper.fencingTime',
      'identity.database.url',
      'identity.keeper.witness.url',
      'identity.keeper.witness.replicas',
      'identity.keeper.password',
    ]);
  });

  it.each([
    ['ftp://a', 'b', 'url'],
    ['nowhere', 'b', 'url'],
    ['file://elsewhere/a', 'b', 'url'],
    ['http://key:secret@a', 'b', 'url'],
    ['file:///a', '../b', 'bucket'],
  ])('refuses cold storage at %s with the bucket %s', async (url, bucket, key) => {
    const { usage, ...rest } = whole();
    const problems = await problemsOf('usage', {
      ...rest,
      usage: { ...usage, coldStore: { url, bucket, retention: 1 } },
    });
    expect(pathsOf(problems)).toEqual([`usage.coldStore.${key}`]);
  });

  it.each([
    [{ cpuSecond: '0.0000000001', byte: '0' }, 60, ['billing.prices.cpuSecond']],
    [{ cpuSecond: '1000000', byte: '1' }, 60, ['billing.prices.cpuSecond', 'billing.prices.byte']],
    [{ cpuSecond: '0', byte: '0.0000000000000001' }, 1e-9, ['billing.prices.byte', 'billing.period']],
  ])(
    'refuses prices and a period with which bills could not be exact: %j, %d s',
    async (prices, period, paths) => {
      const { billing, ...rest } = whole();
      expect(
        pathsOf(await problemsOf('billing', { ...rest, billing: { ...billing, prices, period } })),
      ).toEqual(paths);
    },
  );

  it('asks for the other half of a key of cold storage', async () => {
    const { billing, ...rest } = whole();
    const { secretKey: _, ...coldStore } = billing.coldStore;
    expect(await problemsOf('billing', { ...rest, billing: { ...billing, coldStore } })).toEqual([
      'billing.coldStore.secretKey: missing; the two belong together',
    ]);
  });

  it('says of sections that are missing that they are', async () => {
    const { schema, logLevel } = whole();
    expect(await problemsOf('api', { schema, logLevel })).toEqual(['api: missing']);
  });

  it.each([
    'redis://user:hunter2@host:99999',
    'redis://user:hunter2@',
    'postgres://user:hunter2',
    'http://user:hunter2@host:1/path',
    'hunter2@host',
    'hunter2',
  ])('never shows a password in an address: %s', async (url) => {
    const { api, worker, identity, usage, billing, ...rest } = whole();
    const coldStore = { ...usage.coldStore, url };
    const wrong = {
      ...rest,
      api: {
        ...{
          ...api,
          internalUrl: url,
          peers: [{ node: 'b', url }],
          queue: { ...api.queue, url: `${url},/${url}` },
        },
        ...{ identity: { ...api.identity, url }, usage: { store: { ...usage.store, url }, refresh: 1 } },
      },
      worker: { ...worker, usage: { url } },
      identity: { ...identity, database: { url }, dataPlane: [url] },
      usage: { ...usage, coldStore, store: { ...usage.store, url } },
      billing: { ...billing, coldStore },
    };
    for (const role of ['api', 'worker', 'identity', 'usage', 'billing'] as const) {
      const problems = await problemsOf(role, wrong);
      expect(problems).not.toEqual([]);
      expect(problems.join('\n')).not.toContain('hunter2');
    }
  });
});
