import { chmodSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openColdStore } from '../../../service/cold/open.ts';
import { ColdStoreUnavailable } from '../../../service/contracts/cold-store.ts';
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

  it('is refused under an address that it cannot have', async () => {
    await expect(openColdStore({ url: 'ftp://a', bucket: 'b', retention: 1 })).rejects.toThrow(RangeError);
  });
});
