import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openColdStore } from '../../../service/cold/open.ts';
import { ColdStoreUnavailable } from '../../../service/contracts/cold-store.ts';

const { link } = files;
let folder: string;
let linked: number;

/** What `link` does: a file system that refuses it would take a mount, which tests may not make. */
function setLink(make: typeof link): void {
  files.link = make;
  syncBuiltinESMExports();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-links-'));
  linked = 0;
});
afterEach(() => {
  setLink(link);
  rmSync(folder, { recursive: true, force: true });
});

const open = () => openColdStore({ url: pathToFileURL(folder).href, bucket: 'records', retention: 60 });
const left = () => readdirSync(join(folder, 'records')).sort();
const refusing = (code: string) => () =>
  Promise.reject(Object.assign(new Error(`${code}: link`), { code, syscall: 'link' }));

describe('opening cold storage in a folder', () => {
  it('links a file of its own, and leaves nothing of it', async () => {
    setLink(async (from, to) => {
      await link(from, to);
      linked++;
    });
    await open();
    expect([linked, left()]).toEqual([1, ['notes', 'objects']]);
  });

  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
    'says that its file system knows no hard links (%s)',
    async (code) => {
      setLink(refusing(code));
      const opened = open();
      await expect(opened).rejects.toThrow(ColdStoreUnavailable);
      await expect(opened).rejects.toThrow('needs hard links');
      expect(left()).toEqual(['notes', 'objects']);
    },
  );

  it('goes on after a failure that may pass: what is there can be read', async () => {
    setLink(refusing('ENOSPC'));
    expect(await (await open()).list('')).toEqual([]);
  });
});
