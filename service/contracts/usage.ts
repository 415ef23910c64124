/**
 * One image, as the aggregator logs it. Written by the worker after the API server took the result and before the
 * job is acknowledged, so that what was served is billed, and what was not is not.
 */
export interface UsageRecord {
  /** Job id. Redelivered jobs write it twice; billing keeps one. */
  readonly requestId: string;
  readonly customer: string;
  /** Unix milliseconds at which the result was produced. */
  readonly finishedAt: number;
  readonly deadlineAt: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly pixels: number;
  readonly cpuMicroseconds: number;
  /**
   * `served`: the API server took the result in its time, also of a customer who hung up meanwhile; `late`: it was produced
   * too late; `unanswered`: no API server knew the job any more.
   */
  readonly outcome: 'served' | 'late' | 'unanswered';
  readonly worker: string;
}

/** The local aggregator, as the worker sees it. */
export interface UsageLog {
  /**
   * Resolves once the records are in the log and synced; the caller acknowledges its job only then. Throws RecordInvalid
   * where one of them is none, which no other try changes.
   */
  append(records: readonly UsageRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Thrown for records of which one is no usage record; nothing of them is written. */
export class RecordInvalid extends Error {
  override readonly name = 'RecordInvalid';
}

/** Sums of a customer over one window; a row is written again with the same or larger sums, and merges by maximum. */
export interface UsageRow {
  readonly customer: string;
  /** Start of the window, Unix milliseconds. */
  readonly window: number;
  /** The log that counted: sums of different sources add up, sums of one source replace each other. */
  readonly source: string;
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly pixels: number;
  readonly cpuMicroseconds: number;
}

export type UsageTotal = Omit<UsageRow, 'window' | 'source'>;

/** The batch store: much is written and little read; serves quotas and usage queries. */
export interface UsageStore {
  /** Merges by maximum; writing a row again changes nothing. Throws UsageStoreUnavailable. */
  write(rows: readonly UsageRow[]): Promise<void>;
  /** Sums over windows that begin in [from, to), Unix milliseconds. */
  total(customer: string, from: number, to: number): Promise<UsageTotal>;
  close(): Promise<void>;
}

export class UsageStoreUnavailable extends Error {
  override readonly name = 'UsageStoreUnavailable';
}
