import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../shared/log.ts';
import { FolderInUse, lockFolder } from '../usage/lock.ts';

/** A folder for the records of one run. */
export interface Scratch {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Milliseconds in which a run locks the folder that it has made. */
const young = 60_000;
/** Characters that `mkdtemp` appends. */
const appended = 6;

/**
 * Makes a folder for a run, in a base that is made where it is absent; that of the system where none is given. What
 * runs of this host left that were killed is removed where it can be: each folder is locked by its process while that
 * lives. Throws where no folder can be made or locked.
 */
export async function makeScratch(base: string = tmpdir(), logger: Logger): Promise<Scratch> {
  await mkdir(base, { recursive: true });
  // A hash, since the path of a lock must be short and names of hosts may be long.
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  const prefix = `headroom-billing-${host}-`;
  await removeLeft(base, prefix, logger);
  const folder = await mkdtemp(join(base, prefix));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const lock = await lockFolder(folder).catch(async (error) => {
    await removeFolder();
    throw error;
  });
  return {
    folder,
    async remove() {
      await lock.release();
      await removeFolder();
    },
  };
}

async function removeLeft(base: string, prefix: string, logger: Logger): Promise<void> {
  const isLeft = (name: string) => name.startsWith(prefix) && name.length === prefix.length + appended;
  const warn = (folder: string) => (err: Error) =>
    logger.warn({ err, folder }, 'what was left is not removed');
  const names = await readdir(base).catch((error) => {
    warn(base)(error);
    return [];
  });
  for (const folder of names.filter(isLeft).map((name) => join(base, name))) {
    await removeOne(folder, logger).catch(warn(folder));
  }
}

async function removeOne(folder: string, logger: Logger): Promise<void> {
  try {
    if (Date.now() - (await stat(folder)).mtimeMs < young) return;
    const lock = await lockFolder(folder);
    await lock.release();
    await rm(folder, { recursive: true, force: true });
    logger.info({ folder }, 'removed what a run left that was killed');
  } catch (error) {
    // Its run lives, or another one has just removed it.
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!(error instanceof FolderInUse) && !isGone) throw error;
  }
}
