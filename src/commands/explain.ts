import { string } from '@oclif/core/args';
import { option } from '@oclif/core/flags';
import { explainQuantity, listQuantities } from '../app/explain.ts';
import { BaseCommand, formats, resultFlags } from '../cli/base-command.ts';
import { operationFlags, operationRequest, planRequest, sourceFlags } from '../cli/plan-flags.ts';
import { renderExplanation, renderQuantities } from '../render/explain-formats.ts';

export class Explain extends BaseCommand {
  static override summary = 'Show where one number of the plan comes from; without a name, list all numbers.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> worker.machines.count --example',
    '<%= config.bin %> <%= command.id %> worker.machines.headroom --format latex',
    '<%= config.bin %> <%= command.id %> worker.machines',
    '<%= config.bin %> <%= command.id %> api.availability.correlated --example',
    '<%= config.bin %> <%= command.id %>',
  ];

  static override args = {
    name: string({
      description:
        'A quantity, such as worker.machines.count or api.availability.correlated, or what begins some: worker.machines.',
      required: false,
    }),
  };

  static override flags = {
    ...sourceFlags,
    ...operationFlags,
    ...resultFlags,
    format: option({ options: [...formats, 'latex'] as const, summary: 'How the result is written.' })({
      exclusive: ['json'],
      helpGroup: 'GLOBAL',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const request = { ...planRequest(flags), ...operationRequest(flags) };
    const format = this.formatOf(flags);
    const to = { output: flags.output };
    const { chosen, ...found } =
      args.name === undefined ? await listQuantities(request) : await explainQuantity(request, args.name);
    for (const line of chosen) this.note(line);
    const text =
      'explanation' in found
        ? await renderExplanation(found, format, this.stdout)
        : await renderQuantities(found, format, this.stdout);
    await this.deliver(text, to);
  }
}
