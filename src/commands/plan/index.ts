import { planAvailability } from '../../app/availability.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { planRequest } from '../../cli/plan-flags.ts';
import { missesObjective } from '../../render/findings.ts';
import { renderPlan } from '../../render/plan-formats.ts';
import { PlanFleet } from './fleet.ts';

/** The whole plan: the fleet, and below it how often it fails. CSV is one table and holds the fleet alone. */
export class Plan extends PlanFleet {
  static override summary = 'Make the whole plan: the fleet, and in brief how often it fails.';

  override async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor as typeof PlanFleet);
    const { plan, cited, availability, chosen } = await planAvailability(planRequest(flags));
    for (const line of chosen) this.note(line);
    const findings = flags.findings ? Number.POSITIVE_INFINITY : 3;
    const view = { plan, cited, availability, findings };
    const unmet = flags.check && missesObjective([...plan.findings, ...availability.findings]);
    await this.deliver(await renderPlan(view, this.formatOf(flags), this.stdout), {
      output: flags.output,
      exit: unmet ? exitCodes.unmet : exitCodes.ok,
    });
    this.next('headroom plan availability', 'all questions, causes, and what to mend');
  }
}
