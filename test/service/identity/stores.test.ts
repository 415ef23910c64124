import { describe, expect, it } from 'vitest';
import { type IdentityStore, IdentityUnavailable } from '../../../service/contracts/identity.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { openIdentityStore, replicaUrls } from '../../../service/identity/open-store.ts';
import { replicated } from '../../../service/identity/replicated-store.ts';
import { identity, identityStoreContract } from '../contracts/identity-store.ts';

identityStoreContract('in the process', async () => createMemoryStore());
identityStoreContract('two replicas', async () => replicated([createMemoryStore(), createMemoryStore()], 5));

function never(): IdentityStore {
  const wait = () => new Promise<never>(() => {});
  return { find: wait, put: wait, position: wait, setPosition: wait, close: async () => {} };
}

function broken(): IdentityStore {
  const fail = async () => {
    throw new IdentityUnavailable('broken');
  };
  return { find: fail, put: fail, position: fail, setPosition: fail, close: async () => {} };
}

async function fed(): Promise<IdentityStore> {
  const store = createMemoryStore();
  await store.put([identity()]);
  await store.setPosition(1, 1);
  return store;
}

describe('several replicas', () => {
  it.each([
    ['broken', broken],
    ['hung', never],
    ['empty', createMemoryStore],
  ])('are read around one that is %s, every time', async (_, bad) => {
    const store = replicated([bad(), await fed()], 0.6);
    for (let turn = 0; turn < 4; turn += 1) {
      expect(await store.find('aaaaaaaaaaaaaaaa')).toEqual(identity());
      expect(await store.find('bbbbbbbbbbbbbbbb')).toBeUndefined();
    }
  });

  it('are unavailable when none answers within the timeout, or all fail', async () => {
    await expect(replicated([never(), never()], 0.05).find('aaaaaaaaaaaaaaaa')).rejects.toThrow(
      IdentityUnavailable,
    );
    await expect(replicated([broken(), broken()], 5).find('aaaaaaaaaaaaaaaa')).rejects.toThrow('broken');
  });

  it('are read in turn', async () => {
    const asked: number[] = [];
    const spy = (index: number): IdentityStore => ({
      ...broken(),
      find: async () => {
        asked.push(index);
        return undefined;
      },
    });
    const store = replicated([spy(0), spy(1), spy(2)], 5);
    for (let turn = 0; turn < 6; turn += 1) await store.find('aaaaaaaaaaaaaaaa');
    expect(asked.toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('are as far as the one that is furthest behind, and nowhere while one is empty', async () => {
    const [ahead, behind] = [await fed(), await fed()];
    await ahead.setPosition(9, 9);
    expect(await replicated([ahead, behind], 5).position()).toEqual({ version: 1, at: 1 });
    expect(await replicated([ahead, createMemoryStore()], 5).position()).toBeUndefined();
  });

  it('are not written when one fails, so that the feed tries again', async () => {
    await expect(replicated([await fed(), broken()], 5).put([identity()])).rejects.toThrow('broken');
  });
});

describe('the address of the data plane', () => {
  it('names replicas by commas, with the scheme once or each time', () => {
    const both = ['redis://a:1', 'redis://b:2'];
    expect(replicaUrls('redis://a:1,b:2')).toEqual(both);
    expect(replicaUrls('redis://a:1,redis://b:2')).toEqual(both);
    expect(replicaUrls('rediss://a,b')).toEqual(['rediss://a', 'rediss://b']);
  });

  it('is refused where no engine is known for it', async () => {
    await expect(openIdentityStore({ url: 'mysql://a', timeout: 1 })).rejects.toThrow(RangeError);
  });

  it('opens the one in the process, and a replica that is down without waiting for it', async () => {
    const embedded = await openIdentityStore({ url: 'embedded', timeout: 1 });
    expect(await embedded.position()).toBeUndefined();
    const down = await openIdentityStore({ url: 'redis://127.0.0.1:1', timeout: 0.2 });
    await expect(down.find('aaaaaaaaaaaaaaaa')).rejects.toThrow(IdentityUnavailable);
    await down.close();
  });
});
