import type { Database } from './database.ts';
import { migrations } from './migrations.ts';

/** Any number that nobody else locks in this database: "hr" and the purpose. */
const lock = 0x6872_0001;

/**
 * Brings the schema up to date. Several nodes may do so at once: they wait for each other. Throws where the database
 * is newer than this program. Returns how many migrations were applied.
 */
export async function migrate(database: Database): Promise<number> {
  return database.transaction(async (sql) => {
    await sql.rows('select pg_advisory_xact_lock($1)', [lock]);
    await sql.rows(
      'create table if not exists migrations (number integer primary key, at timestamptz not null default now())',
    );
    const [done] = await sql.rows<{ number: number }>(
      'select coalesce(max(number), 0)::integer as number from migrations',
    );
    const from = done?.number ?? 0;
    if (from > migrations.length) {
      throw new Error(`the database has schema ${from}, this program knows ${migrations.length}: update it`);
    }
    for (const [index, statements] of migrations.entries()) {
      if (index < from) continue;
      for (const statement of statements) await sql.rows(statement);
      await sql.rows('insert into migrations (number) values ($1)', [index + 1]);
    }
    return migrations.length - from;
  });
}
