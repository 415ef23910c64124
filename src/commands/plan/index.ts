import { planAvailability } from '../../app/availability.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { planRequest } from '../../cli/plan-flags.ts';
import { renderAvailabilityBelow } from '../../render/availability-formats.ts';
import { missesObjective } from '../../render/findings.ts';
import { renderFleet } from '../../render/fleet-formats.ts';
import { PlanFleet } from './fleet.ts';

/** The whole plan: the fleet, and below it in brief how often it fails. JSON and CSV hold the fleet alone. */
export class Plan extends PlanFleet {
  static override summary = 'Make the whole plan: the fleet, and in brief how often it fails.';

  override async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor as typeof PlanFleet);
    const { plan, cited, availability, chosen } = await planAvailability({
      ...planRequest(flags),
      mission: '1 y',
    });
    for (const line of chosen) this.note(line);
    const format = this.formatOf(flags);
    const findings = flags.findings ? Number.POSITIVE_INFINITY : 3;
    const fleet = await renderFleet({ plan, cited, findings }, format, this.stdout);
    const below = await renderAvailabilityBelow(
      { availability, findings, inputs: false },
      format,
      this.stdout,
    );
    const unmet = flags.check && missesObjective([...plan.findings, ...availability.findings]);
    await this.deliver(`${fleet}${below}`, {
      output: flags.output,
      exit: unmet ? exitCodes.unmet : exitCodes.ok,
    });
    this.next('headroom plan availability', 'all questions, causes, and what to mend');
  }
}
