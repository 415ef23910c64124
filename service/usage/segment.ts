import { type FileHandle, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlockHeader, decodeHeader, headerBytes, isWhole } from './block.ts';

/** A place in the log: the number of a segment file and a byte in it, always the beginning of a block. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export interface Block {
  readonly header: BlockHeader;
  readonly body: Buffer;
  /** Where the next block begins. */
  readonly end: number;
}

/** `12` is the file `000000000000012.log`. */
export function segmentFile(folder: string, segment: number): string {
  return join(folder, `${String(segment).padStart(15, '0')}.log`);
}

/** Numbers of the segments in a folder, in order. */
export async function listSegments(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^\d{15}\.log$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
}

/** Blocks from `from` up to the byte `until`; ends early at the first one that is not whole. */
export async function* readBlocks(file: string, from: number, until: number): AsyncGenerator<Block> {
  const handle = await open(file, 'r');
  try {
    for (let at = from; at < until; ) {
      const block = await readBlock(handle, at, until);
      if (!block) return;
      yield block;
      at = block.end;
    }
  } finally {
    await handle.close();
  }
}

/** Time of writing of the block that begins there; undefined where there is none. */
export async function timeAt(file: string, offset: number): Promise<number | undefined> {
  const handle = await open(file, 'r');
  try {
    return (await readHeader(handle, offset))?.at;
  } finally {
    await handle.close();
  }
}

/**
 * Finds the end of the last whole block and cuts off what follows: the remains of a write that a crash interrupted,
 * which nobody was told is safe. The remains are kept beside the log, since only people can tell a torn write from
 * a broken disk. Returns the whole bytes and how many were cut.
 */
export async function mendSegment(file: string): Promise<{ readonly whole: number; readonly cut: number }> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    let whole = 0;
    for (let block = await readBlock(handle, 0, size); block; block = await readBlock(handle, whole, size)) {
      whole = block.end;
    }
    if (whole < size) {
      // A full disk may not keep the log from starting.
      await setRemainsAside(handle, `${file}.cut-${whole}`, whole, size).catch(() => undefined);
      await handle.truncate(whole);
      await handle.datasync();
    }
    return { whole, cut: size - whole };
  } finally {
    await handle.close();
  }
}

async function setRemainsAside(handle: FileHandle, name: string, from: number, to: number): Promise<void> {
  const remains = await open(`${name}.new`, 'w');
  try {
    const piece = Buffer.alloc(1 << 20);
    for (let at = from; at < to; ) {
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, to - at), at);
      if (bytesRead === 0) break;
      await remains.write(piece, 0, bytesRead);
      at += bytesRead;
    }
    await remains.datasync();
  } finally {
    await remains.close();
  }
  await rename(`${name}.new`, name);
}

async function readBlock(handle: FileHandle, at: number, until: number): Promise<Block | undefined> {
  const header = await readHeader(handle, at);
  const start = at + headerBytes;
  if (!header || start + header.bytes > until) return undefined;
  const body = Buffer.allocUnsafe(header.bytes);
  const { bytesRead } = await handle.read(body, 0, header.bytes, start);
  if (bytesRead < header.bytes || !isWhole(header, body)) return undefined;
  return { header, body, end: start + header.bytes };
}

async function readHeader(handle: FileHandle, at: number): Promise<BlockHeader | undefined> {
  const bytes = Buffer.alloc(headerBytes);
  const { bytesRead } = await handle.read(bytes, 0, headerBytes, at);
  return bytesRead < headerBytes ? undefined : decodeHeader(bytes);
}
