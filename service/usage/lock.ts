import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { relative, resolve } from 'node:path';

/** Bytes that the path of a socket may have: 103 on macOS, 107 on Linux. */
const longestPath = 103;

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
  const server = createServer((socket) => socket.destroy());
  if (!(await listens(server, path))) {
    if (await answers(path)) throw new FolderInUse(`another process uses ${folder}`);
    await unlink(path);
    if (!(await listens(server, path))) throw new FolderInUse(`another process has just taken ${folder}`);
  }
  server.unref();
  return { release: () => new Promise((done) => server.close(() => done())) };
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
