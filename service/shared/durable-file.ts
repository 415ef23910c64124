import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file whole or not at all, through to the disk. Its name is safe only after `syncFolder`. */
export async function writeThrough(file: string, bytes: Uint8Array | string): Promise<void> {
  const staged = `${file}.new`;
  try {
    const handle = await open(staged, 'w', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(staged, file);
  } catch (error) {
    // A part of a file would go on filling a disk that is full already.
    await unlink(staged).catch(() => undefined);
    throw error;
  }
}

/** Makes the names of files in a folder survive a power loss. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file with its name, both safe. */
export async function writeDurably(file: string, bytes: Uint8Array | string): Promise<void> {
  await writeThrough(file, bytes);
  await syncFolder(dirname(file));
}
