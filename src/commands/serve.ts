import { string as text } from '@oclif/core/args';
import { boolean, integer, string } from '@oclif/core/flags';
import { type Role, roles, serve } from '../app/serve.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { usageError } from '../cli/usage-error.ts';

export class Serve extends BaseCommand {
  static override summary = 'Start a role of the image service, or all of it on this machine.';

  static override description =
    'Runs until SIGTERM or Ctrl-C, then finishes what is in flight; a second signal ends it at once. The role all ' +
    'needs no server and no config: it prints a key, a line to paste, and a bill for each minute.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> all',
    '<%= config.bin %> <%= command.id %> all --port 9000 --data /var/tmp/images',
    '<%= config.bin %> <%= command.id %> api --config api.json',
    '<%= config.bin %> <%= command.id %> identity --config identity.json --seed',
    '<%= config.bin %> <%= command.id %> billing --config billing.json --once',
  ];

  static override args = {
    role: text({ description: `What to start: ${roles.join(', ')}.`, required: true }),
  };

  static override flags = {
    config: string({ summary: 'Config file of the role (JSON).', helpValue: 'FILE' }),
    data: string({
      summary: 'Folder of the role all for everything that is kept; ./headroom-data unless given.',
      helpValue: 'DIR',
    }),
    port: integer({
      summary: 'Port of the role all for customers; 8080 unless given, 0 takes a free one.',
      helpValue: 'N',
      min: 0,
      max: 65_535,
    }),
    seed: boolean({ summary: 'Make a first customer with a key, in the role identity.' }),
    once: boolean({
      summary: 'Settle and bill what is due, say what was done, and end: the role billing for a scheduler.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Serve);
    const { config, data, port, seed, once } = flags;
    const role = await roleOf(args.role);
    if (role !== 'all' && config === undefined) {
      throw usageError(
        `the role ${role} needs --config`,
        'docs/service.md says what it holds; the role all needs none',
      );
    }
    if (role !== 'all' && (data ?? port) !== undefined) {
      throw usageError(
        '--data and --port belong to the role all',
        'say in the config where the role listens',
      );
    }
    if (role !== 'identity' && seed) {
      throw usageError(
        '--seed belongs to the role identity',
        'the role all makes a first customer by itself',
      );
    }
    if (role !== 'billing' && once) {
      throw usageError('--once belongs to the role billing', 'the other roles run until they are stopped');
    }
    const request = { root: this.config.root, role, config, data, port, seed, once };
    process.exitCode = await serve(request, this.interruption());
  }
}

async function roleOf(word: string): Promise<Role> {
  const role = roles.find((each) => each === word);
  if (role) return role;
  const { suggest } = await import('../problems/nearest.ts');
  throw usageError(`there is no role ${word}`, suggest(word, roles));
}
