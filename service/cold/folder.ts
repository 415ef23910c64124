import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import {
  type ColdObject,
  type ColdStore,
  ColdStoreUnavailable,
  ObjectLocked,
  ObjectMissing,
} from '../contracts/cold-store.ts';
import { checkKey } from './object-key.ts';

export interface FolderStoreOptions {
  readonly folder: string;
  readonly bucket: string;
}

interface Note {
  readonly bytes: number;
  readonly hash: string;
  readonly retainUntil?: number;
}

/**
 * Cold storage in a folder: objects below `objects`, what is known of each below `notes`. An object is there when its
 * file is; its note is written first. It keeps retention against this service and against mistakes, not against
 * somebody who may delete files on the machine: that takes S3 with object lock.
 */
export async function openFolderStore({ folder, bucket }: FolderStoreOptions): Promise<ColdStore> {
  const root = join(folder, checkKey(bucket));
  const [objects, notes] = [join(root, 'objects'), join(root, 'notes')];
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      throw new ColdStoreUnavailable(`cold storage in ${root} failed: ${error.message}`, { cause: error });
    });
  await guarded(async () => {
    await mkdir(objects, { recursive: true });
    await mkdir(notes, { recursive: true });
  });
  const fileOf = (key: string) => join(objects, checkKey(key));
  const noteOf = (key: string) => join(notes, `${checkKey(key)}.json`);
  const find = async (key: string): Promise<Note | undefined> => {
    // A folder that is away must not look like one that is empty: a volume that is not mounted, for instance.
    await stat(objects);
    const isThere = await stat(fileOf(key)).then(() => true, absent);
    return isThere ? JSON.parse(await readFile(noteOf(key), 'utf8')) : undefined;
  };

  return {
    put: (key, bytes, options = {}) =>
      guarded(async () => {
        const hash = hashOf(bytes);
        const known = await find(key);
        if (known && known.hash !== hash) throw new ObjectLocked(`${key} is there with other bytes`);
        // Retention may be prolonged and never shortened.
        const retainUntil = Math.max(options.retainUntil ?? 0, known?.retainUntil ?? 0);
        if (known && retainUntil === (known.retainUntil ?? 0)) return;
        const note: Note = { bytes: bytes.length, hash, ...(retainUntil > 0 ? { retainUntil } : {}) };
        await writeWhole(noteOf(key), Buffer.from(JSON.stringify(note)));
        if (!known) await writeWhole(fileOf(key), bytes);
      }),
    get: (key) =>
      guarded(async () => {
        const note = await find(key);
        if (!note) throw new ObjectMissing(`there is no ${key}`);
        const bytes = await readFile(fileOf(key));
        if (hashOf(bytes) !== note.hash)
          throw new Error(`${key} is damaged: its bytes do not match their hash`);
        return bytes;
      }),
    list: (prefix) =>
      guarded(async () => {
        await stat(objects);
        // Only what lies below the folder that the prefix names whole.
        const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
        const keys = (await filesBelow(join(objects, below)))
          .map((file) => relative(objects, file).split(sep).join('/'))
          .filter((key) => key.startsWith(prefix) && !key.endsWith('.new'))
          .sort();
        return Promise.all(
          keys.map(
            async (key): Promise<ColdObject> => ({ key, ...JSON.parse(await readFile(noteOf(key), 'utf8')) }),
          ),
        );
      }),
    remove: (key) =>
      guarded(async () => {
        const note = await find(key);
        if (!note) return;
        if ((note.retainUntil ?? 0) > Date.now()) {
          throw new ObjectLocked(`${key} is kept until ${new Date(note.retainUntil ?? 0).toISOString()}`);
        }
        await unlink(fileOf(key));
        await rm(noteOf(key), { force: true });
      }),
    close: async () => {},
  };
}

/** Under another name first, so that nobody ever sees a part of it; then read-only. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const staged = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(staged, 'wx', 0o444);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(staged, file);
  } catch (error) {
    await unlink(staged).catch(() => undefined);
    throw error;
  }
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function absent(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
