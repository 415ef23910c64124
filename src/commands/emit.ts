import { boolean, integer, option, string } from '@oclif/core/flags';
import { emit } from '../app/emit.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { planRequest, sourceFlags } from '../cli/plan-flags.ts';
import { isClean, renderEmission } from '../render/emission.ts';

export class Emit extends BaseCommand {
  static override summary = 'Write the configs of every tier for one target, checked by what will read them.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> --target kubernetes --example',
    '<%= config.bin %> <%= command.id %> --target compose --out deploy/compose --diff',
    '<%= config.bin %> <%= command.id %> --target kubernetes --check',
    '<%= config.bin %> <%= command.id %> --target local --force haproxy/haproxy-1.cfg --prune',
  ];

  static override flags = {
    target: option({
      options: ['kubernetes', 'compose', 'local'] as const,
      summary: 'What will run it.',
      required: true,
    })(),
    out: string({ summary: 'Folder to write into; deploy/TARGET is the default.', helpValue: 'DIR' }),
    ...sourceFlags,
    templates: string({
      summary:
        'Folder with templates of your own, TARGET/..., each in place of the one of the same path; the default is the folder templates beside headroom.yaml.',
      helpValue: 'DIR',
    }),
    cores: integer({
      summary:
        'Cores of the machine that compose, local and the overlay small of Kubernetes are scaled to; half of them are for workers.',
      helpValue: 'N',
      min: 1,
      dependsOn: ['memory'],
    }),
    memory: integer({
      summary:
        'Its memory in GiB. Without both: 4 cores and 16 GiB for Kubernetes, 8 GiB for Compose, and for local this machine.',
      helpValue: 'GIB',
      min: 1,
      dependsOn: ['cores'],
    }),
    'dry-run': boolean({ summary: 'Say what would be written, and write nothing.' }),
    diff: boolean({ summary: 'Print the unified difference, and write nothing.' }),
    check: boolean({
      summary: `Write nothing; exit with ${exitCodes.differs} where the folder differs from the plan.`,
    }),
    'keep-edited': boolean({
      summary:
        'Accept files that were edited by hand: write the others, and do not count these with --check.',
    }),
    force: string({
      summary:
        'Overwrite this edited file (with --prune, remove it if it is no longer made); or "objectives": emit a plan that misses some. May be repeated.',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    engines: boolean({
      summary:
        'Ask the engines that are installed (haproxy, nats-server, promtool, amtool) about their files; takes seconds.',
    }),
    prune: boolean({ summary: 'Remove files that were emitted before and no longer are.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor as typeof Emit);
    const { target, templates, prune, diff, check, engines } = flags;
    const out = flags.out ?? `deploy/${target}`;
    const { cores, memory } = flags;
    const machine = cores && memory ? { machine: { cores, memoryBytes: memory * 2 ** 30 } } : {};
    const result = await emit({
      ...planRequest(flags),
      ...machine,
      ...{ target, out, templates, prune, force: flags.force ?? [], keepEdited: flags['keep-edited'] },
      ...{ engines, diff, look: flags['dry-run'] || diff || check },
    });
    for (const line of result.chosen) this.note(line);
    for (const line of result.notes) this.note(line);
    const keepEdited = flags['keep-edited'];
    const differs =
      result.halfWritten || result.conflicts.length > 0 || (check && !isClean(result.changes, keepEdited));
    const refused = result.missed.length > 0 && !check;
    await this.deliver(renderEmission(result, { out, json: flags.json, keepEdited, page: this.stdout }), {
      exit: differs ? exitCodes.differs : refused ? exitCodes.unmet : exitCodes.ok,
    });
    if (result.wrote) this.next(`less ${out}/README.md`, 'how to deploy, verify and roll back');
  }
}
