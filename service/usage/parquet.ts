import { columns } from './columns.ts';
import { type Database, quote } from './duckdb.ts';

export interface ParquetSummary {
  readonly records: number;
  readonly earliestDeadline: number;
  readonly latestDeadline: number;
}

/** Turns records as JSON lines into Parquet, in their order; equal lines give equal bytes. */
export async function writeParquet(database: Database, from: string, to: string): Promise<ParquetSummary> {
  const types = columns.map(([, key, type]) => `"${key}": '${type}'`).join(', ');
  const names = columns.map(([column, key]) => `"${key}" AS ${column}`).join(', ');
  const source = `read_json(${quote(from)}, format = 'newline_delimited', columns = {${types}})`;
  await database.run(
    `COPY (SELECT ${names} FROM ${source}) TO ${quote(to)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const [row] = await database.rows(
    `SELECT count(*) AS records, min(deadline_at) AS earliest, max(deadline_at) AS latest FROM read_parquet(${quote(to)})`,
  );
  return {
    records: Number(row?.['records']),
    earliestDeadline: Number(row?.['earliest']),
    latestDeadline: Number(row?.['latest']),
  };
}
