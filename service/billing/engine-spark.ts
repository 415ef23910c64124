import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BatchEngine, type BillLine, type Total, totalColumns } from './engine.ts';
import { billSql, earlierSql, nothingEarlierSql, settleSql, totalsSql } from './sql.ts';

export interface SparkEngineOptions {
  /** The spark-sql program. */
  readonly command: string;
  /** The cluster, or `local[n]`. */
  readonly master: string;
  readonly partitions: number;
  /** Seconds after which a job is killed. */
  readonly deadline: number;
}

/** Thrown where Spark could not run the job, with the end of what it said. */
export class SparkFailed extends Error {
  override readonly name = 'SparkFailed';
}

const run = promisify(execFile);

/**
 * Runs the batch job on Spark, one `spark-sql` a step. All folders must be reachable by its executors. Spark spreads
 * the deduplication by its own shuffle, so buckets only name the files of the records that are sealed.
 */
export function openSparkEngine(options: SparkEngineOptions): BatchEngine {
  return {
    settle: async ({ landing, window, earlier, buckets, sealed, work }) => {
      const chosen = `deadline_at >= ${window.start} AND deadline_at < ${window.end}`;
      const statements = [
        parquetView('landing', landing),
        `CREATE TABLE sealed USING parquet PARTITIONED BY (bucket) LOCATION ${path(sealed)} AS
          SELECT /*+ REPARTITION(${buckets}, bucket) */ *
          FROM (SELECT *, pmod(hash(request_id), ${buckets}) AS bucket FROM landing WHERE ${chosen}) chosen`,
        'CREATE TEMPORARY VIEW raw AS SELECT * FROM sealed',
        ...(earlier === undefined ? [] : [parquetView('chapters', earlier)]),
        `CREATE TEMPORARY VIEW earlier AS ${earlier === undefined ? nothingEarlierSql : earlierSql}`,
        `CREATE TEMPORARY VIEW settled AS ${settleSql}`,
      ];
      return (await query(options, statements, totalsSql, work)) as unknown as readonly Total[];
    },
    bill: async ({ totals, prices, work }) => {
      const columns = totalColumns.map((column) => `${column} STRING`).join(', ');
      const view = `CREATE TEMPORARY VIEW totals (${columns}) USING json OPTIONS (path ${path(totals)})`;
      return (await query(options, [view], billSql(prices), work)) as unknown as readonly BillLine[];
    },
    close: () => {},
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Runs the statements, then the query, and returns its rows in their order. */
async function query(
  options: SparkEngineOptions,
  statements: readonly string[],
  select: string,
  work: string,
): Promise<readonly Row[]> {
  const output = join(work, 'output');
  const script = join(work, 'job.sql');
  await mkdir(work, { recursive: true });
  const write = `INSERT OVERWRITE DIRECTORY ${path(output)} USING json ${select}`;
  await writeFile(script, [...statements, write].map((statement) => `${statement};\n`).join(''));
  const settings = {
    'spark.sql.shuffle.partitions': options.partitions,
    'spark.sql.session.timeZone': 'UTC',
    // A sum that does not fit is an error, never a wrong bill.
    'spark.sql.ansi.enabled': true,
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.warehouse.dir': join(work, 'warehouse'),
    'spark.ui.enabled': false,
    ...(options.master.startsWith('local')
      ? { 'spark.driver.host': '127.0.0.1', 'spark.driver.bindAddress': '127.0.0.1' }
      : {}),
  };
  const given = Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
  await run(options.command, ['--master', options.master, ...given, '-f', script], {
    cwd: work,
    timeout: options.deadline * 1000,
    maxBuffer: 64 << 20,
  }).catch((error: Error & { stderr?: string }) => {
    throw new SparkFailed(`${error.message}\n${(error.stderr ?? '').slice(-2000)}`, { cause: error });
  });
  // Parts are numbered in the order of the result.
  const parts = (await readdir(output)).filter((name) => name.startsWith('part-')).sort();
  const texts = await Promise.all(parts.map((name) => readFile(join(output, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  );
}

function parquetView(name: string, folder: string): string {
  return `CREATE TEMPORARY VIEW ${name} USING parquet OPTIONS (path ${path(folder)})`;
}

function path(file: string): string {
  return `'${file.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
