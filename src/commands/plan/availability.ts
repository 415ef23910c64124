import { boolean, option, string } from '@oclif/core/flags';
import { planAvailability } from '../../app/availability.ts';
import { BaseCommand, resultFlags } from '../../cli/base-command.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { checkFlag, planRequest, sourceFlags } from '../../cli/plan-flags.ts';
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
    mission: string({ summary: 'Length of the mission.', helpValue: 'TIME', default: '1 y' }),
    incidents: string({
      summary: 'Incidents as CSV or JSON: start, end, component (api, api-1, ...), domain, cause, share.',
      helpValue: 'FILE',
    }),
    'observed-from': string({ summary: 'When the recording of incidents began.', helpValue: 'TIME' }),
    'observed-to': string({ summary: 'When the recording of incidents ended.', helpValue: 'TIME' }),
    inputs: boolean({ summary: 'List every input with its origin.' }),
    findings: boolean({ summary: 'Show all findings, not only the first of each severity.' }),
    ...resultFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor as typeof PlanAvailability);
    const { mission, incidents, question, inputs } = flags;
    const observed = { observedFrom: flags['observed-from'], observedTo: flags['observed-to'] };
    const { availability, chosen } = await planAvailability({
      ...planRequest(flags),
      ...{ mission, incidents, ...observed },
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
