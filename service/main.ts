import type { RunningRole } from './contracts/role.ts';
import { ArgumentsInvalid, type LaunchArguments, readArguments } from './launch/arguments.ts';
import { collectRarely } from './launch/collector.ts';
import { startRole } from './launch/start-role.ts';
import { untilStopped } from './launch/until-stopped.ts';
import { ConfigInvalid, readConfig } from './shared/config.ts';
import { createLogger, type Logger } from './shared/log.ts';

/** Main module of every role: `node main ROLE --config FILE`. Exit codes are those of headroom: 1 failure, 2 usage. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const wanted = readArguments(argv);
    if (['all', 'api', 'worker'].includes(wanted.role)) collectRarely();
    const { role, logger } = await start(wanted);
    return await untilStopped(role, logger);
  } catch (error) {
    const usage = error instanceof ArgumentsInvalid || error instanceof ConfigInvalid;
    process.stderr.write(`headroom serve: ${usage ? error.message : describe(error)}\n`);
    return usage ? 2 : 1;
  }
}

async function start(wanted: LaunchArguments): Promise<{ role: RunningRole; logger: Logger }> {
  if (wanted.role === 'all') {
    const { startAll } = await import('./all/start.ts');
    return startAll(wanted);
  }
  const config = await readConfig(wanted.config ?? '');
  const logger = createLogger(wanted.role, config.logLevel);
  if (wanted.seed && config.identity) {
    const { seedIdentity } = await import('./launch/seed-identity.ts');
    process.stdout.write(`${await seedIdentity(config.identity)}\n`);
  }
  return { role: await startRole(wanted.role, config, logger), logger };
}

/** One line for what an operator can mend, the stack for what only we can. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken: choose another one with --port or in the config`;
  if (code === 'EACCES') return error.message;
  return error.name === 'Error' ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

main(process.argv.slice(2)).then((code) => process.exit(code));
