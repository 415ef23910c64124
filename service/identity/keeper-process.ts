import { parseArgs } from 'node:util';
import { keeperProblems } from '../launch/check-identity.ts';
import { ConfigInvalid, readConfig } from '../shared/config.ts';
import { createLogger } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { startKeeper } from './keeper.ts';

/** `keeper-process --config FILE`: the keeper of a PostgreSQL node, a process of its own so that nothing delays it. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new Error('--config FILE is missing');
  const config = await readConfig(values.config);
  if (!config.identity) throw new Error('the config has no section identity');
  const problems = await keeperProblems(config.identity);
  if (problems.length > 0) throw new ConfigInvalid(problems, values.config);
  const logger = createLogger('identity', config.logLevel);
  const keeper = await startKeeper(config.identity, { logger, metrics: createMetrics('identity') });
  logger.info({ addresses: keeper.addresses }, 'the keeper runs');
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    keeper.drain().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the keeper did not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
});
