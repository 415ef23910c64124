import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityStore, IdentityUnavailable } from '../../../service/contracts/identity.ts';
import { createAuthenticator } from '../../../service/identity/authenticator.ts';
import { createComparison } from '../../../service/identity/comparison.ts';
import { hashSecret, makeKey, type NewKey } from '../../../service/identity/key.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { replicated } from '../../../service/identity/replicated-store.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics, type Metrics } from '../../../service/shared/metrics.ts';
import { identity, place } from '../contracts/identity-store.ts';

const config = {
  url: 'embedded',
  timeout: 0.05,
  ttl: 60,
  negativeTtl: 5,
  maxStale: 3600,
  replicationLag: 2,
  entries: 100,
};

let now: number;
let key: NewKey;
let plane: IdentityStore;
let away: boolean;
let asked: string[];
let metrics: Metrics;

beforeEach(async () => {
  now = 0;
  away = false;
  asked = [];
  key = makeKey();
  metrics = createMetrics('api');
  const memory = createMemoryStore();
  plane = {
    ...memory,
    find: async (keyId) => {
      asked.push(keyId);
      if (away) throw new IdentityUnavailable('away');
      return memory.find(keyId);
    },
  };
  await plane.put([known()]);
  await place(plane, 1, 1);
});

let opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened) await each.close();
  opened = [];
});

function known(over: Parameters<typeof identity>[0] = {}) {
  return identity({ keyId: key.keyId, secretHash: key.secretHash, ...over });
}

function authenticator(over: Partial<typeof config> = {}) {
  const logger = createLogger('api', 'silent');
  const made = createAuthenticator({ ...config, ...over }, plane, { logger, metrics, clock: () => now });
  opened.push(made);
  return made;
}

async function counted(name: string): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(name) && !line.endsWith(' 0'));
}

describe('the edge cache', () => {
  it('knows a key by its secret, and asks the data plane once within the TTL', async () => {
    const cache = authenticator();
    for (now = 0; now < 60_000; now += 10_000) {
      expect(await cache.authenticate(key.text)).toEqual({
        kind: 'known',
        identity: known(),
        stale: false,
      });
    }
    expect(asked).toHaveLength(1);
    expect(await counted('headroom_identity_cache_lookups_total')).toEqual([
      'headroom_identity_cache_lookups_total{result="hit"} 5',
      'headroom_identity_cache_lookups_total{result="miss"} 1',
    ]);
    expect(await counted('headroom_identity_cache_entries')).toEqual(['headroom_identity_cache_entries 1']);
  });

  it('answers a wrong secret, an unknown key and a revoked key alike', async () => {
    const cache = authenticator();
    const wrong = `hr_${key.keyId}_${makeKey().text.slice(-43)}`;
    const revoked = makeKey();
    await plane.put([identity({ keyId: revoked.keyId, secretHash: revoked.secretHash, revoked: true })]);
    for (const text of [wrong, makeKey().text, revoked.text]) {
      expect(await cache.authenticate(text)).toEqual({ kind: 'unknown' });
    }
  });

  it('never asks the data plane for what has not the form of a key', async () => {
    const cache = authenticator();
    for (const text of [
      '',
      'hr_',
      `${key.text}x`,
      key.text.toUpperCase(),
      `${key.text}\n`,
      'x'.repeat(1e5),
    ]) {
      expect(await cache.authenticate(text)).toEqual({ kind: 'unknown' });
    }
    expect(asked).toEqual([]);
  });

  it('asks once for all who wait for the same key', async () => {
    const cache = authenticator();
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.authenticate(key.text)));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['known']));
    expect(asked).toHaveLength(1);
  });

  it('holds no more entries than its limit, and guesses push no customer out', async () => {
    const cache = authenticator({ entries: 3 });
    await cache.authenticate(key.text);
    for (let guess = 0; guess < 20; guess += 1) await cache.authenticate(makeKey().text);
    asked = [];
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
    expect(asked).toEqual([]);
    const others = Array.from({ length: 5 }, () => makeKey());
    await plane.put(others.map(({ keyId, secretHash }) => identity({ keyId, secretHash })));
    for (const other of others) await cache.authenticate(other.text);
    expect(await counted('headroom_identity_cache_entries')).toEqual(['headroom_identity_cache_entries 3']);
  });

  it('remembers no more unknown keys than its limit, however many are guessed', async () => {
    const cache = authenticator({ entries: 3 });
    const guesses = Array.from({ length: 4 }, () => makeKey().text);
    for (const guess of guesses) await cache.authenticate(guess);
    asked = [];
    for (const guess of guesses.slice(1)) await cache.authenticate(guess);
    expect(asked).toEqual([]);
    await cache.authenticate(guesses[0] ?? '');
    expect(asked).toHaveLength(1);
  });

  it('hashes and compares as much for an unknown name as for a wrong secret', async () => {
    const cache = authenticator();
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    const lengths = async (text: string) => {
      compare.mockClear();
      expect(await cache.authenticate(text)).toEqual({ kind: 'unknown' });
      return compare.mock.calls.map(([left, right]) => [left.byteLength, right.byteLength]);
    };
    try {
      expect(await lengths(`hr_${key.keyId}_${makeKey().text.slice(-43)}`)).toEqual([[32, 32]]);
      expect(await lengths(makeKey().text)).toEqual([[32, 32]]);
    } finally {
      compare.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('tells how old the replica is that answered last', async () => {
    await place(plane, 2, Date.now() - 90_000);
    await authenticator().authenticate(key.text);
    const [line] = await counted('headroom_identity_data_age_seconds');
    expect(Number(line?.split(' ')[1])).toBeGreaterThanOrEqual(90);
  });

  it('lets a new key in once the negative TTL is over, even if it was tried before', async () => {
    const cache = authenticator();
    const fresh = makeKey();
    expect(await cache.authenticate(fresh.text)).toEqual({ kind: 'unknown' });
    await plane.put([identity({ keyId: fresh.keyId, secretHash: fresh.secretHash, version: 2 })]);
    now = 4999;
    expect(await cache.authenticate(fresh.text)).toEqual({ kind: 'unknown' });
    now = 5000;
    expect(await cache.authenticate(fresh.text)).toMatchObject({ kind: 'known', stale: false });
  });

  it('stops a revoked key within the TTL, and lets an unblocked customer in within the negative TTL', async () => {
    const cache = authenticator();
    await cache.authenticate(key.text);
    await plane.put([known({ revoked: true, version: 2 })]);
    now = 59_999;
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
    now = 60_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unknown' });
    await plane.put([known({ version: 3 })]);
    now = 65_000;
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
  });

  it('counts the TTL from when it asked, so that a slow answer cannot stretch it', async () => {
    const slow = { ...plane, find: async (keyId: string) => plane.find(keyId) };
    const cache = createAuthenticator(
      config,
      {
        ...slow,
        find: async (keyId) => {
          const found = await plane.find(keyId);
          now += 30_000;
          return found;
        },
      },
      { logger: createLogger('api', 'silent'), metrics, clock: () => now },
    );
    await cache.authenticate(key.text);
    now = 60_000;
    await cache.authenticate(key.text);
    expect(asked).toHaveLength(2);
  });
});

describe('the edge cache without its data plane', () => {
  it('serves what it knows until maxStale, counted from the last answer, and then refuses', async () => {
    const cache = authenticator();
    await cache.authenticate(key.text);
    away = true;
    now = 60_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'known', identity: known(), stale: true });
    now = 3_599_999;
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known', stale: true });
    now = 3_600_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unavailable' });
    expect(await counted('headroom_identity_cache_lookups_total')).toContain(
      'headroom_identity_cache_lookups_total{result="refused"} 1',
    );
  });

  it('still refuses wrong secrets and revoked keys among what it knows', async () => {
    const cache = authenticator();
    await plane.put([known({ revoked: true, version: 2 })]);
    await cache.authenticate(key.text);
    away = true;
    now = 60_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unknown' });
  });

  it('says unavailable, not unknown, of keys that it has not seen', async () => {
    const cache = authenticator();
    const unseen = makeKey();
    expect(await cache.authenticate(unseen.text)).toEqual({ kind: 'unknown' });
    away = true;
    now = 5000;
    expect(await cache.authenticate(unseen.text)).toEqual({ kind: 'unavailable' });
    expect(await cache.authenticate(makeKey().text)).toEqual({ kind: 'unavailable' });
  });

  it('asks again once a second for a key that it serves stale, and recovers at once', async () => {
    const cache = authenticator();
    await cache.authenticate(key.text);
    away = true;
    asked = [];
    for (now = 60_000; now < 63_000; now += 100) await cache.authenticate(key.text);
    expect(asked).toHaveLength(3);
    away = false;
    now = 63_000;
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known', stale: false });
  });

  it('never goes back when a replica that is behind answers, and never forgets a key for it', async () => {
    const cache = authenticator();
    await plane.put([known({ version: 7, revoked: true })]);
    await cache.authenticate(key.text);
    const behind = createMemoryStore();
    await place(behind, 1, 1);
    plane.find = behind.find;
    now = 60_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unknown' });
    await behind.put([known({ version: 5 })]);
    now = 120_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unknown' });
    await behind.put([known({ version: 8 })]);
    now = 180_000;
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
  });
});

describe('a key that the database lost with a backup', () => {
  it('is forgotten once a replica that is as far as the key says that it is unknown', async () => {
    const cache = authenticator();
    await plane.put([known({ version: 7 })]);
    await place(plane, 7, 1000);
    expect(await cache.authenticate(key.text)).toMatchObject({ kind: 'known' });
    await plane.removeBelow(8);
    now = 60_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unknown' });
    away = true;
    now = 66_000;
    expect(await cache.authenticate(key.text)).toEqual({ kind: 'unavailable' });
  });
});

describe('the log', () => {
  it('never has a key, nor its name, hash or customer', async () => {
    const lines: string[] = [];
    const logger = createLogger('api', 'trace', { write: (line) => void lines.push(line) });
    const replicas = [plane, { ...plane, find: () => Promise.reject(new IdentityUnavailable('away')) }];
    const comparison = createComparison(2, { replicationLag: 2, logger, metrics, clock: () => now });
    const store = replicated(replicas, { timeout: 0.05, comparison });
    const cache = createAuthenticator(config, store, { logger, metrics, clock: () => now });
    await cache.authenticate(key.text);
    away = true;
    now = 60_000;
    await cache.authenticate(key.text);
    away = false;
    now = 62_000;
    await cache.authenticate(key.text);
    await cache.close();
    expect(lines).toHaveLength(2);
    for (const secret of [key.text.slice(-43), key.keyId, key.secretHash, 'acme']) {
      expect(lines.join()).not.toContain(secret);
    }
  });
});

describe('keys', () => {
  it('have the form that is documented, and 256 random bits that are not kept', () => {
    const keys = Array.from({ length: 50 }, makeKey);
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(50);
    for (const { keyId, text, secretHash } of keys) {
      expect(text).toMatch(/^hr_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/);
      expect(text.slice(3, 19)).toBe(keyId);
      expect(hashSecret(text.slice(20))).toBe(secretHash);
    }
  });
});
