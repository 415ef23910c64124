import { migrate } from '../identity/migrate.ts';
import { openDatabase } from '../identity/open-database.ts';
import { seed } from '../identity/seed.ts';
import type { IdentityConfig } from '../shared/config-types.ts';

/** Makes a plan, a customer and a key where there are none; returns what to tell, the key for the only time. */
export async function seedIdentity(config: IdentityConfig): Promise<string> {
  const database = await openDatabase(config.database);
  try {
    await migrate(database);
    const { customer, plan, key } = await seed(database);
    if (key === undefined) return `customer ${customer} has a key already; nothing was changed`;
    return `customer ${customer}, plan ${plan}, key (shown only now): ${key}`;
  } finally {
    await database.close();
  }
}
