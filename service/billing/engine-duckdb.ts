import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase, quote } from '../usage/duckdb.ts';
import { type BatchEngine, type BillLine, type SettleJob, type Total, totalColumns } from './engine.ts';
import { billSql, earlierSql, nothingEarlierSql, settleSql, totalsSql } from './sql.ts';

export interface DuckDbEngineOptions {
  readonly cores: number;
  /** For what does not fit into memory. */
  readonly folder: string;
}

const memoryOfCore = 2e9;

/** Runs the batch job in this process, one bucket after another on all cores. */
export async function openDuckDbEngine({ cores, folder }: DuckDbEngineOptions): Promise<BatchEngine> {
  const database = await openDatabase({ threads: cores, memoryBytes: cores * memoryOfCore, folder });
  await database.run('SET preserve_insertion_order = false');
  return {
    settle: (job) => settle(database, job),
    bill: async ({ totals, prices }) => {
      const types = totalColumns.map((column) => `${column}: 'VARCHAR'`).join(', ');
      const source = `read_json(${quote(totals)}, format = 'newline_delimited', columns = {${types}})`;
      await database.run(`CREATE OR REPLACE VIEW totals AS SELECT * FROM ${source}`);
      return (await database.rows(billSql(prices))) as unknown as readonly BillLine[];
    },
    close: () => database.close(),
  };
}

async function settle(database: Database, job: SettleJob): Promise<readonly Total[]> {
  const { landing, window, earlier, buckets, sealed } = job;
  const chosen = `deadline_at >= ${window.start} AND deadline_at < ${window.end}`;
  await database.run(`COPY (SELECT *, hash(request_id) % ${buckets} AS bucket
    FROM read_parquet(${quote(join(landing, '*.parquet'))}) WHERE ${chosen})
    TO ${quote(sealed)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE true)`);
  await database.run(`CREATE OR REPLACE TABLE settled (customer VARCHAR, result VARCHAR, records BIGINT,
    cpu_microseconds BIGINT, bytes_in BIGINT, bytes_out BIGINT, pixels BIGINT)`);
  for (const bucket of await readdir(sealed)) {
    await database.run(`CREATE OR REPLACE VIEW raw AS
      SELECT * FROM read_parquet(${quote(join(sealed, bucket, '*.parquet'))})`);
    if (earlier !== undefined) {
      await database.run(`CREATE OR REPLACE VIEW chapters AS
        SELECT * FROM read_parquet(${quote(join(earlier, '*.parquet'))})`);
    }
    await database.run(
      `CREATE OR REPLACE VIEW earlier AS ${earlier === undefined ? nothingEarlierSql : earlierSql}`,
    );
    await database.run(`INSERT INTO settled ${settleSql}`);
  }
  const rows = (await database.rows(totalsSql)) as unknown as readonly Total[];
  await database.run('DROP TABLE settled');
  return rows;
}
