import { string } from '@oclif/core/flags';
import { up } from '../app/up.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { eventLine, renderUp, upJson } from '../render/up.ts';

export class Up extends BaseCommand {
  static override summary = 'Run what emit --target local wrote: every tier as processes on this machine.';

  static override description =
    'Starts each process when those that it needs are ready, starts it again when it ends, and runs until Ctrl-C or ' +
    'SIGTERM, which ends them in the opposite order. Engines come from scripts/engines; what replaces a missing one ' +
    'is said. Data, logs and secrets are in the folder run below the emitted files.';

  static override examples = [
    '<%= config.bin %> emit --target local --example && <%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --dir deploy/local',
  ];

  static override flags = {
    dir: string({ summary: 'Folder of the emitted files.', helpValue: 'DIR', default: 'deploy/local' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Up);
    const interrupted = this.interruption();
    const request = {
      ...{ cwd: process.cwd(), dir: flags.dir, root: this.config.root, env: process.env },
      note: (text: string) => this.note(text),
      tell: (event: Parameters<typeof eventLine>[0]) => {
        const line = eventLine(event);
        if (line !== undefined) this.note(line);
      },
    };
    const running = await up(request, interrupted);
    if (!interrupted.aborted) {
      await this.deliver(
        flags.json ? JSON.stringify(upJson(running), null, 2) : renderUp(running, this.stdout),
      );
      await new Promise<void>((resolve) => {
        interrupted.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    await running.stop();
    process.exitCode = exitCodes.ok;
  }
}
