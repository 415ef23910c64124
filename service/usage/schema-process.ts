import { parseArgs } from 'node:util';
import { readConfig } from '../shared/config.ts';
import { openUsageStore } from './store.ts';

/**
 * `schema-process --config FILE`: makes the schema of the batch store that the section `usage` names, and ends. Run
 * before the first aggregator: two clients that make it at once disagree about it. Again, it changes nothing.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new Error('--config FILE is missing');
  const { usage } = await readConfig(values.config);
  if (!usage) throw new Error('the config has no section usage');
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
    process.exit(1);
  },
);
