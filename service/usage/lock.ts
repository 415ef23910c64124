import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes that the path of a socket may have: 103 on macOS, 107 on Linux. */
const longestPath = 103;

/** Milliseconds after which a lock is looked at again: far longer than anybody needs to remove a stale one. */
const settleTime = 100;
/** Milliseconds in which the lock says its name, which is our own or that of a process that may hang. */
const namePatience = 10_000;

/** Thrown where another process uses the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/**
 * Takes a folder for this process. The lock is a socket that listens: it ends with the process, also on kill -9, so
 * that no stale lock is ever left to be removed by hand. Throws FolderInUse; a RangeError for a folder whose path is
 * too long for a socket.
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const path = socketIn(folder);
  const name = randomUUID();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy()).end(name, () => socket.destroy());
  });
  if (!(await listens(server, path))) {
    const found = identityOf(path);
    if (await answers(path)) throw new FolderInUse(`another process uses ${folder}`);
    removeStale(path, found);
    if (!(await listens(server, path))) throw new FolderInUse(`another process has just taken ${folder}`);
  }
  server.unref();
  await sleep(settleTime);
  // Another one may have found the same stale socket and removed ours for it. The server is not closed then: that would
  // remove the socket of the other one, which has the same path.
  if ((await nameAt(path)) !== name) throw new FolderInUse(`another process has just taken ${folder}`);
  return { release: () => new Promise((done) => server.close(() => done())) };
}

/** Tells a file from a later one at the same path, also where that got its inode; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.ctimeNs}`;
}

/**
 * Removes a socket unless another one has taken its place since it was found. Synchronous, so that next to no time is
 * left for that between the look and the removal.
 */
function removeStale(path: string, found: string | undefined): void {
  // Where its owner gave it back, it is gone already.
  if (found !== undefined && identityOf(path) === found) rmSync(path, { force: true });
}

/** The system would cut a longer path silently, and one lock would be taken for another. */
function socketIn(folder: string): string {
  const absolute = resolve(folder, 'lock');
  const paths = [absolute, relative(process.cwd(), absolute)];
  const path = paths.find((each) => Buffer.byteLength(each) <= longestPath);
  if (path === undefined) throw new RangeError(`too long a path for the socket that locks it: ${folder}`);
  return path;
}

/** False where the name is taken, by a process that lives or by the remains of one that was killed. */
function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((done, fail) => {
    const refused = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(false) : fail(error);
    server.once('error', refused);
    server.listen(path, () => {
      server.off('error', refused);
      done(true);
    });
  });
}

/** Also where the process that listens hangs. */
function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** What the lock at a path calls itself; empty where nobody says so. */
function nameAt(path: string): Promise<string> {
  const socket = connect(path);
  socket.setTimeout(namePatience, () => socket.destroy());
  return text(socket).catch(() => '');
}
