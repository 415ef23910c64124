import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import {
  type ColdObject,
  type ColdStore,
  ColdStoreUnavailable,
  ObjectLocked,
  ObjectMissing,
} from '../contracts/cold-store.ts';
import { syncFolder } from '../shared/durable-file.ts';
import { inParallel } from '../shared/in-parallel.ts';
import { checkLinks } from './links.ts';
import { checkKey } from './object-key.ts';

/** Far below the files that a process may have open, however many objects there are. */
const readAtOnce = 16;

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
 * file is, which appears whole and only once, whoever else writes it at the same time. Its note comes after it; where
 * a crash came between the two, its writer was told of nothing, and its hash is that of its bytes. It keeps retention
 * against this service and against mistakes, not against somebody who may delete files on the machine: that takes S3
 * with object lock. Throws ColdStoreUnavailable where the folder cannot be had or its file system knows no hard links.
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
    await checkLinks(root);
  });
  const fileOf = (key: string) => join(objects, checkKey(key));
  const noteOf = (key: string) => join(notes, `${checkKey(key)}.json`);
  const noteFor = async (key: string): Promise<Note | undefined> => {
    const text = await readFile(noteOf(key), 'utf8').catch(undefinedWhereAbsent);
    if (text !== undefined) return JSON.parse(text);
    const bytes = await readFile(fileOf(key)).catch(undefinedWhereAbsent);
    return bytes && { bytes: bytes.length, hash: hashOf(bytes) };
  };
  const find = async (key: string): Promise<Note | undefined> => {
    // A folder that is away must not look like one that is empty: a volume that is not mounted, for instance.
    await stat(objects);
    return (await stat(fileOf(key)).catch(undefinedWhereAbsent)) && noteFor(key);
  };

  return {
    put: (key, bytes, options = {}) =>
      guarded(async () => {
        const hash = hashOf(bytes);
        const before = await find(key);
        const isMine = before === undefined && (await writeOnce(fileOf(key), bytes));
        const known = isMine ? undefined : (before ?? (await find(key)));
        if (known && known.hash !== hash) throw new ObjectLocked(`${key} is there with other bytes`);
        // Retention may be prolonged and never shortened.
        const retainUntil = Math.max(options.retainUntil ?? 0, known?.retainUntil ?? 0);
        if (known && retainUntil === (known.retainUntil ?? 0)) return;
        const note: Note = { bytes: bytes.length, hash, ...(retainUntil > 0 ? { retainUntil } : {}) };
        await writeWhole(noteOf(key), Buffer.from(JSON.stringify(note)));
      }),
    get: (key) =>
      guarded(async () => {
        const note = await find(key);
        // It may be removed by somebody else between the two.
        const bytes = note && (await readFile(fileOf(key)).catch(undefinedWhereAbsent));
        if (!bytes) throw new ObjectMissing(`there is no ${key}`);
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
        const found = await inParallel(keys, readAtOnce, async (key): Promise<ColdObject | undefined> => {
          const note = await noteFor(key);
          return note && { key, ...note };
        });
        return found.filter((object) => object !== undefined);
      }),
    remove: (key) =>
      guarded(async () => {
        const note = await find(key);
        if (!note) return;
        if ((note.retainUntil ?? 0) > Date.now()) {
          throw new ObjectLocked(`${key} is kept until ${new Date(note.retainUntil ?? 0).toISOString()}`);
        }
        // The note first: one that stayed alone would speak for other bytes under this key.
        await rm(noteOf(key), { force: true });
        await rm(fileOf(key), { force: true });
      }),
    close: async () => {},
  };
}

/** Replaces what is there. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await staged(file, bytes, (from) => rename(from, file));
}

/** False where something is there already, which stays. */
function writeOnce(file: string, bytes: Uint8Array): Promise<boolean> {
  return staged(file, bytes, async (from) => {
    const isNew = await link(from, file).then(() => true, falseWhereThere);
    await unlink(from);
    return isNew;
  });
}

/** Under another name first, so that nobody ever sees a part of it; read-only; then through to the disk. */
async function staged<T>(file: string, bytes: Uint8Array, take: (from: string) => Promise<T>): Promise<T> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const from = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(from, 'wx', 0o444);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const taken = await take(from);
    await syncFolder(folder);
    return taken;
  } catch (error) {
    await unlink(from).catch(() => undefined);
    throw error;
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function undefinedWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

function falseWhereThere(error: NodeJS.ErrnoException): false {
  if (error.code === 'EEXIST') return false;
  throw error;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
