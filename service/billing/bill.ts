import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { ColdStore } from '../contracts/cold-store.ts';
import { inParallel } from '../shared/in-parallel.ts';
import type { Span } from './calendar.ts';
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
import { billKey, billsPrefix, type ChapterId, chapterKey, parseKey } from './keys.ts';
import type { PriceTexts } from './sql.ts';

const readAtOnce = 8;

export interface BillOptions {
  readonly cold: ColdStore;
  readonly engine: BatchEngine;
  readonly folder: string;
  readonly prices: PriceTexts;
  /** Seconds for which a bill is locked, from the end of its period. */
  readonly retention: number;
}

/** A bill that is begun. */
export interface BegunBill {
  /** As it was when the bill was begun, whatever the config says now. */
  readonly period: Span;
  readonly number: number;
  readonly isComplete: boolean;
  /** Keys of the totals that are on it. */
  readonly totals: readonly string[];
}

/** All bills, in order of their periods and numbers. */
export async function listBills(cold: ColdStore): Promise<readonly BegunBill[]> {
  const keys = new Set((await cold.list(billsPrefix)).map(({ key }) => key));
  const manifests = [...keys].filter((key) => parseKey(key)?.name === 'manifest.json');
  const bills = await inParallel(manifests, readAtOnce, async (key): Promise<BegunBill> => {
    const { period, number, chapters } = await readJson<BillManifest>(cold, key);
    const span = { start: Date.parse(period.from), end: Date.parse(period.to) };
    return {
      period: span,
      number,
      isComplete: (['bill.json', 'bill.csv'] as const).every((name) => keys.has(billKey(span, number, name))),
      totals: chapters.map(({ totals }) => totals),
    };
  });
  return [...bills].sort((a, b) => a.period.start - b.period.start || a.number - b.number);
}

/** Fixes what the next bill of a period is computed from: settled chapters that no bill has yet. Returns its number. */
export async function beginBill(
  period: Span,
  chapters: readonly ChapterId[],
  bills: readonly BegunBill[],
  { cold, prices, retention }: Omit<BillOptions, 'engine' | 'folder'>,
): Promise<number> {
  const manifests = await inParallel(chapters, readAtOnce, (id) =>
    readJson<ChapterManifest>(cold, chapterKey(id, 'manifest')),
  );
  const ofPeriod = bills.filter((bill) => bill.period.start === period.start);
  const number = Math.max(-1, ...ofPeriod.map((bill) => bill.number)) + 1;
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
