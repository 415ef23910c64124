import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Identity,
  type IdentityStore,
  IdentityUnavailable,
} from '../../../service/contracts/identity.ts';

export function identity(over: Partial<Identity> = {}): Identity {
  return {
    keyId: 'aaaaaaaaaaaaaaaa',
    customer: 'acme',
    secretHash: 'ab'.repeat(32),
    plan: 'default',
    quota: { requestsPerMonth: 1000, requestsPerSecond: 2.5 },
    revoked: false,
    version: 1,
    ...over,
  };
}

/** As a feed does it that found the replica as it is now. */
export async function place(store: IdentityStore, version: number, at: number): Promise<void> {
  await store.setPosition(version, at, await store.generation());
}

/** The cases that every data plane must pass; `open` gives an empty one. */
export function identityStoreContract(name: string, open: () => Promise<IdentityStore>): void {
  describe(`the contract of the identity store: ${name}`, () => {
    let store: IdentityStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });

    const found = async (keyId: string) => (await store.find(keyId)).identity;

    it('gives back exactly what was put', async () => {
      const written = identity({
        customer: 'søren-"x"',
        quota: { requestsPerMonth: 2 ** 53 - 1, requestsPerSecond: 0.1 },
      });
      await store.put([written]);
      expect(await found(written.keyId)).toEqual(written);
    });

    it('says unknown only once it was fed, so that an empty replica cannot refuse customers', async () => {
      await expect(store.find('bbbbbbbbbbbbbbbb')).rejects.toThrow(IdentityUnavailable);
      await place(store, 0, 1000);
      expect(await found('bbbbbbbbbbbbbbbb')).toBeUndefined();
    });

    it('never goes back to an older version, whatever the order of writes', async () => {
      await store.put([identity({ version: 10, revoked: true })]);
      await store.put([identity({ version: 9 })]);
      expect(await found('aaaaaaaaaaaaaaaa')).toMatchObject({ version: 10, revoked: true });
    });

    it('keeps the first of two writes with the same version', async () => {
      await store.put([identity({ version: 4, plan: 'small' })]);
      await store.put([identity({ version: 4, plan: 'large' })]);
      expect(await found('aaaaaaaaaaaaaaaa')).toMatchObject({ plan: 'small' });
    });

    it('takes newer versions, also of a single key among others', async () => {
      await store.put([identity(), identity({ keyId: 'cccccccccccccccc' })]);
      await store.put([
        identity({ version: 2, plan: 'large' }),
        identity({ keyId: 'cccccccccccccccc', version: 0 }),
      ]);
      expect(await found('aaaaaaaaaaaaaaaa')).toMatchObject({ version: 2, plan: 'large' });
      expect(await found('cccccccccccccccc')).toMatchObject({ version: 1 });
    });

    it('compares versions as numbers up to the largest exact one', async () => {
      const large = Number.MAX_SAFE_INTEGER;
      await store.put([identity({ version: 9 })]);
      await store.put([identity({ version: large - 1 })]);
      await store.put([identity({ version: large, plan: 'last' })]);
      expect(await found('aaaaaaaaaaaaaaaa')).toMatchObject({ version: large, plan: 'last' });
    });

    it('takes thousands in one call, and none', async () => {
      const many = Array.from({ length: 2500 }, (_, index) =>
        identity({ keyId: index.toString(36).padStart(16, 'x') }),
      );
      await store.put([]);
      await store.put(many);
      for (const index of [0, 199, 200, 2499]) {
        const keyId = index.toString(36).padStart(16, 'x');
        expect(await found(keyId)).toMatchObject({ keyId });
      }
    });

    it('has no position while it is empty, and keeps the furthest one', async () => {
      expect(await store.position()).toBeUndefined();
      await place(store, 0, 500);
      expect(await store.position()).toEqual({ version: 0, at: 500 });
      await place(store, 7, 1000);
      await place(store, 7, 2000);
      expect(await store.position()).toEqual({ version: 7, at: 2000 });
      await place(store, 6, 3000);
      expect((await store.position())?.version).toBe(7);
    });

    it('takes no position from a feed that found other data than it has now', async () => {
      const generation = await store.generation();
      expect(await store.generation()).toBe(generation);
      await expect(store.setPosition(1, 1000, 'of a replica before')).rejects.toThrow(IdentityUnavailable);
      expect(await store.position()).toBeUndefined();
      await store.setPosition(1, 1000, generation);
      await expect(store.setPosition(2, 2000, 'of a replica before')).rejects.toThrow(IdentityUnavailable);
      expect(await store.position()).toEqual({ version: 1, at: 1000 });
    });

    it('says with each answer how far it is, and nothing of that where it lost its data', async () => {
      await store.put([identity()]);
      expect((await store.find('aaaaaaaaaaaaaaaa')).position).toBeUndefined();
      await place(store, 3, 4000);
      for (const keyId of ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']) {
        expect((await store.find(keyId)).position).toEqual({ version: 3, at: 4000 });
      }
    });

    it('removes what has a lower version, thousands of them, and keeps the rest and its position', async () => {
      const many = Array.from({ length: 2500 }, (_, index) =>
        identity({ keyId: index.toString(36).padStart(16, 'y'), version: index }),
      );
      await store.put(many);
      await place(store, 2500, 1000);
      await store.removeBelow(2300);
      const left = await Promise.all(many.map(({ keyId }) => found(keyId)));
      expect(left.filter((each) => each !== undefined)).toEqual(many.slice(2300));
      expect(await store.position()).toEqual({ version: 2500, at: 1000 });
    });

    it('takes a key again that it removed', async () => {
      await store.put([identity({ version: 5 })]);
      await place(store, 5, 1000);
      await store.removeBelow(6);
      expect(await found('aaaaaaaaaaaaaaaa')).toBeUndefined();
      await store.put([identity({ version: 4 })]);
      expect(await found('aaaaaaaaaaaaaaaa')).toMatchObject({ version: 4 });
    });

    it('keeps what is written while it removes', async () => {
      const keyIds = Array.from({ length: 1000 }, (_, index) => index.toString(36).padStart(16, 'z'));
      const write = (version: number) => store.put(keyIds.map((keyId) => identity({ keyId, version })));
      await write(1);
      await place(store, 1, 1000);
      await Promise.all([store.removeBelow(2), write(2)]);
      for (const keyId of keyIds) expect(await found(keyId)).toMatchObject({ version: 2 });
    });

    it('ends up the same when two feeders write at once', async () => {
      const versions = Array.from({ length: 50 }, (_, index) => index + 1);
      await Promise.all(
        [...versions, ...versions.toReversed()].map((version) =>
          store.put([identity({ version, plan: `plan-${version}` })]),
        ),
      );
      expect(await found('aaaaaaaaaaaaaaaa')).toMatchObject({ version: 50, plan: 'plan-50' });
    });
  });
}
