import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColdStore } from '../contracts/cold-store.ts';
import { inParallel } from '../shared/in-parallel.ts';
import {
  type ChapterManifest,
  type Counts,
  encodeJson,
  hashOf,
  type Part,
  readJson,
  type Sources,
} from './documents.ts';
import type { BatchEngine, Total } from './engine.ts';
import { type ChapterId, chapterKey, sealedKey } from './keys.ts';

export interface SettleOptions {
  readonly cold: ColdStore;
  readonly engine: BatchEngine;
  readonly folder: string;
  /** Most pieces by request id. */
  readonly partitions: number;
  /** Seconds for which records are locked, from the end of their window. */
  readonly retention: number;
}

/** Bytes of landing objects for one piece: about a million records. */
const bucketBytes = 24e6;
const fetchedAtOnce = 8;

/**
 * Settles a chapter: from the landing objects that its sources name, the records of its window go to locked objects,
 * deduplicated sums go to its totals, and the manifest closes it. Whatever a crash leaves of it is done again with the
 * same outcome: sources are fixed, and parts are named by their hash.
 */
export async function settleChapter(id: ChapterId, options: SettleOptions): Promise<ChapterManifest> {
  const { cold, engine, folder, partitions, retention } = options;
  const { landing } = await readJson<Sources>(cold, chapterKey(id, 'sources'));
  const at = {
    landing: join(folder, 'landing'),
    earlier: join(folder, 'earlier'),
    sealed: join(folder, 'sealed'),
  };
  await rm(folder, { recursive: true, force: true });
  for (const each of Object.values(at)) await mkdir(each, { recursive: true });
  await fetchAll(
    cold,
    landing.map(({ key }) => key),
    at.landing,
  );
  const before = await earlierParts(cold, id);
  await fetchAll(
    cold,
    before.map(({ key }) => key),
    at.earlier,
  );

  const bytes = landing.reduce((sum, each) => sum + each.bytes, 0);
  const totals = await engine.settle({
    landing: at.landing,
    window: id.window,
    ...(before.length > 0 ? { earlier: at.earlier } : {}),
    buckets: Math.min(partitions, Math.max(1, Math.ceil(bytes / bucketBytes))),
    sealed: at.sealed,
    work: join(folder, 'work'),
  });

  const retainUntil = id.window.end + retention * 1000;
  const put = async (bytes: Uint8Array, keyOf: (hash: string) => string): Promise<Part> => {
    const hash = hashOf(bytes);
    const key = keyOf(hash);
    await cold.put(key, bytes, { retainUntil });
    return { key, bytes: bytes.length, hash };
  };
  const parts: Part[] = [];
  for (const file of await parquetBelow(at.sealed)) {
    parts.push(await put(await readFile(file), (hash) => sealedKey(id, hash)));
  }
  const manifest: ChapterManifest = {
    schema: 'headroom/chapter/v1',
    window: { from: new Date(id.window.start).toISOString(), to: new Date(id.window.end).toISOString() },
    number: id.number,
    parts: parts.sort((a, b) => (a.key < b.key ? -1 : 1)),
    totals: await put(encodeJson(totals), () => chapterKey(id, 'totals')),
    records: countsOf(totals),
  };
  await put(encodeJson(manifest), () => chapterKey(id, 'manifest'));
  await rm(folder, { recursive: true, force: true });
  return manifest;
}

/** Fixes what a chapter is made of, before anything is made of it. */
export async function beginChapter(
  id: ChapterId,
  landing: Sources['landing'],
  { cold, retention }: Pick<SettleOptions, 'cold' | 'retention'>,
): Promise<void> {
  const sources: Sources = { schema: 'headroom/chapter-sources/v1', landing };
  const retainUntil = id.window.end + retention * 1000;
  await cold.put(chapterKey(id, 'sources'), encodeJson(sources), { retainUntil });
}

async function earlierParts(cold: ColdStore, { window, number }: ChapterId): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (let before = 0; before < number; before++) {
    const manifest = await readJson<ChapterManifest>(
      cold,
      chapterKey({ window, number: before }, 'manifest'),
    );
    parts.push(...manifest.parts);
  }
  return parts;
}

async function fetchAll(cold: ColdStore, keys: readonly string[], folder: string): Promise<void> {
  await inParallel(keys, fetchedAtOnce, async (key, at) =>
    writeFile(join(folder, `${at}.parquet`), await cold.get(key)),
  );
}

async function parquetBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function countsOf(totals: readonly Total[]): Counts {
  const sum = (key: 'requests' | 'duplicate' | 'late' | 'unanswered') =>
    totals.reduce((all, total) => all + Number(total[key]), 0);
  return {
    billed: sum('requests'),
    duplicate: sum('duplicate'),
    late: sum('late'),
    unanswered: sum('unanswered'),
  };
}
