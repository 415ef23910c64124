import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { rulesOfPlan } from '../../src/rules/from-plan.ts';
import type { RuleModel, ServiceObjective } from '../../src/rules/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';

/** The rules of the built-in example. */
export function exampleModel(): RuleModel {
  return rulesOfPlan(buildPlan({ spec: exampleSpec(), sets: [] }));
}

/** One objective on a metric of its own, to be changed as a test likes. */
export function plainObjective(change: Partial<ServiceObjective> = {}): ServiceObjective {
  const bad = { label: 'code', op: '=~', value: '5..' } as const;
  return {
    service: 'shop',
    slo: 'availability',
    tier: 'web',
    description: 'Requests without a server error.',
    objective: '0.999',
    periodSeconds: 2_592_000,
    alerts: catalogueAlerts('workbook', change.periodSeconds ?? 2_592_000),
    indicator: {
      kind: 'requests',
      total: { metric: 'http_requests_total', matchers: [] },
      bad: [{ metric: 'http_requests_total', matchers: [bad] }],
    },
    ...change,
  };
}

export function modelOf(...objectives: readonly ServiceObjective[]): RuleModel {
  return { objectives, invariants: [], cadence: { scrapeSeconds: 15, evaluationSeconds: 30 } };
}
