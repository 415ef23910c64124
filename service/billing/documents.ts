import { createHash } from 'node:crypto';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { BillLine, Total } from './engine.ts';
import type { PriceTexts } from './sql.ts';

/** What a chapter was begun with: after a crash it is finished with the same landing objects. */
export interface Sources {
  readonly schema: 'headroom/chapter-sources/v1';
  readonly landing: readonly { readonly key: string; readonly bytes: number }[];
}

export interface Part {
  readonly key: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** What a chapter holds; it is settled when this is there. */
export interface ChapterManifest {
  readonly schema: 'headroom/chapter/v1';
  readonly window: { readonly from: string; readonly to: string };
  readonly number: number;
  readonly parts: readonly Part[];
  readonly totals: Part;
  readonly records: Counts;
}

/** Raw records by what became of them; together they are all there were. */
export interface Counts {
  readonly billed: number;
  readonly duplicate: number;
  readonly late: number;
  readonly unanswered: number;
}

/** Everything that the bill is computed from; written before it, so that a second run cannot come out otherwise. */
export interface BillManifest {
  readonly schema: 'headroom/bill-manifest/v1';
  readonly period: { readonly from: string; readonly to: string };
  /** 0 for the bill, above for corrections, which hold only what the bills before them do not. */
  readonly number: number;
  readonly prices: PriceTexts;
  readonly chapters: readonly { readonly totals: string; readonly hash: string }[];
}

export interface Bill extends Omit<BillManifest, 'schema'> {
  readonly schema: 'headroom/bill/v1';
  readonly currency: 'USD';
  readonly lines: readonly BillLine[];
}

export type Totals = readonly Total[];

export function encodeJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

export async function readJson<T>(cold: ColdStore, key: string): Promise<T> {
  return JSON.parse(Buffer.from(await cold.get(key)).toString()) as T;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
