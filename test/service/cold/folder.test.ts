import { chmodSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openColdStore } from '../../../service/cold/open.ts';
import { ColdStoreUnavailable, ObjectLocked } from '../../../service/contracts/cold-store.ts';
import { coldStoreContract } from '../contracts/cold-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headroom-cold-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(bucket = 'records') {
  return openColdStore({ url: pathToFileURL(folder).href, bucket, retention: 60 });
}

coldStoreContract('a folder', open);

describe('cold storage in a folder', () => {
  it('leaves objects read-only and nothing half-written beside them', async () => {
    const store = await open('plain');
    await store.put('a/b', Buffer.from('bytes'));
    const names = readdirSync(join(folder, 'plain', 'objects', 'a'));
    expect(names).toEqual(['b']);
    expect(statSync(join(folder, 'plain', 'objects', 'a', 'b')).mode & 0o222).toBe(0);
  });

  it('notices bytes that changed on the disk', async () => {
    const store = await open('damaged');
    await store.put('a', Buffer.from('bytes'));
    const file = join(folder, 'damaged', 'objects', 'a');
    chmodSync(file, 0o644);
    writeFileSync(file, 'bytez');
    await expect(store.get('a')).rejects.toThrow('do not match their hash');
  });

  it('says that it is away instead of looking empty, and is back with its objects', async () => {
    const store = await open('away');
    await store.put('a', Buffer.from('bytes'));
    renameSync(join(folder, 'away'), join(folder, 'elsewhere'));
    await expect(store.put('b', Buffer.from('bytes'))).rejects.toThrow(ColdStoreUnavailable);
    await expect(store.get('a')).rejects.toThrow(ColdStoreUnavailable);
    await expect(store.list('')).rejects.toThrow(ColdStoreUnavailable);
    renameSync(join(folder, 'elsewhere'), join(folder, 'away'));
    expect((await store.list('')).map(({ key }) => key)).toEqual(['a']);
  });

  it('knows an object whose note a crash took, and locks it when it is put again', async () => {
    const store = await open('crashed');
    await store.put('a/b', Buffer.from('bytes'), { retainUntil: Date.now() + 60_000 });
    rmSync(join(folder, 'crashed', 'notes', 'a', 'b.json'));
    expect(Buffer.from(await store.get('a/b')).toString()).toBe('bytes');
    expect((await store.list('a/')).map(({ key, bytes }) => [key, bytes])).toEqual([['a/b', 5]]);
    await expect(store.put('a/b', Buffer.from('other'))).rejects.toThrow(ObjectLocked);
    await store.put('a/b', Buffer.from('bytes'), { retainUntil: Date.now() + 60_000 });
    await expect(store.remove('a/b')).rejects.toThrow(ObjectLocked);
  });

  it('lists what is there while others remove', async () => {
    const store = await open('busy');
    const keys = Array.from({ length: 50 }, (_, at) => `a/${at}`);
    for (const key of ['b', ...keys]) await store.put(key, Buffer.from(key));
    const removing = Promise.all(keys.map((key) => store.remove(key)));
    for (let look = 0; look < 20; look++) expect((await store.list('')).at(-1)?.key).toBe('b');
    await removing;
    expect((await store.list('')).map(({ key }) => key)).toEqual(['b']);
  });

  it('opens a bounded number of files at once to list many objects', async () => {
    const store = await open('many');
    const names = Array.from({ length: 500 }, (_, at) => `object-${at}`);
    for (const name of names) writeFileSync(join(folder, 'many', 'objects', name), name);
    let isListed = false;
    const listing = store.list('').finally(() => {
      isListed = true;
    });
    let most = 0;
    while (!isListed) {
      most = Math.max(
        most,
        process.getActiveResourcesInfo().filter((each) => each === 'FSReqPromise').length,
      );
      await turn();
    }
    expect(await listing).toHaveLength(500);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(50);
  });
});
