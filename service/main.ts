import type { RunningRole } from './contracts/role.ts';
import { ArgumentsInvalid, type LaunchArguments, readArguments } from './launch/arguments.ts';
import { checkRole } from './launch/check-role.ts';
import { collectRarely } from './launch/collector.ts';
import { sectionOf, startRole } from './launch/start-role.ts';
import { untilDone } from './launch/until-done.ts';
import { untilStopped } from './launch/until-stopped.ts';
import { ConfigInvalid, readConfig } from './shared/config.ts';
import type { ServiceConfig } from './shared/config-types.ts';
import { createLogger, type Logger } from './shared/log.ts';

/** Main module of every role: `node main ROLE --config FILE`. Exit codes are those of headroom: 1 failure, 2 usage. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const wanted = readArguments(argv);
    if (['all', 'api', 'worker'].includes(wanted.role)) collectRarely();
    if (wanted.once) return await billOnce(wanted);
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
  const config = await configOf(wanted);
  const logger = createLogger(wanted.role, config.logLevel);
  if (wanted.seed && config.identity) {
    const { seedIdentity } = await import('./launch/seed-identity.ts');
    process.stdout.write(`${await seedIdentity(config.identity)}\n`);
  }
  return { role: await startRole(wanted.role, config, logger), logger };
}

/** The config, with which the role can be started as far as its file tells. Throws ConfigInvalid. */
async function configOf({ role, config: file = '' }: LaunchArguments): Promise<ServiceConfig> {
  const config = await readConfig(file);
  await checkRole(role, config, file);
  return config;
}

/** The batch job as a scheduler starts it: says what it did, and ends. */
async function billOnce(wanted: LaunchArguments): Promise<number> {
  const config = await configOf(wanted);
  const logger = createLogger(wanted.role, config.logLevel);
  const billing = sectionOf(config, 'billing');
  const once = await import('./billing/once.ts');
  const done = await untilDone((signal) => once.billOnce(billing, { logger, signal }), logger);
  process.stdout.write(`${done}\n`);
  return 0;
}

/** One line for what an operator can mend, the stack for what only we can. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken: choose another one with --port or in the config`;
  if (code === 'EACCES') return error.message;
  return error.name === 'Error' ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

// Who reads what is printed may go, as `| head` does; a service goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

main(process.argv.slice(2)).then((code) => process.exit(code));
