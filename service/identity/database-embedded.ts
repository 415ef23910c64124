import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from './database.ts';

/** PostgreSQL in the process: in memory, or kept in a folder. */
export async function openEmbedded(folder?: string): Promise<Database> {
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const engine = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
  return {
    // One connection: transactions come one after another, so each sees one snapshot anyway.
    transaction: (work) =>
      engine.transaction((sql) =>
        work({
          rows: async <Row>(text: string, values: readonly unknown[] = []) =>
            (await sql.query<Row>(text, [...values])).rows,
        }),
      ),
    close: () => engine.close(),
  };
}
