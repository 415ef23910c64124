import type { SecretConfig } from '../shared/config-types.ts';
import { readSecret } from '../shared/secret.ts';
import type { Database } from './database.ts';
import { openEmbedded } from './database-embedded.ts';
import { openPostgres } from './database-postgres.ts';

export interface DatabaseConfig {
  /**
   * `embedded` (in memory), `embedded:FOLDER`, or `postgres://user@host:port,host:port/database`, of which the one that
   * is the primary is used.
   */
  readonly url: string;
  readonly password?: SecretConfig;
}

/** Opens the management plane's database; a real one connects when it is first used. Throws RangeError. */
export async function openDatabase({ url, password }: DatabaseConfig): Promise<Database> {
  const embedded = /^embedded(?::(?<folder>.+))?$/.exec(url);
  if (embedded) return openEmbedded(embedded.groups?.['folder']);
  return openPostgres({ url, ...(password ? { password: await readSecret(password) } : {}) });
}
