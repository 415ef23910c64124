import { createHash, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type ColdStore, ObjectLocked, ObjectMissing } from '../../../service/contracts/cold-store.ts';

/** What every cold store must do. `open` opens the same store each time. */
export function coldStoreContract(name: string, open: () => Promise<ColdStore>): void {
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
