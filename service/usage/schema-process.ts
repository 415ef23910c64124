import { parseArgs } from 'node:util';
import { usageStoreProblems } from '../launch/check-stores.ts';
import { ConfigInvalid, readConfig } from '../shared/config.ts';
import { openUsageStore } from './store.ts';

/**
 * `schema-process --config FILE`: makes the schema of the batch store that the section `usage` names, and ends. Run
 * before the first aggregator, so that none of them has to wait for it. Again, it changes nothing.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new Error('--config FILE is missing');
  const { usage } = await readConfig(values.config);
  if (!usage) throw new Error('the config has no section usage');
  const problems = await usageStoreProblems('usage.store', usage.store, usage.folder);
  if (problems.length > 0) throw new ConfigInvalid(problems, values.config);
  const store = openUsageStore(usage.store, { folder: usage.folder });
  try {
    // The first question of a client makes what is missing.
    await store.total('', 0, 1);
  } finally {
    await store.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(error instanceof ConfigInvalid ? 2 : 1);
  },
);
