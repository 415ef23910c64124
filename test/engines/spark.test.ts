import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { hasService, processesIn } from './engine-start.ts';

describe.skipIf(!hasService('spark'))('Spark', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-spark-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (command: string, ...args: readonly string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, TMPDIR: folder } });
  const sparkSql = (sql: string) => run('spark-sql', '-e', sql);

  const bill = (usage: string) => `
    SELECT customer, CAST(SUM(amount) AS BIGINT) AS amount, CAST(SUM(amount) AS DECIMAL(18, 6)) * 0.5 AS price
    FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY moment) AS nth FROM ${usage}) AS numbered
    WHERE nth = 1 GROUP BY customer ORDER BY customer`;

  it('bills Parquet files that DuckDB wrote as DuckDB does, and leaves nothing where it was called', async () => {
    const file = join(folder, 'usage.parquet');
    const duckdb = await (await DuckDBInstance.create()).connect();
    // Each id twice: 1,000 records of 500 requests.
    await duckdb.run(`COPY (SELECT i % 500 AS id, i AS moment, 'c' || (i % 500) % 3 AS customer, (i % 500)::BIGINT AS amount
      FROM range(1000) AS r(i)) TO '${file}' (FORMAT parquet)`);
    const rows = (await duckdb.runAndReadAll(bill(`read_parquet('${file}')`))).getRowsJson();
    duckdb.closeSync();

    const { status, stdout, stderr } = sparkSql(bill(`parquet.\`${file}\``));
    expect(status, stderr).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.map(([customer, amount]) => [customer, amount])).toEqual(
      rows.map(([c, a]) => [c, String(a)]),
    );
    expect(lines.map(([, , price]) => Number(price))).toEqual(rows.map(([, , price]) => Number(price)));
    expect(lines.map(([, amount]) => Number(amount)).reduce((a, b) => a + b, 0)).toBe((499 * 500) / 2);
    expect(readdirSync(folder).sort()).toEqual(['usage.parquet']);
    expect(processesIn(folder)).toEqual([]);
  });

  it('fails with a message where the SQL is wrong', () => {
    const { status, stderr } = sparkSql('SELECT nothing FROM nowhere');
    expect(status).not.toBe(0);
    expect(stderr).toContain('TABLE_OR_VIEW_NOT_FOUND');
  });
});
