import { createHash, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type ColdStore, ObjectLocked, ObjectMissing } from '../../../service/contracts/cold-store.ts';

/** What every cold store must do. `open` opens the same store each time. */
export function coldStoreContract(
  name: string,
  open: () => Promise<ColdStore>,
  /** Whether what is below looks and writes in one step; `versitygw` 1.7 does it in two, so that two may win there. */
  { isAtomic = true } = {},
): void {
  describe(`the cold store of ${name}`, () => {
    const opened: ColdStore[] = [];
    const openOne = async () => {
      const store = await open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    /** The store stays between cases, so each case has a folder of its own. */
    const someFolder = () => `case-${randomUUID()}`;
    const bytes = (text: string) => new Uint8Array(Buffer.from(text));
    const text = async (store: ColdStore, key: string) => Buffer.from(await store.get(key)).toString();
    const inAnHour = () => Date.now() + 3_600_000;

    it('returns what was put, also after it was opened again', async () => {
      const key = `${someFolder()}/a.parquet`;
      await (await openOne()).put(key, bytes('hello'));
      expect(await text(await openOne(), key)).toBe('hello');
    });

    it('keeps every byte, also of an empty and of a large object', async () => {
      const store = await openOne();
      const folder = someFolder();
      const all = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 256);
      await store.put(`${folder}/all`, all);
      await store.put(`${folder}/none`, new Uint8Array());
      expect(Buffer.compare(Buffer.from(await store.get(`${folder}/all`)), Buffer.from(all))).toBe(0);
      expect((await store.get(`${folder}/none`)).length).toBe(0);
    });

    it('throws ObjectMissing for what is not there', async () => {
      const store = await openOne();
      await expect(store.get(`${someFolder()}/a`)).rejects.toThrow(ObjectMissing);
    });

    it('takes the same bytes under the same key again, and refuses others', async () => {
      const store = await openOne();
      const key = `${someFolder()}/a`;
      await store.put(key, bytes('one'));
      await store.put(key, bytes('one'));
      await expect(store.put(key, bytes('two'))).rejects.toThrow(ObjectLocked);
      expect(await text(store, key)).toBe('one');
    });

    it('gives one of two writers the key and refuses the other', async () => {
      const store = await openOne();
      const key = `${someFolder()}/a`;
      await store.put(key, bytes('first'));
      const results = await Promise.allSettled(
        ['second', 'third'].map((each) => store.put(key, bytes(each))),
      );
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await text(store, key)).toBe('first');
    });

    it('lets one of many who write at once win, and tells the others', async () => {
      const stores = [await openOne(), await openOne(), await openOne()];
      for (let attempt = 0; attempt < 20; attempt++) {
        const key = `${someFolder()}/a`;
        const texts = stores.map((_, index) => `${attempt} of ${index}`);
        const puts = stores.map((store, index) => store.put(key, bytes(texts[index] ?? '')));
        const results = await Promise.allSettled(puts);
        const won = texts.filter((_, index) => results[index]?.status === 'fulfilled');
        const kept = await text(stores[0] as ColdStore, key);
        if (isAtomic) expect(won).toEqual([kept]);
        else expect(won).toContain(kept);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ObjectLocked);
        }
      }
    });

    it('takes the same bytes from many who write at once', async () => {
      const stores = [await openOne(), await openOne(), await openOne()];
      for (let attempt = 0; attempt < 20; attempt++) {
        const key = `${someFolder()}/a`;
        await Promise.all(stores.map((store) => store.put(key, bytes('same'), { retainUntil: inAnHour() })));
        expect(await text(stores[0] as ColdStore, key)).toBe('same');
      }
    });

    it('lists the keys of a prefix in order, with their sizes', async () => {
      const store = await openOne();
      const folder = someFolder();
      for (const key of ['b/2', 'a/1', 'a/10', 'c']) await store.put(`${folder}/${key}`, bytes(key));
      const keys = async (prefix: string) => (await store.list(prefix)).map(({ key }) => key);
      expect(await keys(`${folder}/`)).toEqual(['a/1', 'a/10', 'b/2', 'c'].map((key) => `${folder}/${key}`));
      expect(await keys(`${folder}/a/1`)).toEqual([`${folder}/a/1`, `${folder}/a/10`]);
      expect(await keys(`${folder}/none`)).toEqual([]);
      const [first] = await store.list(`${folder}/a/10`);
      expect(first?.bytes).toBe(4);
      const hash = createHash('sha256').update('a/10').digest('hex');
      expect([undefined, hash]).toContain(first?.hash);
    });

    it('removes what is not locked, and says nothing where nothing is', async () => {
      const store = await openOne();
      const key = `${someFolder()}/a`;
      await store.put(key, bytes('one'));
      await store.remove(key);
      await expect(store.get(key)).rejects.toThrow(ObjectMissing);
      expect(await store.list(key)).toEqual([]);
      await store.remove(key);
      await store.put(key, bytes('two'));
      expect(await text(store, key)).toBe('two');
    });

    it('neither removes nor changes a locked object before its time', async () => {
      const store = await openOne();
      const key = `${someFolder()}/a`;
      await store.put(key, bytes('one'), { retainUntil: inAnHour() });
      await expect(store.remove(key)).rejects.toThrow(ObjectLocked);
      await expect(store.put(key, bytes('two'))).rejects.toThrow(ObjectLocked);
      expect(await text(store, key)).toBe('one');
    });

    it('locks an object that was put without a lock, and never unlocks one', async () => {
      const store = await openOne();
      const key = `${someFolder()}/a`;
      await store.put(key, bytes('one'));
      await store.put(key, bytes('one'), { retainUntil: inAnHour() });
      await store.put(key, bytes('one'), { retainUntil: Date.now() + 60_000 });
      await store.put(key, bytes('one'));
      await expect(store.remove(key)).rejects.toThrow(ObjectLocked);
    });

    it('removes a locked object when its time is over', async () => {
      const store = await openOne();
      const key = `${someFolder()}/a`;
      await store.put(key, bytes('one'), { retainUntil: Date.now() + 2000 });
      await expect(store.remove(key)).rejects.toThrow(ObjectLocked);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await store.remove(key);
      await expect(store.get(key)).rejects.toThrow(ObjectMissing);
    });

    it('refuses keys that lead out of the store', async () => {
      const store = await openOne();
      for (const key of ['../a', '/a', 'a//b', 'a/../../b', 'a/.', '', 'a\0b', 'a/']) {
        await expect(store.put(key, bytes('x'))).rejects.toThrow(RangeError);
      }
    });
  });
}
