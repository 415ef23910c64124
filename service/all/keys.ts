import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from '../identity/database.ts';
import { migrate } from '../identity/migrate.ts';
import { seed } from '../identity/seed.ts';
import { writeDurably } from '../shared/durable-file.ts';

/** The key of the admin API: made once, kept in its file, readable by this user alone. */
export async function makeAdminKey(file: string): Promise<void> {
  if (await read(file)) return;
  await mkdir(dirname(file), { recursive: true });
  await writeDurably(file, `${randomBytes(32).toString('base64url')}\n`);
}

/**
 * The key of the first customer. The database keeps only its hash, so it is kept beside it for the next start: this
 * is a machine to try things out on. Undefined where the customer has a key and the file is gone.
 */
export async function makeFirstKey(database: Database, data: string): Promise<string | undefined> {
  const file = join(data, 'first-key');
  await migrate(database);
  const { key } = await seed(database);
  if (key !== undefined) await writeDurably(file, `${key}\n`);
  return key ?? (await read(file));
}

async function read(file: string): Promise<string | undefined> {
  return (await readFile(file, 'utf8').catch(() => '')).trim() || undefined;
}
