import { boolean } from '@oclif/core/flags';
import { makePlan } from '../../app/plan.ts';
import { BaseCommand, resultFlags } from '../../cli/base-command.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { checkFlag, planRequest, sourceFlags } from '../../cli/plan-flags.ts';
import { missesObjective } from '../../render/findings.ts';
import { renderFleet } from '../../render/fleet-formats.ts';

export class PlanFleet extends BaseCommand {
  static override summary = 'Size every tier: how many, and which constraint decides.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> --example',
    '<%= config.bin %> <%= command.id %> --file headroom.yaml --measurement headroom-measurement.json',
    '<%= config.bin %> <%= command.id %> --set policy.headroom="30 %" --check',
    '<%= config.bin %> <%= command.id %> --format markdown --output fleet.md',
  ];

  static override flags = {
    ...sourceFlags,
    ...checkFlag,
    findings: boolean({ summary: 'Show all findings, not only the first of each severity.' }),
    ...resultFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor as typeof PlanFleet);
    const { plan, cited, chosen } = await makePlan(planRequest(flags));
    for (const line of chosen) this.note(line);
    const view = { plan, cited, findings: flags.findings ? Number.POSITIVE_INFINITY : 3 };
    const unmet = flags.check && missesObjective(plan.findings);
    await this.deliver(await renderFleet(view, this.formatOf(flags), this.stdout), {
      output: flags.output,
      exit: unmet ? exitCodes.unmet : exitCodes.ok,
    });
    this.next('headroom explain worker.machines.count', 'where that number comes from');
  }
}
