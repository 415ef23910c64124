import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog, type RecordLog, UsageLogFull } from '../../../service/usage/log.ts';
import { listSegments, readBlocks } from '../../../service/usage/segment.ts';
import { quiet, record, records, useFolders } from './support.ts';

const makeFolder = useFolders();

function open(folder: string, more: { bufferBytes?: number; fsyncInterval?: number } = {}) {
  return openLog({ folder, bufferBytes: 10_000_000, fsyncInterval: 0.02, logger: quiet, ...more });
}

/** Request ids of everything that may be read. */
async function idsOf(log: RecordLog): Promise<string[]> {
  const ids: string[] = [];
  for (let at = log.settle(log.first()); ; ) {
    for await (const { body, end } of readBlocks(log.file(at.segment), at.offset, log.end(at.segment))) {
      for (const line of body.toString().trimEnd().split('\n')) ids.push(JSON.parse(line).requestId);
      at = { ...at, offset: end };
    }
    const next = log.settle(at);
    if (next.segment === at.segment) return ids;
    at = next;
  }
}

function lastSegment(folder: string): string {
  return join(
    folder,
    'segments',
    readdirSync(join(folder, 'segments'))
      .filter((name) => name.endsWith('.log'))
      .at(-1) ?? '',
  );
}

describe('the log of usage records', () => {
  it('has what was appended, in order, and after it was opened again', async () => {
    const folder = makeFolder();
    const log = await open(folder);
    await log.append([record(1), record(2)]);
    await log.append([record(3)]);
    expect(await idsOf(log)).toEqual(['request-1', 'request-2', 'request-3']);
    await log.close();
    const again = await open(folder);
    await again.append([record(4)]);
    expect(await idsOf(again)).toEqual(['request-1', 'request-2', 'request-3', 'request-4']);
    expect(again.id).toBe(log.id);
    await again.close();
  });

  it('shares one block among all who append at once', async () => {
    const folder = makeFolder();
    const log = await open(folder);
    await Promise.all(records(100).map((each) => log.append([each])));
    expect(readFileSync(lastSegment(folder), 'latin1').match(/^# /gm)).toHaveLength(1);
    await log.close();
  });

  it('syncs the records of those who do not wait within the interval', async () => {
    const folder = makeFolder();
    const log = await open(folder, { fsyncInterval: 0.05 });
    await log.append([record(1)], false);
    expect(await idsOf(log)).toEqual([]);
    expect(statSync(lastSegment(folder)).size).toBeGreaterThan(0);
    await expect.poll(() => idsOf(log)).toEqual(['request-1']);
    await log.close();
  });

  it('cuts a torn end, keeps the remains for people, and loses nothing before it', async () => {
    const folder = makeFolder();
    const log = await open(folder);
    await log.append([record(1)]);
    await log.append([record(2)]);
    await log.close();
    const file = lastSegment(folder);
    truncateSync(file, statSync(file).size - 5);
    const again = await open(folder);
    expect(await idsOf(again)).toEqual(['request-1']);
    expect(readdirSync(join(folder, 'segments')).filter((name) => name.includes('.cut-'))).toHaveLength(1);
    await again.append([record(3)]);
    expect(await idsOf(again)).toEqual(['request-1', 'request-3']);
    await again.close();
  });

  it('tells every torn length from a whole block', async () => {
    const folder = makeFolder();
    const log = await open(folder);
    await log.append([record(1)]);
    await log.close();
    const file = lastSegment(folder);
    const whole = readFileSync(file);
    for (const length of [1, 20, 41, 42, 43, whole.length - 1]) {
      writeFileSync(file, Buffer.concat([whole, whole.subarray(0, length)]));
      const again = await open(folder);
      expect(await idsOf(again)).toEqual(['request-1']);
      await again.close();
    }
  });

  it('does not take zeros or foreign text behind the last block for a block', async () => {
    for (const tail of [Buffer.alloc(5000), Buffer.from('not a block\n'.repeat(30))]) {
      const folder = makeFolder();
      const log = await open(folder);
      await log.append([record(1)]);
      await log.close();
      appendFileSync(lastSegment(folder), tail);
      const again = await open(folder);
      expect(await idsOf(again)).toEqual(['request-1']);
      await again.close();
    }
  });

  it('does not read a block with a flipped bit', async () => {
    const folder = makeFolder();
    const log = await open(folder);
    await log.append([record(1)]);
    await log.close();
    const file = lastSegment(folder);
    const bytes = readFileSync(file);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const again = await open(folder);
    expect(await idsOf(again)).toEqual([]);
    await again.close();
  });

  it('refuses above its bound, and takes again when segments were given back', async () => {
    const folder = makeFolder();
    const log = await open(folder, { bufferBytes: 40_000 });
    const taken: string[] = [];
    const fill = async () => {
      for (let id = 0; id < 1000; id++) {
        await log.append([record(`${taken.length}`)]);
        taken.push(`request-${taken.length}`);
      }
    };
    await expect(fill()).rejects.toThrow(UsageLogFull);
    expect(taken.length).toBeGreaterThan(100);
    expect(await idsOf(log)).toEqual(taken);
    const segments = await listSegments(join(folder, 'segments'));
    expect(segments.length).toBeGreaterThan(4);
    await log.forget(segments.at(-1) ?? 0);
    await log.append([record('after')]);
    expect((await idsOf(log)).at(-1)).toBe('request-after');
    await log.close();
  });

  it('takes it that both destinations give the same segments back at once', async () => {
    const log = await open(makeFolder(), { bufferBytes: 40_000 });
    for (let id = 0; id < 100; id++) await log.append([record(id)]);
    const { segment } = log.first();
    await Promise.all([log.forget(Infinity), log.forget(Infinity)]);
    expect(log.first().segment).toBeGreaterThan(segment);
    await log.close();
  });

  it('never uses the name of a segment twice, also when all were given back', async () => {
    const folder = makeFolder();
    const names = new Set<number>();
    for (let start = 0; start < 3; start++) {
      const log = await open(folder);
      await log.append([record(start)]);
      const [segment = 0] = await listSegments(join(folder, 'segments'));
      expect(names.has(segment)).toBe(false);
      names.add(segment);
      await log.close();
      const again = await open(folder);
      await again.forget(segment + 1);
      await again.close();
    }
  });

  it('refuses a folder that somebody else has open, and takes it when that one ended', async () => {
    const folder = makeFolder();
    const log = await open(folder);
    await expect(open(folder)).rejects.toThrow('another process uses');
    await log.close();
    const again = await open(folder);
    await again.close();
  });
});
