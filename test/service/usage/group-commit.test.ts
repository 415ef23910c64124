import { describe, expect, it } from 'vitest';
import { decodeHeader, headerBytes } from '../../../service/usage/block.ts';
import { createGroupCommit } from '../../../service/usage/group-commit.ts';
import type { SegmentWriter } from '../../../service/usage/segment-writer.ts';

/** A segment in memory whose syncs end when the test says so; a disk that fails on demand cannot be had. */
function memorySegment() {
  const blocks: Buffer[] = [];
  const syncs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let abandoned = false;
  const writer: SegmentWriter = {
    segment: 1,
    durable: () => 0,
    written: () => 0,
    write: async (bytes) => {
      blocks.push(bytes);
    },
    sync: () => new Promise((resolve, reject) => syncs.push({ resolve, reject })),
    abandon: async () => {
      abandoned = true;
    },
    close: async () => {},
  };
  const counts = () => blocks.map((block) => decodeHeader(block.subarray(0, headerBytes))?.records);
  const nextSync = async () => {
    await expect.poll(() => syncs.length).toBeGreaterThan(0);
    return syncs.shift();
  };
  return { writer, counts, nextSync, isAbandoned: () => abandoned };
}

function open(segments: ReturnType<typeof memorySegment>[], fsyncInterval = 3600) {
  let at = 0;
  return createGroupCommit({
    fsyncInterval,
    current: async () => segments[at]?.writer ?? Promise.reject(new Error('no segment left')),
    failed: async () => {
      await segments[at]?.writer.abandon();
      at += 1;
    },
  });
}

const settled = async (promise: Promise<void>) => {
  let state = 'waiting';
  promise.then(
    () => {
      state = 'done';
    },
    () => {
      state = 'failed';
    },
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  return state;
};

describe('group commit', () => {
  it('resolves nobody before the sync, and writes what came meanwhile as one block', async () => {
    const segment = memorySegment();
    const commit = open([segment]);
    const first = commit.append('a\n', 1, true);
    const sync = await segment.nextSync();
    const others = ['b\n', 'c\n', 'd\n'].map((line) => commit.append(line, 1, true));
    expect(await settled(first)).toBe('waiting');
    expect(commit.pendingBytes()).toBe(6);
    sync?.resolve();
    await first;
    (await segment.nextSync())?.resolve();
    await Promise.all(others);
    expect(segment.counts()).toEqual([1, 3]);
    expect(commit.pendingBytes()).toBe(0);
  });

  it('lets those who do not wait go on after the write, and syncs them later', async () => {
    const segment = memorySegment();
    const commit = open([segment], 0.01);
    await commit.append('a\n', 1, false);
    (await segment.nextSync())?.resolve();
    expect(segment.counts()).toEqual([1]);
  });

  it('tells all of a group when their sync fails, gives the segment up, and goes on in another one', async () => {
    const [broken, next] = [memorySegment(), memorySegment()];
    const commit = open([broken, next]);
    const lost = ['a\n', 'b\n'].map((line) => commit.append(line, 1, true));
    (await broken.nextSync())?.reject(new Error('EIO'));
    const results = await Promise.allSettled(lost);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(broken.isAbandoned()).toBe(true);
    const later = commit.append('c\n', 1, true);
    (await next.nextSync())?.resolve();
    await later;
    expect(next.counts()).toEqual([1]);
  });

  it('takes appends that arrive at any moment of a commit', async () => {
    const segment = memorySegment();
    const instant: SegmentWriter = { ...segment.writer, sync: async () => {} };
    const commit = createGroupCommit({
      fsyncInterval: 1,
      current: async () => instant,
      failed: async () => {},
    });
    // Chains of different length continue in different turns of the microtask queue after their commit.
    const chain = async (depth: number) => {
      for (let at = 0; at < 50; at++) {
        await commit.append('x\n', 1, true);
        for (let turn = 0; turn < depth; turn++) await Promise.resolve();
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, depth) => chain(depth)));
    expect(segment.counts().reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(600);
  });
});
