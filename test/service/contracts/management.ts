import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentityStore } from '../../../service/contracts/identity.ts';
import type { RunningRole } from '../../../service/contracts/role.ts';
import type { Database } from '../../../service/identity/database.ts';
import { feedReplica } from '../../../service/identity/feed.ts';
import { hashSecret } from '../../../service/identity/key.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { migrate } from '../../../service/identity/migrate.ts';
import { seed } from '../../../service/identity/seed.ts';
import { startIdentity } from '../../../service/identity/start.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { place } from './identity-store.ts';

const adminKey = 'correct horse battery staple';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each compared in its test
  readonly body: any;
}

/** The cases that the management plane must pass on every database; `open` gives an empty one. */
export function managementContract(name: string, open: () => Promise<Database>): void {
  describe(`the management plane on ${name}`, () => {
    let database: Database;
    let replica: IdentityStore;
    let role: RunningRole;

    beforeAll(async () => {
      process.env['HEADROOM_TEST_ADMIN_KEY'] = adminKey;
      database = await open();
      replica = createMemoryStore();
      role = await startIdentity(
        {
          listen: { host: '127.0.0.1', port: 0 },
          database: { url: 'embedded' },
          dataPlane: [],
          replicationLag: 0.4,
          detectionTime: 1,
          adminKey: { env: 'HEADROOM_TEST_ADMIN_KEY' },
        },
        {
          logger: createLogger('identity', 'silent'),
          metrics: createMetrics('identity'),
          database,
          replicas: [replica],
        },
      );
    }, 60_000);
    afterAll(async () => {
      await role?.close();
      await database?.close();
      delete process.env['HEADROOM_TEST_ADMIN_KEY'];
    });

    const ask = async (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = { authorization: `Bearer ${adminKey}` },
    ): Promise<Answer> => {
      const response = await fetch(`${role.addresses['listen']}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    };
    const quota = { requestsPerMonth: 1000, requestsPerSecond: 2 };
    const putPlan = (id: string) => ask('PUT', `/v1/plans/${id}`, { name: id, quota });

    it('migrates once, however many nodes start', async () => {
      expect(await migrate(database)).toBe(0);
      expect(await Promise.all([migrate(database), migrate(database)])).toEqual([0, 0]);
    });

    it('refuses everybody without the admin key, in the form of a problem', async () => {
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: adminKey }]) {
        const { status, body } = await ask('GET', '/v1/customers', undefined, headers as never);
        expect([status, body.code]).toEqual([401, 'unauthorized']);
      }
    });

    it('makes, changes, lists and closes customers, and shows a secret once', async () => {
      expect((await putPlan('basic')).status).toBe(201);
      expect((await putPlan('basic')).status).toBe(200);
      const made = await ask('POST', '/v1/customers', { id: 'acme', name: 'Acme', plan: 'basic' });
      expect(made).toEqual({
        status: 201,
        body: { id: 'acme', name: 'Acme', plan: 'basic', quota: null, blocked: false, closed: false },
      });
      const key = await ask('POST', '/v1/customers/acme/keys', { label: 'ci' });
      expect(key.status).toBe(201);
      expect(key.body.text).toMatch(/^hr_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/);
      const listed = await ask('GET', '/v1/customers/acme/keys');
      expect(listed.body).toEqual({
        items: [{ id: key.body.id, customer: 'acme', label: 'ci', revoked: false }],
      });
      const updated = await ask('PATCH', '/v1/customers/acme', { quota });
      expect(updated.body).toMatchObject({ name: 'Acme', quota });
      expect((await ask('DELETE', '/v1/customers/acme')).status).toBe(204);
      expect((await ask('DELETE', '/v1/customers/acme')).status).toBe(204);
      expect((await ask('PATCH', '/v1/customers/acme', { name: 'x' })).body.code).toBe('customer-closed');
      expect((await ask('POST', '/v1/customers/acme/keys', {})).status).toBe(409);
      expect((await ask('GET', '/v1/customers/acme/keys')).body.items[0].revoked).toBe(true);
    });

    it('keeps no secret, only its hash', async () => {
      await putPlan('basic');
      await ask('POST', '/v1/customers', { id: 'hashed', name: 'Hashed', plan: 'basic' });
      const { text } = (await ask('POST', '/v1/customers/hashed/keys', {})).body;
      const rows = await database.transaction((sql) =>
        sql.rows<{ secret_hash: string }>('select secret_hash from keys where customer = $1', ['hashed']),
      );
      expect(rows).toEqual([{ secret_hash: hashSecret(text.slice(20)) }]);
    });

    it.each([
      ['POST', '/v1/customers', { id: 'Not An Id', name: 'x', plan: 'basic' }, 400],
      ['POST', '/v1/customers', { id: 'a', name: 'x', plan: 'basic', extra: 1 }, 400],
      ['POST', '/v1/customers', { id: 'a', name: '', plan: 'basic' }, 400],
      ['POST', '/v1/customers', { id: 'nobody', name: 'x', plan: 'missing' }, 422],
      ['PUT', '/v1/plans/free', { name: 'x', quota: { requestsPerMonth: -1, requestsPerSecond: 1 } }, 400],
      ['GET', '/v1/customers/missing', undefined, 404],
      ['GET', '/v1/customers/missing/keys', undefined, 404],
      ['DELETE', '/v1/keys/missing', undefined, 404],
      ['GET', '/v1/customers?limit=0', undefined, 400],
    ])('answers %s %s with a problem', async (method, path, body, expected) => {
      const { status, body: answer } = await ask(method, path, body);
      expect(status).toBe(expected);
      expect(answer).toMatchObject({
        status: expected,
        code: expect.any(String),
        requestId: expect.any(String),
      });
    });

    it('refuses an id that is taken, and changes nothing by it', async () => {
      await putPlan('basic');
      const body = { id: 'taken', name: 'First', plan: 'basic' };
      await ask('POST', '/v1/customers', body);
      expect((await ask('POST', '/v1/customers', { ...body, name: 'Second' })).body.code).toBe(
        'customer-exists',
      );
      expect((await ask('GET', '/v1/customers/taken')).body.name).toBe('First');
    });

    it('pages through customers without leaving one out', async () => {
      await putPlan('basic');
      for (const id of ['page-1', 'page-2', 'page-3', 'page-4', 'page-5']) {
        await ask('POST', '/v1/customers', { id, name: id, plan: 'basic' });
      }
      const seen: string[] = [];
      let after = 'page';
      for (;;) {
        const { body } = await ask('GET', `/v1/customers?limit=2&after=${after}`);
        seen.push(...body.items.map(({ id }: { id: string }) => id));
        if (!body.next) break;
        after = body.next;
      }
      expect(seen.filter((id) => id.startsWith('page-'))).toEqual([
        'page-1',
        'page-2',
        'page-3',
        'page-4',
        'page-5',
      ]);
    });

    it('writes who changed what, with before and after, and no secret', async () => {
      await putPlan('basic');
      await ask('POST', '/v1/customers', { id: 'audited', name: 'Old', plan: 'basic' });
      const { id } = (await ask('POST', '/v1/customers/audited/keys', {})).body;
      await ask(
        'PATCH',
        '/v1/customers/audited',
        { name: 'New' },
        {
          authorization: `Bearer ${adminKey}`,
          'x-headroom-actor': 'ada@example.org',
        },
      );
      await ask('PATCH', '/v1/customers/audited', { name: 'New' });
      await ask('DELETE', `/v1/keys/${id}`);
      const { items } = (await ask('GET', '/v1/audit?customer=audited')).body;
      expect(items.map((each: { action: string; kind: string }) => `${each.action} ${each.kind}`)).toEqual([
        'create customer',
        'create key',
        'update customer',
        'revoke key',
      ]);
      expect(items[2]).toMatchObject({
        before: { name: 'Old' },
        after: { name: 'New' },
        customer: 'audited',
      });
      expect(items[2].actor).toBe(`admin-${hashSecret(adminKey).slice(0, 8)}/ada@example.org`);
      expect(JSON.stringify(items)).not.toMatch(/hr_|secret/);
      const versions = items.map(({ version }: { version: number }) => version);
      expect(versions).toEqual(versions.toSorted((a: number, b: number) => a - b));
    });

    it('feeds each kind of change to the replica', async () => {
      await putPlan('fed');
      await ask('POST', '/v1/customers', { id: 'fed', name: 'Fed', plan: 'fed' });
      const { id, text } = (await ask('POST', '/v1/customers/fed/keys', {})).body;
      const found = async () => {
        await feedReplica(database, replica);
        return (await replica.find(id)).identity;
      };
      expect(await found()).toMatchObject({
        keyId: id,
        customer: 'fed',
        secretHash: hashSecret(text.slice(20)),
        plan: 'fed',
        quota,
        revoked: false,
      });
      const larger = { requestsPerMonth: 5000, requestsPerSecond: 9.5 };
      await ask('PUT', '/v1/plans/fed', { name: 'fed', quota: larger });
      expect(await found()).toMatchObject({ quota: larger });
      await ask('PATCH', '/v1/customers/fed', { quota });
      expect(await found()).toMatchObject({ quota });
      await ask('PATCH', '/v1/customers/fed', { blocked: true });
      expect(await found()).toMatchObject({ revoked: true });
      await ask('PATCH', '/v1/customers/fed', { blocked: false });
      expect(await found()).toMatchObject({ revoked: false });
      await ask('DELETE', `/v1/keys/${id}`);
      expect(await found()).toMatchObject({ revoked: true });
    });

    it('feeds a change without being asked', async () => {
      await putPlan('basic');
      await ask('POST', '/v1/customers', { id: 'pushed', name: 'Pushed', plan: 'basic' });
      const { id } = (await ask('POST', '/v1/customers/pushed/keys', {})).body;
      await expect
        .poll(async () => (await replica.find(id)).identity, { timeout: 10_000 })
        .toMatchObject({ customer: 'pushed' });
    });

    it('gives versions without gaps to changes that are made at once', async () => {
      await putPlan('basic');
      const before = (await ask('GET', '/v1/audit?limit=200')).body.items.length;
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          ask('POST', '/v1/customers', { id: `many-${index}`, name: 'x', plan: 'basic' }),
        ),
      );
      const { items } = (await ask('GET', '/v1/audit?limit=200')).body;
      const versions = items.map(({ version }: { version: number }) => version);
      expect(versions).toEqual(Array.from({ length: before + 12 }, (_, index) => index + 1));
    });

    it('fills a replica that lost its data, and one that is older than the log', async () => {
      await putPlan('basic');
      await ask('POST', '/v1/customers', { id: 'copied', name: 'x', plan: 'basic' });
      const { id } = (await ask('POST', '/v1/customers/copied/keys', {})).body;
      const empty = createMemoryStore();
      await feedReplica(database, empty);
      expect((await empty.find(id)).identity).toMatchObject({ customer: 'copied' });
      const old = createMemoryStore();
      await place(old, 1, 1);
      await database.transaction((sql) => sql.rows('delete from changes where version <= 2'));
      await feedReplica(database, old);
      expect((await old.find(id)).identity).toMatchObject({ customer: 'copied' });
      expect((await old.position())?.version).toBe((await empty.position())?.version);
    });

    it('overrules a replica that is ahead of a database restored from a backup', async () => {
      await putPlan('basic');
      await ask('POST', '/v1/customers', { id: 'restored', name: 'x', plan: 'basic' });
      const { id } = (await ask('POST', '/v1/customers/restored/keys', {})).body;
      const ahead = createMemoryStore();
      await feedReplica(database, ahead);
      const { identity: found } = await ahead.find(id);
      if (!found) throw new Error('the key was not fed');
      await ahead.put([{ ...found, revoked: true, version: 5000 }]);
      await place(ahead, 5000, 1);
      await feedReplica(database, ahead);
      expect((await ahead.find(id)).identity).toMatchObject({ revoked: false });
      expect((await ahead.position())?.version).toBeGreaterThan(5000);
    });

    it('takes away what a database restored from a backup does not have, but no key that was made meanwhile', async () => {
      await putPlan('basic');
      await ask('POST', '/v1/customers', { id: 'lost', name: 'x', plan: 'basic' });
      const lost = (await ask('POST', '/v1/customers/lost/keys', {})).body;
      const kept = (await ask('POST', '/v1/customers/lost/keys', {})).body;
      const ahead = createMemoryStore();
      const newest = await feedReplica(database, ahead).then(() => ahead.position());
      // As the backup has it, from before that key was made.
      await database.transaction((sql) => sql.rows('delete from keys where id = $1', [lost.id]));
      await place(ahead, (newest?.version ?? 0) + 100, Date.now());
      let made: { readonly id: string } | undefined;
      const removeBelow = async (version: number) => {
        if (!made) {
          made = (await ask('POST', '/v1/customers/lost/keys', {})).body as { id: string };
          const other = createMemoryStore();
          await feedReplica(database, other);
          const { identity } = await other.find(made.id);
          if (identity) await ahead.put([identity]);
        }
        await ahead.removeBelow(version);
      };
      await feedReplica(database, { ...ahead, removeBelow });
      expect((await ahead.find(lost.id)).identity).toBeUndefined();
      expect((await ahead.find(kept.id)).identity).toMatchObject({ customer: 'lost' });
      expect((await ahead.find(made?.id ?? '')).identity).toMatchObject({ customer: 'lost' });
      expect((await ask('DELETE', `/v1/keys/${lost.id}`)).status).toBe(404);
    });

    it('renews the position of a replica several times within the lag while nothing changes', async () => {
      const times = new Set<number>();
      const { version } = (await replica.position()) ?? {};
      const until = performance.now() + 5 * 400;
      while (performance.now() < until) {
        const { at = 0 } = (await replica.position()) ?? {};
        times.add(at);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect((await replica.position())?.version).toBe(version);
      // Four in each of the five on an idle machine.
      expect(times.size).toBeGreaterThanOrEqual(2 * 5);
    });

    it('seeds a plan, a customer and a key, and the key only once', async () => {
      const first = await seed(database);
      expect(first.key).toMatch(/^hr_/);
      expect(await seed(database)).toEqual({ plan: first.plan, customer: first.customer });
      const keys = (await ask('GET', `/v1/customers/${first.customer}/keys`)).body.items;
      expect(keys).toHaveLength(1);
    });

    it('counts its changes and shows how far the replicas lag', async () => {
      const response = await fetch(`${role.addresses['listen']}/metrics`);
      const text = await response.text();
      expect(text).toMatch(/headroom_identity_changes_total\{kind="customer"\} [1-9]/);
      expect(text).toMatch(/headroom_identity_changes_total\{kind="quota"\} [1-9]/);
      expect(text).toMatch(/headroom_identity_replication_lag_seconds [0-9.]+/);
      expect((await fetch(`${role.addresses['listen']}/readyz`)).status).toBe(200);
    });
  });
}
