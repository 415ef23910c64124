import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '@oclif/core/config';
import { Help, normalizeArgv } from '@oclif/core/help';
import { settings } from '@oclif/core/settings';
import { failureOf } from './failure.ts';
import { failureJson, failureText } from './report.ts';
import { screenOf } from './terminal.ts';
import { unknownCommand } from './unknown-command.ts';

/**
 * Finds the command that the arguments name, and runs it or shows its help. The framework's own `run` does the
 * same with hooks, plugins and update checks around it, none of which are used here and all of which cost start-up.
 */
export async function dispatch(argv: readonly string[], root: string): Promise<void> {
  // Only the built product runs; the sources beside it in a clone must not be looked at.
  settings.enableAutoTranspile = false;
  // Given, package.json is neither searched for nor merged with configuration files that might stand beside it.
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const config = await Config.load({ root, pjson, devPlugins: false, userPlugins: false });
  const [id = '', ...rest] = normalizeArgv(config, [...argv]);
  const flags = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (config.findCommand(id) === undefined && config.findTopic(id) === undefined) {
    tell(unknownCommand(id.split(':'), config.commandIDs), argv.includes('--json'));
  } else if (flags.includes('--help') || flags.includes('-h') || config.findCommand(id) === undefined) {
    await new Help(config, { hideCommandSummaryInDescription: true }).showHelp([...id.split(':'), '--help']);
  } else {
    await config.runCommand(id, rest);
  }
}

function tell(error: Error, json: boolean): void {
  const failure = failureOf(error, { flags: [], subcommands: [], command: 'headroom' });
  process.exitCode = failure.exit;
  if (json) process.stdout.write(failureJson(failure));
  else process.stderr.write(failureText(failure, screenOf(process.stderr, process.env), false));
}
