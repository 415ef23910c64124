import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type UsageRow,
  type UsageStore,
  UsageStoreUnavailable,
  type UsageTotal,
} from '../contracts/usage.ts';
import { syncFolder } from '../shared/durable-file.ts';
import { groupBy } from '../shared/group.ts';
import { type Database, openDatabase, quote, quoteFiles } from './duckdb.ts';

export interface ParquetStoreOptions {
  readonly folder: string;
  /** Seconds that a row is kept after its day. */
  readonly retention: number;
}

const day = 86_400_000;
/** Files of a day above which they become one. */
const mostFiles = 16;
const sums = ['requests', 'bytes_in', 'bytes_out', 'pixels', 'cpu_microseconds'] as const;
const merged = sums.map((sum) => `max(${sum}) AS ${sum}`).join(', ');
const keys = 'customer, window_start, source';

/**
 * The embedded batch store: a folder a day, in it Parquet files of rows as they were written; rows of the same
 * customer, window and source merge by maximum when they are read and when files are put together. Files appear and
 * disappear as wholes, so a process may read what another writes.
 */
export function openParquetStore({ folder, retention }: ParquetStoreOptions): UsageStore {
  let opened: Promise<Database> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const database = () => {
    opened ??= openDatabase({ threads: 1, memoryBytes: 256e6 });
    return opened;
  };
  /** One after another, since they share files in the making. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work).catch((cause) => {
      throw new UsageStoreUnavailable(`the usage store in ${folder} failed: ${cause.message}`, { cause });
    });
    last = result.catch(() => undefined);
    return result;
  };

  const write = async (rows: readonly UsageRow[]) => {
    for (const [name, ofDay] of groupBy(rows, ({ window }) => dayName(window))) {
      await writeDay(await database(), join(folder, name), ofDay);
    }
    await forgetDays(folder, Date.now() - retention * 1000);
  };
  const total = async (customer: string, from: number, to: number): Promise<UsageTotal> => {
    const files = await filesBetween(folder, from, to);
    const chosen = `customer = ${quote(customer)} AND window_start >= ${from} AND window_start < ${to}`;
    const added = sums.map((sum) => `sum(${sum})::BIGINT AS ${sum}`).join(', ');
    const [row] =
      files.length === 0
        ? []
        : await (await database()).rows(
            `SELECT ${added} FROM (SELECT ${merged} FROM read_parquet(${quoteFiles(files)})
             WHERE ${chosen} GROUP BY ${keys})`,
          );
    const [requests, bytesIn, bytesOut, pixels, cpuMicroseconds] = sums.map((sum) => Number(row?.[sum] ?? 0));
    return { customer, requests, bytesIn, bytesOut, pixels, cpuMicroseconds } as UsageTotal;
  };

  return {
    write: (rows) => inTurn(() => write(rows)),
    total: (customer, from, to) => inTurn(() => retryMoved(() => total(customer, from, to))),
    close: async () => {
      await last;
      (await opened)?.close();
      opened = undefined;
    },
  };
}

/** Another process may put files together between the listing and the reading; it does so once in many writes. */
async function retryMoved<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (attempt === 10 || !/No files found|No such file/.test((error as Error).message)) throw error;
    }
  }
}

async function writeDay(database: Database, folder: string, rows: readonly UsageRow[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = join(folder, 'rows.new');
  const lines = await open(source, 'w');
  await lines.writeFile(rows.map((row) => `${JSON.stringify(row)}\n`).join('')).finally(() => lines.close());
  const renamed = `customer, "window" AS window_start, source, requests, "bytesIn" AS bytes_in,
    "bytesOut" AS bytes_out, pixels, "cpuMicroseconds" AS cpu_microseconds`;
  const types = `{customer: 'VARCHAR', "window": 'BIGINT', source: 'VARCHAR', requests: 'BIGINT', "bytesIn": 'BIGINT',
    "bytesOut": 'BIGINT', pixels: 'BIGINT', "cpuMicroseconds": 'BIGINT'}`;
  const read = `read_json(${quote(source)}, format = 'newline_delimited', columns = ${types})`;
  await writeWhole(database, folder, `SELECT ${renamed} FROM ${read}`);
  await unlink(source);
  const files = await filesOf(folder);
  if (files.length <= mostFiles) return;
  // A crash between the two steps leaves rows twice, which merge.
  await writeWhole(
    database,
    folder,
    `SELECT ${keys}, ${merged} FROM read_parquet(${quoteFiles(files)})
    GROUP BY ${keys} ORDER BY ${keys}`,
  );
  for (const file of files) await unlink(file);
}

async function writeWhole(database: Database, folder: string, select: string): Promise<void> {
  const staged = join(folder, 'file.new');
  await database.run(`COPY (${select}) TO ${quote(staged)} (FORMAT parquet, COMPRESSION zstd)`);
  const handle = await open(staged, 'r');
  await handle.sync().finally(() => handle.close());
  await rename(staged, join(folder, `${randomUUID()}.parquet`));
  await syncFolder(folder);
}

async function filesBetween(folder: string, from: number, to: number): Promise<readonly string[]> {
  const [first, end] = [dayName(from), dayName(to - 1)];
  const days = (await listOrNothing(folder)).filter((name) => name >= first && name <= end);
  return (await Promise.all(days.map((name) => filesOf(join(folder, name))))).flat();
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await listOrNothing(folder);
  return names.filter((name) => name.endsWith('.parquet')).map((name) => join(folder, name));
}

async function listOrNothing(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function forgetDays(folder: string, before: number): Promise<void> {
  const oldest = dayName(before - day);
  for (const name of await listOrNothing(folder)) {
    if (/^day=/.test(name) && name < oldest) await rm(join(folder, name), { recursive: true });
  }
}

function dayName(at: number): string {
  return `day=${new Date(at).toISOString().slice(0, 10)}`;
}
