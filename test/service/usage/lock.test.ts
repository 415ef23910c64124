import { existsSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
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

function listenAt(path: string): Promise<Server> {
  return new Promise((done) => {
    const server = createServer((socket) => socket.destroy()).listen(path, () => done(server));
  });
}

/** A socket at which nobody listens, as kill -9 leaves it. */
async function leaveStale(): Promise<void> {
  const path = join(base, 'lock');
  const server = await listenAt(path);
  linkSync(path, `${path}.kept`);
  await new Promise((done) => server.close(done));
  renameSync(`${path}.kept`, path);
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

  it('is taken where its owner gives it back in the moment in which it is looked at', async () => {
    await leaveStale();
    const locking = lockFolder(base);
    unlinkSync(join(base, 'lock'));
    await (await locking).release();
  });

  it('is had by one of many that find the remains of a killed process at once', async () => {
    for (let round = 0; round < 5; round++) {
      await leaveStale();
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(base)));
      const locks = all.filter((each) => each.status === 'fulfilled');
      const errors = all.filter((each) => each.status === 'rejected').map(({ reason }) => reason);
      expect(errors.filter((error) => !(error instanceof FolderInUse))).toEqual([]);
      expect(locks).toHaveLength(1);
      await locks[0]?.value.release();
    }
  });

  it('is not had by one whose socket another one has just removed as stale, and left to that one', async () => {
    const locking = lockFolder(base);
    unlinkSync(join(base, 'lock'));
    const other = await listenAt(join(base, 'lock'));
    await expect(locking).rejects.toThrow(FolderInUse);
    await new Promise<void>((done, fail) => {
      const socket = connect(join(base, 'lock'), () => done(void socket.destroy()));
      socket.once('error', fail);
    });
    await new Promise((done) => other.close(done));
  });
});
