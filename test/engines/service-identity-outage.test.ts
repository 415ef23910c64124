import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticator, IdentityStore } from '../../service/contracts/identity.ts';
import type { RunningRole } from '../../service/contracts/role.ts';
import { createAuthenticator } from '../../service/identity/authenticator.ts';
import { openDatabase } from '../../service/identity/open-database.ts';
import { openIdentityStore } from '../../service/identity/open-store.ts';
import { startIdentity } from '../../service/identity/start.ts';
import { createLogger } from '../../service/shared/log.ts';
import { createMetrics } from '../../service/shared/metrics.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

const adminKey = 'admin';
const replicationLag = 2;

describe.skipIf(!hasService('postgresql', 'redis'))('identity as a whole on real engines', () => {
  let database: RunningEngine;
  let replica: RunningEngine;
  let role: RunningRole;
  /** The management plane on another node: of the changes made there the feed hears only when it looks. */
  let other: RunningRole;
  let store: IdentityStore;
  const closed: Authenticator[] = [];

  beforeAll(async () => {
    process.env['HEADROOM_TEST_ADMIN_KEY'] = adminKey;
    [database, replica] = await Promise.all([startEngine('postgresql'), startEngine('redis')]);
    role = await identityRole([replica.address]);
    other = await identityRole([]);
    store = await connected(replica.address);
    await ask('PUT', '/v1/plans/basic', {
      name: 'Basic',
      quota: { requestsPerMonth: 1000, requestsPerSecond: 2 },
    });
    await ask('POST', '/v1/customers', { id: 'acme', name: 'Acme', plan: 'basic' });
  }, 60_000);
  afterAll(async () => {
    for (const each of closed) await each.close();
    await role?.close();
    await other?.close();
    await store?.close();
    await Promise.all([database?.stop(), replica?.stop()]);
    delete process.env['HEADROOM_TEST_ADMIN_KEY'];
  });

  const identityRole = (dataPlane: readonly string[]) =>
    startIdentity(
      {
        listen: { host: '127.0.0.1', port: 0 },
        database: { url: database.address },
        dataPlane,
        replicationLag,
        detectionTime: 10,
        adminKey: { env: 'HEADROOM_TEST_ADMIN_KEY' },
      },
      { logger: createLogger('identity', 'silent'), metrics: createMetrics('identity') },
    );
  const connected = async (url: string) => {
    const opened = await openIdentityStore(
      { url, timeout: 1, replicationLag },
      { logger: createLogger('api', 'silent'), metrics: createMetrics('api') },
    );
    await timeUntil(() =>
      opened.position().then(
        () => true,
        () => false,
      ),
    );
    return opened;
  };
  const ask = async (method: string, path: string, body?: unknown, node = role) => {
    const response = await fetch(`${node.addresses['listen']}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  };
  const config = {
    ...{ url: '', timeout: 1, ttl: 60, negativeTtl: 5, maxStale: 3600, replicationLag, entries: 100 },
  };
  const dependencies = () => ({ logger: createLogger('api', 'silent'), metrics: createMetrics('api') });
  /** An API server's cache; on a clock of its own where one is given. */
  const edge = (
    clock?: () => number,
    lives: { readonly ttl?: number; readonly negativeTtl?: number } = {},
  ) => {
    const made = createAuthenticator({ ...config, ...lives }, store, {
      ...dependencies(),
      ...(clock ? { clock } : {}),
    });
    closed.push(made);
    return made;
  };
  /** What a cache says that has just started, on each of the stores. */
  const kindsAt = (stores: readonly IdentityStore[], text: string) =>
    Promise.all(
      stores.map(async (each) => {
        const cache = createAuthenticator(config, each, dependencies());
        const { kind } = await cache.authenticate(text);
        await cache.close();
        return kind;
      }),
    );
  const newKey = async (node = role) => {
    const { body } = await ask('POST', '/v1/customers/acme/keys', {}, node);
    return body as { id: string; text: string };
  };
  const has = async (id: string) => (await store.find(id)).identity;
  const reached = (id: string, wanted: object) =>
    expect.poll(() => has(id).catch(String), { timeout: 20_000 }).toMatchObject(wanted);
  /** Seconds from now, on a clock that does not go back, until it is so. */
  const timeUntil = async (isSo: () => Promise<boolean>) => {
    const from = performance.now();
    while (!(await isSo())) {
      if (performance.now() - from > 30_000) throw new Error('it is not so after half a minute');
      await sleep(5);
    }
    return (performance.now() - from) / 1000;
  };
  const lag = async () => {
    const text = await (await fetch(`${role.addresses['listen']}/metrics`)).text();
    return Number(/^headroom_identity_replication_lag_seconds (\S+)$/m.exec(text)?.[1]);
  };

  it.each([
    ['which feeds the replica and is woken by the change', () => role],
    ['whose feed does not reach the replica', () => other],
  ])('has a change on the replica within the lag of the answer of the node %s', async (_, node) => {
    const seconds: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const key = await newKey(node());
      seconds.push(await timeUntil(async () => (await has(key.id))?.revoked === false));
      await ask('DELETE', `/v1/keys/${key.id}`, undefined, node());
      seconds.push(await timeUntil(async () => (await has(key.id))?.revoked === true));
    }
    expect(Math.max(...seconds)).toBeLessThanOrEqual(replicationLag);
  });

  it('lets a new key in that was tried before, after the negative TTL and within it and the lag', async () => {
    const negativeTtl = 1;
    const cache = edge(undefined, { negativeTtl });
    // Made on the other node, a key is mostly tried before the replica has it.
    let key: { readonly text: string };
    let tried: number;
    let answered: number;
    do {
      key = await newKey(other);
      answered = performance.now();
      tried = performance.now();
    } while ((await cache.authenticate(key.text)).kind !== 'unknown');
    await timeUntil(async () => (await cache.authenticate(key.text)).kind === 'known');
    const works = performance.now();
    expect(works - tried).toBeGreaterThanOrEqual(negativeTtl * 1000);
    expect(works - answered).toBeLessThanOrEqual((negativeTtl + replicationLag) * 1000);
  });

  it('stops a revoked key that is cached, after the TTL and within it and the lag', async () => {
    const ttl = 3;
    const cache = edge(undefined, { ttl });
    const key = await newKey();
    await reached(key.id, { revoked: false });
    const cached = performance.now();
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
    await ask('DELETE', `/v1/keys/${key.id}`, undefined, other);
    const answered = performance.now();
    await timeUntil(async () => (await cache.authenticate(key.text)).kind === 'unknown');
    const stopped = performance.now();
    expect(stopped - cached).toBeGreaterThanOrEqual(ttl * 1000);
    expect(stopped - answered).toBeLessThanOrEqual((ttl + replicationLag) * 1000);
  });

  it('stops a revoked key on servers that start later, though one of two replicas is not fed any more', async () => {
    const cut = await startEngine('redis');
    const orders = [`${cut.address},${replica.address}`, `${replica.address},${cut.address}`];
    const stores = await Promise.all(orders.map(connected));
    try {
      const key = await newKey();
      const both = await identityRole([cut.address, replica.address]);
      try {
        await expect.poll(() => kindsAt(stores, key.text), { timeout: 10_000 }).toEqual(['known', 'known']);
        await expect.poll(() => stores[0]?.position()).toBeDefined();
      } finally {
        await both.close();
      }
      await ask('DELETE', `/v1/keys/${key.id}`);
      await sleep(replicationLag * 1000);
      for (let start = 0; start < 4; start += 1) {
        expect(await kindsAt(stores, key.text)).toEqual(['unknown', 'unknown']);
      }
    } finally {
      for (const each of stores) await each.close();
      await cut.stop();
    }
  });

  it('stops a key that a restored backup does not have, within the TTL and the lag, and lets others in', async () => {
    const ttl = 1;
    const cache = edge(undefined, { ttl });
    const kept = await newKey();
    const backup = await openDatabase({ url: database.address });
    try {
      const [counter] = await backup.transaction((sql) =>
        sql.rows<{ version: number }>('select version::float8 as version from change_counter'),
      );
      const lost = await newKey();
      await reached(lost.id, { revoked: false });
      expect(await cache.authenticate(lost.text)).toMatchObject({ kind: 'known' });
      // What a backup from between the two has.
      await backup.transaction(async (sql) => {
        await sql.rows('delete from keys where id = $1', [lost.id]);
        for (const table of ['changes', 'audit']) {
          await sql.rows(`delete from ${table} where version > $1`, [counter?.version ?? 0]);
        }
        await sql.rows('update change_counter set version = $1', [counter?.version ?? 0]);
      });
      const restored = performance.now();
      await timeUntil(async () => (await cache.authenticate(lost.text)).kind === 'unknown');
      expect(performance.now() - restored).toBeLessThanOrEqual((ttl + replicationLag) * 1000);
      expect(await edge().authenticate(lost.text)).toEqual({ kind: 'unknown' });
      expect((await ask('DELETE', `/v1/keys/${lost.id}`)).status).toBe(404);
      for (const key of [kept, await newKey()]) {
        await reached(key.id, { revoked: false });
        expect(await edge().authenticate(key.text)).toMatchObject({ kind: 'known' });
      }
    } finally {
      await backup.close();
    }
  });

  it('serves requests while the management plane is down, also from cold caches, and changes nothing meanwhile', async () => {
    const warm = edge(() => 0);
    const key = await newKey();
    await reached(key.id, { customer: 'acme' });
    expect(await warm.authenticate(key.text)).toMatchObject({ kind: 'known' });
    await database.kill(1);
    try {
      expect(await warm.authenticate(key.text)).toMatchObject({ kind: 'known', stale: false });
      expect(await edge(() => 0).authenticate(key.text)).toMatchObject({ kind: 'known', stale: false });
      const refused = await ask('POST', '/v1/customers/acme/keys', {});
      expect(refused).toMatchObject({ status: 503, body: { code: 'no-primary' } });
      expect((await fetch(`${role.addresses['listen']}/readyz`)).status).toBe(503);
      await expect.poll(lag, { timeout: 20_000 }).toBeGreaterThan(replicationLag);
    } finally {
      await database.restart(1);
    }
    await expect
      .poll(async () => (await fetch(`${role.addresses['listen']}/readyz`)).status, { timeout: 20_000 })
      .toBe(200);
    await ask('DELETE', `/v1/keys/${key.id}`);
    await reached(key.id, { revoked: true });
    await expect.poll(lag, { timeout: 20_000 }).toBeLessThan(replicationLag);
  }, 60_000);

  it('fills a replica that came back empty, which refuses nobody meanwhile', async () => {
    const key = await newKey();
    await reached(key.id, { customer: 'acme' });
    const client = new Redis(replica.address);
    client.on('error', () => {});
    await client.flushall();
    client.disconnect();
    const cache = edge(() => 0);
    const kinds = new Set<string>();
    await expect
      .poll(
        async () => {
          const { kind } = await cache.authenticate(key.text);
          kinds.add(kind);
          return kind;
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe('known');
    expect(kinds).not.toContain('unknown');
  }, 30_000);

  it('starts without its database, and works once there is one', async () => {
    await database.kill(1);
    const early = await startIdentity(
      {
        listen: { host: '127.0.0.1', port: 0 },
        database: { url: database.address },
        dataPlane: [],
        replicationLag,
        detectionTime: 10,
      },
      { logger: createLogger('identity', 'silent'), metrics: createMetrics('identity') },
    );
    const ready = async () => (await fetch(`${early.addresses['listen']}/readyz`)).status;
    try {
      expect(await ready()).toBe(503);
      await database.restart(1);
      await expect.poll(ready, { timeout: 30_000 }).toBe(200);
      const { status } = await fetch(`${early.addresses['listen']}/v1/customers`);
      expect(status).toBe(403);
    } finally {
      await early.close();
      if (database.pid(1) === undefined) await database.restart(1);
    }
  }, 60_000);
});
