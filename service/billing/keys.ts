import { type Span, timeFromName, timeName } from './calendar.ts';

/**
 * Where things are in cold storage.
 *
 *     landing/LOG/PIECE.parquet            raw records as the aggregators send them
 *     sealed/WINDOW/CHAPTER/HASH.parquet   raw records of a window, locked
 *     chapters/WINDOW/CHAPTER/NAME.json    sources (what is being settled), totals, manifest (written last)
 *     bills/PERIOD/NUMBER/NAME             manifest (written first), bill.json, bill.csv; above 0 are corrections
 */
export interface ChapterId {
  readonly window: Span;
  /** 0 for what was there when the window was settled first; above for records that came later. */
  readonly number: number;
}

export const chaptersPrefix = 'chapters/';
export const billsPrefix = 'bills/';

export function chapterKey({ window, number }: ChapterId, name: 'sources' | 'totals' | 'manifest'): string {
  return `${chaptersPrefix}${timeName(window.start)}/${number}/${name}.json`;
}

export function sealedKey({ window, number }: ChapterId, hash: string): string {
  return `sealed/${timeName(window.start)}/${number}/${hash}.parquet`;
}

export function billKey(
  period: Span,
  number: number,
  name: 'manifest.json' | 'bill.json' | 'bill.csv',
): string {
  return `${billsPrefix}${timeName(period.start)}/${number}/${name}`;
}

/** Start, number and name out of a chapter's or a bill's key; undefined for another key. */
export function parseKey(
  key: string,
): { readonly start: number; readonly number: number; readonly name: string } | undefined {
  const match = /^(?:chapters|bills)\/([^/]+)\/(\d+)\/([^/]+)$/.exec(key);
  const start = timeFromName(match?.[1] ?? '');
  if (!match || Number.isNaN(start)) return undefined;
  return { start, number: Number(match[2]), name: match[3] ?? '' };
}
