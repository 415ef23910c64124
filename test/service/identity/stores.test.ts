import { beforeEach, describe, expect, it } from 'vitest';
import { type IdentityStore, IdentityUnavailable } from '../../../service/contracts/identity.ts';
import { createComparison } from '../../../service/identity/comparison.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { openIdentityStore, replicaUrls } from '../../../service/identity/open-store.ts';
import { replicated } from '../../../service/identity/replicated-store.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics, type Metrics } from '../../../service/shared/metrics.ts';
import { identity, identityStoreContract, place } from '../contracts/identity-store.ts';

identityStoreContract('in the process', async () => createMemoryStore());
identityStoreContract('two replicas', async () => several([createMemoryStore(), createMemoryStore()], 5));

let metrics: Metrics;
let lines: { readonly level: string; readonly msg: string; readonly replica?: number }[];
let now: number;
beforeEach(() => {
  metrics = createMetrics('api');
  lines = [];
  now = 0;
});

/** Replicas on a clock that a test moves, with a replication lag of two seconds. */
function several(replicas: readonly IdentityStore[], timeout: number): IdentityStore {
  const write = (line: string) => void lines.push(JSON.parse(line));
  const comparison = createComparison(replicas.length, {
    ...{ replicationLag: 2, metrics, clock: () => now },
    logger: createLogger('api', 'info', { write }),
  });
  return replicated(replicas, { timeout, comparison });
}

function all<T>(method: T) {
  return {
    ...{ find: method, put: method, removeBelow: method },
    ...{ generation: method, position: method, setPosition: method },
  };
}

function never(): IdentityStore {
  const wait = () => new Promise<never>(() => {});
  return { ...all(wait), close: async () => {} };
}

function broken(): IdentityStore {
  const fail = async () => {
    throw new IdentityUnavailable('broken');
  };
  return { ...all(fail), close: async () => {} };
}

async function fed(): Promise<IdentityStore> {
  const store = createMemoryStore();
  await store.put([identity()]);
  await place(store, 1, 1);
  return store;
}

describe('several replicas', () => {
  it.each([
    ['broken', broken],
    ['hung', never],
    ['empty', createMemoryStore],
  ])('are read around one that is %s, every time', async (_, bad) => {
    const store = several([bad(), await fed()], 0.6);
    for (let turn = 0; turn < 4; turn += 1) {
      expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toEqual(identity());
      expect((await store.find('bbbbbbbbbbbbbbbb')).identity).toBeUndefined();
    }
  });

  it('are unavailable when none answers within the timeout, or all fail', async () => {
    await expect(several([never(), never()], 0.05).find('aaaaaaaaaaaaaaaa')).rejects.toThrow(
      IdentityUnavailable,
    );
    await expect(several([broken(), broken()], 5).find('aaaaaaaaaaaaaaaa')).rejects.toThrow('broken');
  });

  it('are read in turn, one for each read, while the feed renews all of them', async () => {
    const asked: number[] = [];
    const spy = (index: number): IdentityStore => ({
      ...broken(),
      find: async () => {
        asked.push(index);
        return { identity: undefined, position: { version: 1, at: 1e12 + now } };
      },
    });
    const store = several([spy(0), spy(1), spy(2)], 5);
    await store.find('aaaaaaaaaaaaaaaa');
    // All are asked once to be known.
    expect(asked.splice(0).toSorted()).toEqual([0, 1, 2]);
    for (let turn = 0; turn < 6; turn += 1) {
      now += 60_000;
      await store.find('aaaaaaaaaaaaaaaa');
    }
    expect(asked.toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('are as far as the one that is furthest behind, and nowhere while one is empty', async () => {
    const [ahead, behind] = [await fed(), await fed()];
    await place(ahead, 9, 9);
    expect(await several([ahead, behind], 5).position()).toEqual({ version: 1, at: 1 });
    expect(await several([ahead, createMemoryStore()], 5).position()).toBeUndefined();
  });

  it('are not written when one fails, so that the feed tries again', async () => {
    await expect(several([await fed(), broken()], 5).put([identity()])).rejects.toThrow('broken');
  });
});

describe('a replica that answers but is not fed', () => {
  const revoked = identity({ version: 2, revoked: true });
  let cut: IdentityStore;
  let whole: IdentityStore;
  let down: boolean;
  let asked: string[];
  beforeEach(async () => {
    [cut, whole] = [createMemoryStore(), createMemoryStore()];
    asked = [];
    down = false;
    for (const each of [cut, whole]) {
      await each.put([identity()]);
      await place(each, 1, 1e12);
    }
  });
  const both = () =>
    several(
      [
        {
          ...cut,
          find: (keyId) => {
            asked.push('cut');
            return cut.find(keyId);
          },
        },
        {
          ...whole,
          find: async (keyId) => {
            asked.push('whole');
            if (down) throw new IdentityUnavailable('down');
            return whole.find(keyId);
          },
        },
      ],
      0.5,
    );
  const behind = async () => {
    const text = await metrics.text();
    return Number(/^headroom_identity_data_replicas_behind (\S+)$/m.exec(text)?.[1]);
  };

  it('is skipped at once by a server that has just started', async () => {
    await whole.put([revoked]);
    await place(whole, 2, 1e12 + 1001);
    for (let start = 0; start < 4; start += 1) {
      const { identity: found } = await both().find('aaaaaaaaaaaaaaaa');
      expect(found).toMatchObject({ revoked: true });
    }
  });

  it('is skipped by one that runs before its lag is over, however rarely that one asks', async () => {
    for (const pause of [10, 100, 400, 1500, 60_000]) {
      const store = both();
      const at = ((await whole.position())?.at ?? 0) + 1;
      await place(cut, 1, at);
      await place(whole, 2, at);
      await store.find('aaaaaaaaaaaaaaaa');
      await whole.put([revoked]);
      const cutAt = now;
      let last = 0;
      for (let turn = 0; turn < 5000 / Math.min(pause, 1000); turn += 1) {
        now += pause;
        // As the feed does it: every half second.
        await place(whole, 2, at + Math.floor((now - cutAt) / 500) * 500);
        const { identity: found } = await store.find('aaaaaaaaaaaaaaaa');
        if (!found?.revoked) last = now - cutAt;
      }
      expect(last).toBeLessThan(2000);
    }
  });

  it('is told once in the log and by a metric, and counts again when it is fed', async () => {
    const store = both();
    await place(whole, 2, 1e12 + 5000);
    for (let turn = 0; turn < 6; turn += 1) await store.find('aaaaaaaaaaaaaaaa');
    expect(lines.map(({ level, replica }) => [level, replica])).toEqual([['warn', 0]]);
    expect(lines[0]?.msg).toContain('behind');
    expect(await behind()).toBe(1);
    await cut.put([revoked]);
    await place(cut, 2, 1e12 + 5000);
    asked = [];
    for (let turn = 0; turn < 4; turn += 1) await store.find('aaaaaaaaaaaaaaaa');
    expect(asked.toSorted()).toEqual(['cut', 'cut', 'whole', 'whole']);
    expect(lines.map(({ level, replica }) => [level, replica])).toEqual([
      ['warn', 0],
      ['info', 0],
    ]);
    expect(await behind()).toBe(0);
  });

  it('is better than none while the others do not answer', async () => {
    const store = both();
    await whole.put([revoked]);
    await place(whole, 2, 1e12 + 5000);
    for (let turn = 0; turn < 4; turn += 1) {
      expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toMatchObject({ revoked: true });
    }
    down = true;
    for (let turn = 0; turn < 4; turn += 1) {
      expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toMatchObject({ revoked: false });
    }
    down = false;
    // The one that is back is asked at its next turn; from then on it is compared with.
    await store.find('aaaaaaaaaaaaaaaa');
    for (let turn = 0; turn < 4; turn += 1) {
      expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toMatchObject({ revoked: true });
    }
  });

  it('is taken where the one that is ahead hangs', async () => {
    let hung = false;
    const store = several(
      [cut, { ...whole, find: (keyId) => (hung ? new Promise(() => {}) : whole.find(keyId)) }],
      0.3,
    );
    await place(whole, 2, 1e12 + 5000);
    await store.find('aaaaaaaaaaaaaaaa');
    hung = true;
    expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toEqual(identity());
    expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toEqual(identity());
  });

  it('is not told from one whose feed is away as a whole: all are old alike, and all count', async () => {
    const store = both();
    await store.find('aaaaaaaaaaaaaaaa');
    for (let turn = 0; turn < 6; turn += 1) {
      now += 3_600_000;
      expect((await store.find('aaaaaaaaaaaaaaaa')).identity).toEqual(identity());
    }
    // Each hour both are asked once, since either may be ahead by then; within an eighth of the lag they are not again.
    asked = [];
    for (let turn = 0; turn < 6; turn += 1) {
      now += 40;
      await store.find('aaaaaaaaaaaaaaaa');
    }
    expect(asked).toHaveLength(6);
    expect(lines).toEqual([]);
  });
});

describe('the address of the data plane', () => {
  const open = (config: { readonly url: string; readonly timeout: number }) =>
    openIdentityStore({ ...config, replicationLag: 2 }, { logger: createLogger('api', 'silent'), metrics });

  it('names replicas by commas, with the scheme once or each time', () => {
    const both = ['redis://a:1', 'redis://b:2'];
    expect(replicaUrls('redis://a:1,b:2')).toEqual(both);
    expect(replicaUrls('redis://a:1,redis://b:2')).toEqual(both);
    expect(replicaUrls('rediss://a,b')).toEqual(['rediss://a', 'rediss://b']);
  });

  it('is refused where no engine is known for it', async () => {
    await expect(open({ url: 'mysql://a', timeout: 1 })).rejects.toThrow(RangeError);
  });

  it('opens the one in the process, and a replica that is down without waiting for it', async () => {
    const embedded = await open({ url: 'embedded', timeout: 1 });
    expect(await embedded.position()).toBeUndefined();
    const down = await open({ url: 'redis://127.0.0.1:1', timeout: 0.2 });
    await expect(down.find('aaaaaaaaaaaaaaaa')).rejects.toThrow(IdentityUnavailable);
    await down.close();
  });
});
