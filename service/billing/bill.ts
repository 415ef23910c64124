import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { Span } from './calendar.ts';
import type { ChapterFiles } from './chapters.ts';
import {
  type Bill,
  type BillManifest,
  type ChapterManifest,
  encodeJson,
  hashOf,
  readJson,
  type Totals,
} from './documents.ts';
import type { BatchEngine } from './engine.ts';
import { billKey, billsPrefix, chapterKey, parseKey } from './keys.ts';
import type { PriceTexts } from './sql.ts';

export interface BillOptions {
  readonly cold: ColdStore;
  readonly engine: BatchEngine;
  readonly folder: string;
  readonly prices: PriceTexts;
  /** Seconds for which a bill is locked, from the end of its period. */
  readonly retention: number;
}

/** Bills of a period that are begun, and whether each is complete. */
export interface BillFiles {
  readonly number: number;
  readonly isComplete: boolean;
}

/** All bills, by the start of their period. */
export async function listBills(cold: ColdStore): Promise<ReadonlyMap<number, readonly BillFiles[]>> {
  const names = new Map<number, Map<number, Set<string>>>();
  for (const { key } of await cold.list(billsPrefix)) {
    const parsed = parseKey(key);
    if (!parsed) continue;
    const ofPeriod = names.get(parsed.start) ?? new Map<number, Set<string>>();
    ofPeriod.set(parsed.number, (ofPeriod.get(parsed.number) ?? new Set<string>()).add(parsed.name));
    names.set(parsed.start, ofPeriod);
  }
  const complete = ['manifest.json', 'bill.json', 'bill.csv'];
  return new Map(
    [...names].map(([start, bills]) => [
      start,
      [...bills]
        .map(([number, found]) => ({ number, isComplete: complete.every((name) => found.has(name)) }))
        .sort((a, b) => a.number - b.number),
    ]),
  );
}

/**
 * Fixes what the next bill of a period is computed from: the chapters that no bill of the period has yet. Returns its
 * number, or undefined where there is nothing new.
 */
export async function beginBill(
  period: Span,
  windows: ReadonlyMap<Span, readonly ChapterFiles[]>,
  bills: readonly BillFiles[],
  { cold, prices, retention }: Omit<BillOptions, 'engine' | 'folder'>,
): Promise<number | undefined> {
  const earlier = await Promise.all(
    bills.map(({ number }) => readJson<BillManifest>(cold, billKey(period, number, 'manifest.json'))),
  );
  const billed = new Set(earlier.flatMap(({ chapters }) => chapters.map(({ totals }) => totals)));
  const ids = [...windows].flatMap(([window, chapters]) =>
    chapters.map(({ number }) => ({ window, number })),
  );
  const open = ids.filter((id) => !billed.has(chapterKey(id, 'totals')));
  if (open.length === 0) return undefined;
  const manifests = await Promise.all(
    open.map((id) => readJson<ChapterManifest>(cold, chapterKey(id, 'manifest'))),
  );
  const number = Math.max(-1, ...bills.map((bill) => bill.number)) + 1;
  const manifest: BillManifest = {
    schema: 'headroom/bill-manifest/v1',
    period: { from: new Date(period.start).toISOString(), to: new Date(period.end).toISOString() },
    number,
    prices,
    chapters: manifests.map(({ totals }) => ({ totals: totals.key, hash: totals.hash })),
  };
  const retainUntil = period.end + retention * 1000;
  await cold.put(billKey(period, number, 'manifest.json'), encodeJson(manifest), { retainUntil });
  return number;
}

/** Computes a bill from its manifest and writes it; again and again the same bytes. */
export async function writeBill(period: Span, number: number, options: BillOptions): Promise<Bill> {
  const { cold, engine, folder, retention } = options;
  const { schema: _, ...manifest } = await readJson<BillManifest>(
    cold,
    billKey(period, number, 'manifest.json'),
  );
  const totals: Totals[] = [];
  for (const { totals: key, hash } of manifest.chapters) {
    const bytes = await cold.get(key);
    if (hashOf(bytes) !== hash) throw new Error(`${key} is not what the bill was begun with`);
    totals.push(JSON.parse(Buffer.from(bytes).toString()));
  }
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'totals.ndjson');
  await writeFile(
    file,
    totals
      .flat()
      .map((total) => `${JSON.stringify(total)}\n`)
      .join(''),
  );
  const lines = await engine.bill({ totals: file, prices: manifest.prices, work: join(folder, 'work') });
  const bill: Bill = { schema: 'headroom/bill/v1', ...manifest, currency: 'USD', lines };
  const retainUntil = period.end + retention * 1000;
  await cold.put(billKey(period, number, 'bill.json'), encodeJson(bill), { retainUntil });
  const csv = stringify(lines as never[], { header: true, columns: [...csvColumns] });
  await cold.put(billKey(period, number, 'bill.csv'), Buffer.from(csv), { retainUntil });
  return bill;
}

const csvColumns = [
  'customer',
  'requests',
  'cpu_seconds',
  'bytes_in',
  'bytes_out',
  'pixels',
  'cpu_usd',
  'bytes_usd',
  'exact_usd',
  'total_usd',
] as const;
