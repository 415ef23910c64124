import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderInUse, lockFolder } from '../../../service/usage/lock.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'headroom-lock-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** A folder whose lock has a path of so many bytes. */
function folderOf(bytes: number): string {
  const folder = join(base, 'x'.repeat(bytes - base.length - '//lock'.length));
  mkdirSync(folder);
  return folder;
}

describe('the lock of a folder', () => {
  it('is had by one at a time, up to the longest path that sockets have on every system', async () => {
    const folder = folderOf(103);
    const lock = await lockFolder(folder);
    expect(existsSync(join(folder, 'lock'))).toBe(true);
    await expect(lockFolder(folder)).rejects.toThrow(FolderInUse);
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it('is refused where its path is too long, instead of being cut and taken for that of another folder', async () => {
    const folder = folderOf(250);
    await expect(lockFolder(folder)).rejects.toThrow('too long a path for the socket');
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
