import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { UsageRecord } from '../contracts/usage.ts';
import { syncFolder } from '../shared/durable-file.ts';
import type { Logger } from '../shared/log.ts';
import { createGroupCommit } from './group-commit.ts';
import { lockFolder } from './lock.ts';
import { writeRecord } from './record.ts';
import { listSegments, mendSegment, type Position, segmentFile, timeAt } from './segment.ts';
import { openSegment, type SegmentWriter } from './segment-writer.ts';

/** The log takes nothing now: its bound is reached, or the disk is too slow for what is written. */
export class UsageLogFull extends Error {
  override readonly name = 'UsageLogFull';
}

export interface LogOptions {
  readonly folder: string;
  /** Bytes that may wait in the log. */
  readonly bufferBytes: number;
  /** Seconds. */
  readonly fsyncInterval: number;
  readonly logger: Logger;
}

/** The local log of usage records: append-only, in segments, each record in it before its job is acknowledged. */
export interface RecordLog {
  /** Made with the log, so that two logs never have one name: the source of everything that is shipped from it. */
  readonly id: string;
  /**
   * Resolves when the records are synced; with `wait: false` when they are written, which a power loss can take for
   * `fsyncInterval` longer. Throws UsageLogFull, or the error of the disk; nothing is acknowledged then.
   */
  append(records: readonly UsageRecord[], wait?: boolean): Promise<void>;
  /** The same place, or the beginning of the next segment where this one is read to its end for good. */
  settle(position: Position): Position;
  file(segment: number): string;
  /** Bytes of a segment that may be read. */
  end(segment: number): number;
  /** Bytes that may be read behind a place. */
  bytesAfter(position: Position): number;
  /** Unix milliseconds at which the first block behind a place was written. */
  timeAt(position: Position): Promise<number | undefined>;
  /** Removes segments below this one; several may ask for the same at once. */
  forget(segment: number): Promise<void>;
  /** Where reading begins for somebody who never read. */
  first(): Position;
  /** Whether the last write went well. */
  healthy(): boolean;
  close(): Promise<void>;
}

const mostSegmentBytes = 64 << 20;
const mostPendingBytes = 64 << 20;

/**
 * Opens the log and cuts what a crash left half-written. Throws where another process has it open: two writers would
 * destroy each other's records.
 */
export async function openLog({
  folder,
  bufferBytes,
  fsyncInterval,
  logger,
}: LogOptions): Promise<RecordLog> {
  const segments = join(folder, 'segments');
  await mkdir(segments, { recursive: true });
  const lock = await lockFolder(folder);
  try {
    const id = await readId(folder);
    /** Readable bytes of the segments before the current one. */
    const ends = new Map<number, number>();
    for (const segment of await listSegments(segments)) {
      const { whole, cut } = await mendSegment(segmentFile(segments, segment));
      if (cut > 0) logger.warn({ segment, whole, cut }, 'cut the torn end of a segment');
      ends.set(segment, whole);
    }
    let last = Math.max(0, ...ends.keys());
    let writer: SegmentWriter | undefined;
    let error: unknown;
    // A segment is the unit of what is given back, so a small buffer gets small segments.
    const segmentBytes = Math.min(mostSegmentBytes, Math.max(4096, Math.floor(bufferBytes / 8)));

    const retire = () => {
      if (writer && writer.durable() > 0) ends.set(writer.segment, writer.durable());
      writer = undefined;
    };
    const current = async () => {
      if (writer && writer.written() >= segmentBytes) {
        await writer.sync();
        await writer.close();
        retire();
      }
      if (!writer) {
        // Never a number again that was used before, though all segments before may be gone.
        last = Math.max(last + 1, Date.now());
        writer = await openSegment(segments, last);
      }
      return writer;
    };
    const commit = createGroupCommit({
      fsyncInterval,
      current,
      failed: async (reason) => {
        await writer?.abandon();
        retire();
        error = reason;
        logger.error({ err: reason }, 'the usage log could not be written');
      },
    });
    const end = (segment: number) =>
      writer?.segment === segment ? writer.durable() : (ends.get(segment) ?? 0);
    const numbers = () => [...ends.keys(), ...(writer ? [writer.segment] : [])];
    const held = () => numbers().reduce((sum, segment) => sum + end(segment), 0);

    return {
      id,
      append: async (records, wait = true) => {
        const lines = records.map(writeRecord).join('');
        if (commit.pendingBytes() > mostPendingBytes) throw new UsageLogFull('the disk is too slow');
        if (records.length > 0 && held() + commit.pendingBytes() + lines.length > bufferBytes) {
          throw new UsageLogFull('the log holds as many bytes as it may');
        }
        await commit.append(lines, records.length, wait);
        error = undefined;
      },
      settle: (position) => {
        const isOver = position.segment !== writer?.segment && position.offset >= end(position.segment);
        const later = numbers().filter((segment) => segment > position.segment);
        return isOver && later.length > 0 ? { segment: Math.min(...later), offset: 0 } : position;
      },
      file: (segment) => segmentFile(segments, segment),
      end,
      bytesAfter: ({ segment, offset }) =>
        numbers()
          .filter((each) => each >= segment)
          .reduce((sum, each) => sum + end(each) - (each === segment ? offset : 0), 0),
      timeAt: async ({ segment, offset }) =>
        end(segment) > offset ? timeAt(segmentFile(segments, segment), offset) : undefined,
      forget: async (segment) => {
        for (const each of [...ends.keys()].filter((number) => number < segment)) {
          // Both destinations may give the same segment back at once.
          await rm(segmentFile(segments, each), { force: true });
          ends.delete(each);
        }
      },
      first: () => ({ segment: Math.min(last, ...numbers()), offset: 0 }),
      healthy: () => error === undefined,
      close: async () => {
        await commit.close().finally(async () => {
          await writer?.close();
          await lock.release();
        });
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function readId(folder: string): Promise<string> {
  const file = join(folder, 'id');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known.trim();
  const id = randomUUID();
  await writeFileAtomic(file, `${id}\n`);
  await syncFolder(folder);
  return id;
}
