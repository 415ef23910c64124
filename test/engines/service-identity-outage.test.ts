import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticator, IdentityStore } from '../../service/contracts/identity.ts';
import type { RunningRole } from '../../service/contracts/role.ts';
import { createAuthenticator } from '../../service/identity/authenticator.ts';
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
  let store: IdentityStore;
  const closed: Authenticator[] = [];

  beforeAll(async () => {
    process.env['HEADROOM_TEST_ADMIN_KEY'] = adminKey;
    [database, replica] = await Promise.all([startEngine('postgresql'), startEngine('redis')]);
    role = await startIdentity(
      {
        listen: { host: '127.0.0.1', port: 0 },
        database: { url: database.address },
        dataPlane: [replica.address],
        replicationLag,
        detectionTime: 10,
        adminKey: { env: 'HEADROOM_TEST_ADMIN_KEY' },
      },
      { logger: createLogger('identity', 'silent'), metrics: createMetrics('identity') },
    );
    store = await openIdentityStore({ url: replica.address, timeout: 1 });
    await ask('PUT', '/v1/plans/basic', {
      name: 'Basic',
      quota: { requestsPerMonth: 1000, requestsPerSecond: 2 },
    });
    await ask('POST', '/v1/customers', { id: 'acme', name: 'Acme', plan: 'basic' });
  }, 60_000);
  afterAll(async () => {
    for (const each of closed) await each.close();
    await role?.close();
    await store?.close();
    await Promise.all([database?.stop(), replica?.stop()]);
    delete process.env['HEADROOM_TEST_ADMIN_KEY'];
  });

  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${role.addresses['listen']}${path}`, {
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
  /** An API server's cache, on a clock of its own. */
  const edge = (clock: () => number) => {
    const made = createAuthenticator(
      { url: '', timeout: 1, ttl: 60, negativeTtl: 5, maxStale: 3600, entries: 100 },
      store,
      { logger: createLogger('api', 'silent'), metrics: createMetrics('api'), clock },
    );
    closed.push(made);
    return made;
  };
  const newKey = async () => {
    const { body } = await ask('POST', '/v1/customers/acme/keys', {});
    return body as { id: string; text: string };
  };
  const reached = (id: string, wanted: object) =>
    expect.poll(() => store.find(id).catch(String), { timeout: 20_000 }).toMatchObject(wanted);
  const lag = async () => {
    const text = await (await fetch(`${role.addresses['listen']}/metrics`)).text();
    return Number(/^headroom_identity_replication_lag_seconds (\S+)$/m.exec(text)?.[1]);
  };

  it('lets a new key in after the negative TTL and the lag, and stops a revoked one after the TTL and the lag', async () => {
    let now = 0;
    const cache = edge(() => now);
    const key = await newKey();
    await reached(key.id, { revoked: false });
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
    await ask('DELETE', `/v1/keys/${key.id}`);
    await reached(key.id, { revoked: true });
    now = 59_999;
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
    now = 60_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unknown' });
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
