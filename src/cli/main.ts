import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from './exit-codes.ts';
import { endOnInterrupt } from './interrupt.ts';
import { type CommandSummary, rootHelp } from './root-help.ts';

interface Manifest {
  readonly commands: Readonly<Record<string, CommandSummary>>;
}

const helpWords = new Set(['--help', '-h', 'help']);

/**
 * Runs one command line: the help of the program, the help of a command, or the command itself.
 * `root` is the folder that holds package.json and oclif.manifest.json. Never rejects; sets the exit code.
 */
export async function main(argv: readonly string[], root: string): Promise<void> {
  endOnInterrupt();
  try {
    if (argv.length === 0 || (argv.length === 1 && helpWords.has(argv[0] ?? ''))) {
      process.stdout.write(rootHelp(readJson<Manifest>(root, 'oclif.manifest.json').commands));
      return;
    }
    const { dispatch } = await import('./dispatch.ts');
    await dispatch(argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv, root);
  } catch (error) {
    // Commands tell their own errors; what arrives here broke before or outside one.
    process.exitCode = exitCodes.failure;
    process.stderr.write(`headroom: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
}

function readJson<T>(root: string, name: string): T {
  return JSON.parse(readFileSync(join(root, name), 'utf8')) as T;
}
