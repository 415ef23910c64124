import type { DuckDBConnection } from '@duckdb/node-api';

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** DuckDB in this process, in memory; it reads and writes files. */
export interface Database {
  run(sql: string): Promise<void>;
  /** Whole numbers of 64 bits and more, and decimals, come as text. */
  rows(sql: string): Promise<readonly Row[]>;
  close(): void;
}

export interface DatabaseOptions {
  readonly threads: number;
  /** Bytes; what does not fit goes to `folder`. */
  readonly memoryBytes?: number;
  readonly folder?: string;
}

/** Loads the native library on first use, so that roles without DuckDB never pay for it. */
export async function openDatabase({ threads, memoryBytes, folder }: DatabaseOptions): Promise<Database> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    // Nothing is fetched from the network, whatever the SQL says.
    autoinstall_known_extensions: 'false',
    // It tells files apart by path and second: one that is written anew at once would be read from the old bytes.
    enable_external_file_cache: 'false',
    ...(memoryBytes === undefined ? {} : { memory_limit: `${Math.floor(memoryBytes / 1e6)}MB` }),
    ...(folder === undefined ? {} : { temp_directory: folder }),
  });
  const connection: DuckDBConnection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson() as unknown as Row[],
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Text as an SQL literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** File names as an SQL list. */
export function quoteFiles(files: readonly string[]): string {
  return `[${files.map(quote).join(', ')}]`;
}
