import type { Span } from './calendar.ts';
import type { PriceTexts } from './sql.ts';

/** Whole numbers of a customer in one chapter, as text: they may be larger than a double holds. */
export interface Total {
  readonly customer: string;
  readonly requests: string;
  readonly cpu_microseconds: string;
  readonly bytes_in: string;
  readonly bytes_out: string;
  readonly pixels: string;
  readonly duplicate: string;
  readonly late: string;
  readonly unanswered: string;
}

/** A line of a bill; amounts in USD as decimal text. */
export interface BillLine {
  readonly customer: string;
  readonly requests: string;
  readonly cpu_seconds: string;
  readonly bytes_in: string;
  readonly bytes_out: string;
  readonly pixels: string;
  readonly cpu_usd: string;
  readonly bytes_usd: string;
  /** Before rounding. */
  readonly exact_usd: string;
  readonly total_usd: string;
}

export interface SettleJob {
  /** Folder with the Parquet files of raw records, of this window and others. */
  readonly landing: string;
  /** Only records with their deadline in here. */
  readonly window: Span;
  /** Folder with the records of earlier chapters; undefined where there are none. */
  readonly earlier?: string;
  /** Pieces by request id, so that one fits into memory. */
  readonly buckets: number;
  /** Empty folder for the window's records, bucket by bucket. */
  readonly sealed: string;
  /** Empty folder for the work. */
  readonly work: string;
}

export interface BillJob {
  /** File of `Total`s, one JSON object a line. */
  readonly totals: string;
  readonly prices: PriceTexts;
  readonly work: string;
}

/** What runs the SQL of the batch job. */
export interface BatchEngine {
  /** Writes the records of the window to `sealed` and returns what they come to, by customer. */
  settle(job: SettleJob): Promise<readonly Total[]>;
  /** Lines in the order of customers. */
  bill(job: BillJob): Promise<readonly BillLine[]>;
  close(): void;
}

export const totalColumns = [
  'customer',
  'requests',
  'cpu_microseconds',
  'bytes_in',
  'bytes_out',
  'pixels',
  'duplicate',
  'late',
  'unanswered',
] as const satisfies readonly (keyof Total)[];
