import { boolean, option } from '@oclif/core/flags';
import { planAvailability } from '../../app/availability.ts';
import { BaseCommand, resultFlags } from '../../cli/base-command.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import {
  checkFlag,
  operationFlags,
  operationRequest,
  planRequest,
  sourceFlags,
} from '../../cli/plan-flags.ts';
import { renderAvailability } from '../../render/availability-formats.ts';
import { missesObjective } from '../../render/findings.ts';

export class PlanAvailability extends BaseCommand {
  static override summary = 'How often it fails: P^N, the correlated truth, and what operation has shown.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> --example',
    '<%= config.bin %> <%= command.id %> --question steady --check',
    '<%= config.bin %> <%= command.id %> --mission "90 d" --format markdown --output availability.md',
    '<%= config.bin %> <%= command.id %> --incidents incidents.csv --observed-from 2025-01-01T00:00Z --observed-to 2026-01-01T00:00Z',
  ];

  static override flags = {
    ...sourceFlags,
    ...checkFlag,
    question: option({
      options: ['instant', 'steady', 'mission'] as const,
      summary: 'Answer one question only; CSV holds one, by default steady.',
    })(),
    ...operationFlags,
    inputs: boolean({ summary: 'List every input with its origin.' }),
    findings: boolean({ summary: 'Show all findings, not only the first of each severity.' }),
    ...resultFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor as typeof PlanAvailability);
    const { question, inputs } = flags;
    const { availability, chosen } = await planAvailability({
      ...planRequest(flags),
      ...operationRequest(flags),
    });
    for (const line of chosen) this.note(line);
    const view = { availability, question, inputs, findings: flags.findings ? Number.POSITIVE_INFINITY : 3 };
    const unmet = flags.check && missesObjective(availability.findings);
    await this.deliver(await renderAvailability(view, this.formatOf(flags), this.stdout), {
      output: flags.output,
      exit: unmet ? exitCodes.unmet : exitCodes.ok,
    });
    this.next('headroom plan availability --inputs', 'where its numbers come from');
  }
}
