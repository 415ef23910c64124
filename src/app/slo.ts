import type { SloPlan } from '../plan/slo/types.ts';
import type { Finding } from '../plan/types.ts';
import type { RuleModel } from '../rules/types.ts';
import { type AvailabilityRequest, planAvailability } from './availability.ts';
import type { PlanResponse } from './plan.ts';
import { cadenceOf, modelOf, type RulesRequest, ruleChoices, unknownObjective } from './slo-rules.ts';

export interface SloRequest extends RulesRequest, Omit<AvailabilityRequest, 'mission'> {
  /** `--objective`: must be one that the plan knows. */
  readonly objective?: string | undefined;
}

export interface SloResponse extends PlanResponse {
  readonly slo: SloPlan;
  readonly model: RuleModel;
}

const logCodes = ['assumption-contradicted', 'incident-cause-unknown', 'incident-domain-unknown'];

/** Plans the fleet, how often it fails, and what that makes of the error budgets. Throws `InvalidInput`. */
export async function planSlo(request: SloRequest): Promise<SloResponse> {
  const cadence = cadenceOf(request);
  const planned = await planAvailability(request);
  const { plan, spec, availability } = planned;
  const choices = await ruleChoices(request, plan, cadence);
  const { alerts, catalogue } = choices;
  const { slo } = await import('../plan/slo/slo.ts');
  const own = alerts === undefined ? {} : { alerts };
  const made = slo({ plan, spec, availability, choices: { catalogue, ...cadence }, ...own });
  const { objective } = request;
  if (objective !== undefined && !made.budgets.some((budget) => budget.slo === objective)) {
    throw unknownObjective(objective, made.budgets);
  }
  const model = await modelOf(plan, choices);
  // What the log says against the spec concerns the ledger as well, which is made of the same rates.
  const ofLog = availability.findings.filter(({ code }) => logCodes.includes(code));
  const missing = await ruleFindings(model);
  return { ...planned, model, slo: { ...made, findings: [...made.findings, ...ofLog, ...missing] } };
}

/** Rules that read what no rule records; Prometheus takes such a file, and the alert never fires. */
async function ruleFindings(model: RuleModel): Promise<Finding[]> {
  const { missingRecords, ruleGroups } = await import('../rules/rule-groups.ts');
  return missingRecords(ruleGroups(model)).map(({ group, rule, metric }) => ({
    code: 'missing-record',
    severity: 'error',
    message: `rule ${rule} of group ${group} reads ${metric}, which no rule records`,
    advice: 'report this: the rules of an objective should record all that they read',
  }));
}
