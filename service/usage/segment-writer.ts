import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../shared/durable-file.ts';
import { segmentFile } from './segment.ts';

/** The segment that is being written. */
export interface SegmentWriter {
  readonly segment: number;
  /** Bytes that are synced: only these are read, and survive a power loss. */
  durable(): number;
  /** Bytes that are written. */
  written(): number;
  write(bytes: Buffer): Promise<void>;
  sync(): Promise<void>;
  /** Cuts what is not synced and closes; an empty file is removed. For after a write or a sync that failed. */
  abandon(): Promise<void>;
  close(): Promise<void>;
}

/** Begins a segment; its name is safe in the folder when this returns. */
export async function openSegment(folder: string, segment: number): Promise<SegmentWriter> {
  const file = segmentFile(folder, segment);
  const handle = await open(file, 'wx');
  await syncFolder(dirname(file)).catch(async (error) => {
    await handle.close();
    await unlink(file).catch(() => undefined);
    throw error;
  });
  let durable = 0;
  let written = 0;
  return {
    segment,
    durable: () => durable,
    written: () => written,
    write: async (bytes) => {
      await writeAll(handle, bytes, written);
      written += bytes.length;
    },
    sync: async () => {
      const upTo = written;
      await handle.datasync();
      durable = upTo;
    },
    // After a failed sync the kernel may have dropped the pages and call the next sync a success, so that what was
    // not synced before is never counted on again.
    abandon: async () => {
      await handle.truncate(durable).catch(() => undefined);
      await handle.close().catch(() => undefined);
      if (durable === 0) await unlink(file).catch(() => undefined);
    },
    close: () => handle.close(),
  };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
