export type Value = string | number | boolean | null | Date;

/** Statements inside one transaction. */
export interface Sql {
  /** Rows of a statement with `$1`, `$2`, … for values. */
  rows<Row = Record<string, unknown>>(text: string, values?: readonly Value[]): Promise<readonly Row[]>;
}

export interface TransactionOptions {
  /** One snapshot for all statements (repeatable read); otherwise each sees what is committed when it begins. */
  readonly snapshot?: boolean;
}

/** PostgreSQL, real or in the process: the same SQL on both. */
export interface Database {
  /**
   * Runs `work` in a transaction and commits; rolls back where it throws. Throws DatabaseUnavailable where no primary
   * is found, and CommitUnclear where it cannot be known whether the change was made.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>;
  close(): Promise<void>;
}

/** No primary answers: nothing was changed. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** The primary was lost while it committed: the change was made or not; look before doing it again. */
export class CommitUnclear extends Error {
  override readonly name = 'CommitUnclear';
}
