import { encodeBlock } from './block.ts';
import type { SegmentWriter } from './segment-writer.ts';

export interface GroupCommitOptions {
  /** Seconds after which the records of those who do not wait are synced. */
  readonly fsyncInterval: number;
  /** The segment to write to, a new one where the last is full or was abandoned. */
  readonly current: () => Promise<SegmentWriter>;
  /** Called after a write or a sync failed, before anybody is told: gives the segment up. */
  readonly failed: (error: unknown) => Promise<void>;
}

export interface GroupCommit {
  /** Resolves when the lines are synced, or with `wait: false` when they are written. */
  append(lines: string, records: number, wait: boolean): Promise<void>;
  /** Bytes taken and not written yet. */
  pendingBytes(): number;
  /** Writes and syncs what is pending; nothing may be appended any more. */
  close(): Promise<void>;
}

interface Entry {
  readonly lines: string;
  readonly bytes: number;
  readonly records: number;
  readonly wait: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds the memory of one write, and what a torn block can cost. */
const mostBytes = 4 << 20;

/**
 * Writes what arrived during the last sync as one block with one sync: the disk sets the pace, and the cost of a sync
 * is shared by all who wait for it. There is no waiting while the disk is idle.
 */
export function createGroupCommit({ fsyncInterval, current, failed }: GroupCommitOptions): GroupCommit {
  const entries: Entry[] = [];
  let pending = 0;
  let running = false;
  let timer: NodeJS.Timeout | undefined;

  const enqueue = (lines: string, records: number, wait: boolean) =>
    new Promise<void>((resolve, reject) => {
      const bytes = Buffer.byteLength(lines);
      entries.push({ lines, bytes, records, wait, resolve, reject });
      pending += bytes;
      if (!running) run();
    });

  const run = async () => {
    running = true;
    // One turn of the loop later, so that all who append in this turn share the first block.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (entries.length > 0) await commit(takeGroup(entries));
    // In the same turn as the last look at the entries, or one that comes in between would wait for ever.
    running = false;
  };

  const commit = async (group: readonly Entry[]) => {
    const records = group.reduce((sum, entry) => sum + entry.records, 0);
    pending -= group.reduce((sum, entry) => sum + entry.bytes, 0);
    try {
      const writer = await current();
      if (records > 0) {
        const body = Buffer.from(group.map(({ lines }) => lines).join(''));
        await writer.write(encodeBlock(body, records, Date.now()));
      }
      for (const entry of group) if (!entry.wait) entry.resolve();
      if (group.some(({ wait }) => wait)) await writer.sync();
      else syncSoon();
      for (const entry of group) entry.resolve();
    } catch (error) {
      await failed(error);
      for (const entry of group) entry.reject(error);
    }
  };

  const syncSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      // An empty entry that waits: a sync without a block. Who did not wait is not told of its failure.
      enqueue('', 0, true).catch(() => undefined);
    }, fsyncInterval * 1000);
  };

  return {
    append: enqueue,
    pendingBytes: () => pending,
    close: async () => {
      clearTimeout(timer);
      await enqueue('', 0, true);
    },
  };
}

function takeGroup(entries: Entry[]): readonly Entry[] {
  let bytes = 0;
  let count = 0;
  for (const entry of entries) {
    bytes += entry.bytes;
    if (count > 0 && bytes > mostBytes) break;
    count += 1;
  }
  return entries.splice(0, count);
}
