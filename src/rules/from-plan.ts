import { alertCatalogues, catalogueAlerts } from '../models/slo/alert-catalogue.ts';
import type { BurnAlert } from '../models/slo/burn-alert.ts';
import type { Plan } from '../plan/types.ts';
import { leMatcher } from './le-matcher.ts';
import { serviceSlug } from './name-slug.ts';
import { badOutcomes, requestShare, tierIndicators } from './tier-objectives.ts';
import type { Cadence, Invariant, RuleModel, Selector, ServiceObjective } from './types.ts';

export interface RuleChoices {
  /** Id of a published set of alerts. */
  readonly catalogue: string;
  /** Alerts of one's own, instead of the published ones. */
  readonly alerts?: readonly BurnAlert[];
  readonly cadence: Cadence;
}

export const usualChoices: RuleChoices = {
  catalogue: 'workbook',
  cadence: { scrapeSeconds: 15, evaluationSeconds: 30 },
};

/** Names of the published sets of alerts. */
export function publishedSets(): string[] {
  return alertCatalogues().map(({ id }) => id);
}

/**
 * The objectives of a plan as rules of the service's own metrics (schemas/metrics.json): its availability, its latency,
 * what single tiers promise where a metric measures it, and the invariant of the queue.
 *
 * Requests refused for the caller's own fault count neither as good nor as bad, so nobody can spend the budget from
 * outside, nor hide an outage behind refusals. Throws a RangeError where the plan lacks an objective.
 */
export function rulesOfPlan(plan: Plan, choices: RuleChoices = usualChoices): RuleModel {
  const service = serviceSlug(plan.name);
  const periodSeconds = value(plan, 'objectives.availability.window');
  const alerts = choices.alerts ?? catalogueAlerts(choices.catalogue, periodSeconds);
  const common = { service, periodSeconds, alerts };
  const objectives: ServiceObjective[] = [
    {
      ...common,
      slo: 'availability',
      tier: 'service',
      description: 'Requests that are answered, among those that the service had to answer.',
      objective: decimal(plan, 'objectives.availability.target'),
      indicator: requestShare(badOutcomes),
    },
    latencyObjective(plan, common),
  ];
  for (const { tier, ...own } of tierIndicators) {
    if (!plan.quantities.has(`${tier}.objective`)) continue;
    objectives.push({ ...common, ...own, tier, objective: decimal(plan, `${tier}.objective`) });
  }
  return { objectives, invariants: [queueInvariant(service)], cadence: choices.cadence };
}

function latencyObjective(
  plan: Plan,
  common: Pick<ServiceObjective, 'service' | 'periodSeconds' | 'alerts'>,
): ServiceObjective {
  const metric = 'headroom_api_request_duration_seconds';
  const payload = { label: 'payload', op: '=', value: 'within_objective' } as const;
  const below = decimal(plan, 'objectives.latency.below');
  return {
    ...common,
    slo: 'latency',
    tier: 'service',
    description: `Served requests within the payload limit that took at most ${below} s.`,
    objective: decimal(plan, 'objectives.latency.percentile'),
    indicator: {
      kind: 'latency',
      total: { metric: `${metric}_count`, matchers: [payload] },
      good: { metric: `${metric}_bucket`, matchers: [leMatcher(below), payload] },
    },
  };
}

/** Every job that the queue took is finished, too old, set aside, waiting, or with a worker. */
export function queueInvariant(service: string): Invariant {
  const metric = (name: string): Selector => ({ metric: `headroom_queue_${name}`, matchers: [] });
  return {
    service,
    name: 'queue-messages',
    tier: 'queue',
    description: 'Messages sent are received, expired, set aside, or still in flight.',
    sent: metric('messages_published_total'),
    ended: [
      metric('messages_acknowledged_total'),
      metric('messages_expired_total'),
      metric('messages_set_aside_total'),
    ],
    held: [metric('depth'), metric('in_flight')],
    windowSeconds: 3600,
    tolerance: '0.001',
    forSeconds: 600,
  };
}

function value(plan: Plan, name: string): number {
  const quantity = plan.quantities.get(name);
  if (quantity === undefined) throw new RangeError(`the plan has no quantity ${name}`);
  return quantity.value;
}

/** Decimal text of a quantity: the shortest that reads back as the same float is what the user wrote. */
function decimal(plan: Plan, name: string): string {
  return String(value(plan, name));
}
