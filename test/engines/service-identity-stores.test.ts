import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityUnavailable } from '../../service/contracts/identity.ts';
import { createAuthenticator } from '../../service/identity/authenticator.ts';
import { DatabaseUnavailable } from '../../service/identity/database.ts';
import { makeKey } from '../../service/identity/key.ts';
import { openDatabase } from '../../service/identity/open-database.ts';
import { openIdentityStore } from '../../service/identity/open-store.ts';
import { createRedisStore } from '../../service/identity/redis-store.ts';
import { createLogger } from '../../service/shared/log.ts';
import { createMetrics } from '../../service/shared/metrics.ts';
import { identity, identityStoreContract, place } from '../service/contracts/identity-store.ts';
import { managementContract } from '../service/contracts/management.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

describe.skipIf(!hasService('redis'))('the data plane on Redis', () => {
  // Independent of each other: the feed writes each, so no replica hangs on another one.
  let first: RunningEngine;
  let second: RunningEngine;
  beforeAll(async () => {
    [first, second] = await Promise.all([startEngine('redis'), startEngine('redis')]);
  }, 60_000);
  afterAll(async () => {
    await first?.stop();
    await second?.stop();
  });

  const opened = async (url: string, timeout = 5) => {
    for (const { address } of [first, second]) await empty(address);
    const store = await openIdentityStore(
      { url, timeout, replicationLag: 2 },
      { logger: createLogger('api', 'silent'), metrics: createMetrics('api') },
    );
    await expect.poll(() => store.position().catch(() => 'connecting'), { timeout: 5000 }).toBeUndefined();
    return store;
  };

  identityStoreContract('one Redis', () => opened(first.address));
  identityStoreContract('two of them', () => opened(`${first.address},${second.address}`));

  it('serves on when one replica is killed, hung or empty, and unavailable when both are gone', async () => {
    const store = await opened(`${first.address},${second.address}`, 0.5);
    try {
      await store.put([identity()]);
      await place(store, 1, 1);
      const findsAll = async () => {
        for (let turn = 0; turn < 6; turn += 1) {
          expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toEqual(identity());
          expect((await store.find('bbbbbbbbbbbbbbbb')).identity).toBeUndefined();
        }
      };
      await first.kill(1, 'SIGSTOP');
      await findsAll();
      await first.kill(1, 'SIGCONT');
      await first.kill(1);
      await findsAll();
      // Without a disk of its own it comes back empty.
      await first.restart(1);
      await empty(first.address);
      await findsAll();
      await first.kill(1);
      await second.kill(1);
      await expect(store.find('aaaaaaaaaaaaaaaa')).rejects.toThrow(IdentityUnavailable);
    } finally {
      await store.close();
      for (const engine of [first, second]) if (engine.pid(1) === undefined) await engine.restart(1);
    }
  }, 60_000);

  it.each([
    ['was emptied', () => empty(first.address)],
    ['restarted, perhaps without its last writes', () => first.kill(1).then(() => first.restart(1))],
  ])(
    'takes no position from a feed that began before it %s',
    async (_, fault) => {
      const store = await opened(first.address);
      try {
        const generation = await store.generation();
        await store.setPosition(1, 1, generation);
        await fault();
        await expect.poll(() => store.position().catch(() => 'away'), { timeout: 10_000 }).not.toBe('away');
        const before = await store.position();
        await expect(store.setPosition(2, 2, generation)).rejects.toThrow('emptied or restarted');
        expect(await store.position()).toEqual(before);
        await place(store, 2, 2);
        expect(await store.position()).toEqual({ version: 2, at: 2 });
      } finally {
        await store.close();
      }
    },
    30_000,
  );

  it('stops a revoked key though one replica answers that the feed does not reach', async () => {
    const store = await opened(`${first.address},${second.address}`);
    const fed = createRedisStore({ url: second.address, timeout: 5 });
    try {
      const at = Date.now();
      await store.put([identity()]);
      await place(store, 1, at);
      for (let turn = 0; turn < 4; turn += 1) {
        expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toEqual(identity());
      }
      await expect.poll(() => fed.position().catch(String)).toMatchObject({ version: 1 });
      await fed.put([identity({ version: 2, revoked: true })]);
      await place(fed, 2, at + 2000);
      // The first may still be answered by hearsay; then whichever of the two has the turn.
      await store.find('aaaaaaaaaaaaaaaa');
      for (let turn = 0; turn < 4; turn += 1) {
        expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toMatchObject({ revoked: true });
      }
    } finally {
      await store.close();
      await fed.close();
    }
  });

  it('lets the edge cache serve stale while it is gone, and recovers when it is back', async () => {
    const key = makeKey();
    const store = await opened(first.address, 0.5);
    let now = 0;
    const cache = createAuthenticator(
      { url: '', timeout: 0.5, ttl: 60, negativeTtl: 5, maxStale: 3600, replicationLag: 2, entries: 10 },
      store,
      { logger: createLogger('api', 'silent'), metrics: createMetrics('api'), clock: () => now },
    );
    try {
      const known = identity({ keyId: key.keyId, secretHash: key.secretHash });
      await store.put([known]);
      await place(store, 1, 1);
      expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known', stale: false });
      await first.kill(1);
      now = 61_000;
      expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known', stale: true });
      now = 3_600_000;
      expect(await cache.authenticate(key.text)).toEqual({ kind: 'unavailable' });
      await first.restart(1);
      await expect
        .poll(() => store.put([known]).then(() => place(store, 1, 1), String), { timeout: 10_000 })
        .toBeUndefined();
      now += 2000;
      expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known', stale: false });
    } finally {
      await store.close();
      if (first.pid(1) === undefined) await first.restart(1);
    }
  }, 60_000);
});

async function empty(address: string): Promise<void> {
  const client = new Redis(address, { retryStrategy: null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.flushall();
  } finally {
    client.disconnect();
  }
}

describe.skipIf(!hasService('postgresql'))('the management plane on a real database', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await startEngine('postgresql');
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
  });

  managementContract('PostgreSQL', () => openDatabase({ url: engine.address }));

  it.each(['53100', '58030'])(
    'that cannot write (%s) is away, and said to be, not a fault of ours',
    async (state) => {
      const database = await openDatabase({ url: engine.address });
      const change = database.transaction((sql) =>
        sql.rows(`do $$ begin raise exception 'no room' using errcode = '${state}'; end $$`),
      );
      await expect(change).rejects.toThrow(DatabaseUnavailable);
      const next = database.transaction((sql) => sql.rows('select 1 as one'));
      await expect(next).resolves.toEqual([{ one: 1 }]);
      await database.close();
    },
  );
});
