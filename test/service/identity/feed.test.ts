import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IdentityStore, IdentityUnavailable } from '../../../service/contracts/identity.ts';
import type { Database } from '../../../service/identity/database.ts';
import { feedReplica } from '../../../service/identity/feed.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { migrate } from '../../../service/identity/migrate.ts';
import { openDatabase } from '../../../service/identity/open-database.ts';
import { seed } from '../../../service/identity/seed.ts';

let database: Database;
let keyId: string;
beforeAll(async () => {
  database = await openDatabase({ url: 'embedded' });
  await migrate(database);
  const { key = '' } = await seed(database);
  keyId = key.slice(3, 19);
}, 60_000);
afterAll(async () => {
  await database?.close();
});

type Method = 'position' | 'put' | 'removeBelow';

describe('a replica that is emptied while it is fed', () => {
  let inner: IdentityStore;
  /** After this call it is empty, once. */
  let emptiedAfter: Method | undefined;
  const emptied = <T>(method: Method, answer: T): T => {
    if (method !== emptiedAfter) return answer;
    emptiedAfter = undefined;
    inner = createMemoryStore();
    return answer;
  };
  const replica: IdentityStore = {
    find: (id) => inner.find(id),
    put: async (identities) => emptied('put', await inner.put(identities)),
    removeBelow: async (version) => emptied('removeBelow', await inner.removeBelow(version)),
    generation: () => inner.generation(),
    position: async () => emptied('position', await inner.position()),
    setPosition: (version, at, generation) => inner.setPosition(version, at, generation),
    close: async () => {},
  };
  beforeEach(() => {
    inner = createMemoryStore();
    emptiedAfter = undefined;
  });

  const expectFilledAfterwards = async () => {
    await expect(feedReplica(database, replica)).rejects.toThrow(IdentityUnavailable);
    expect(await replica.position()).toBeUndefined();
    await feedReplica(database, replica);
    expect((await replica.find(keyId)).identity).toMatchObject({ keyId });
  };

  it.each<Method>(['position', 'put'])(
    'gets no position from a step that found nothing to do (after %s)',
    async (method) => {
      await feedReplica(database, replica);
      emptiedAfter = method;
      await expectFilledAfterwards();
    },
  );

  it.each<Method>(['put', 'removeBelow'])('gets no position from a full copy (after %s)', async (method) => {
    emptiedAfter = method;
    await expectFilledAfterwards();
  });
});
