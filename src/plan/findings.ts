import type { Measurement } from '../measurement/types.ts';
import type { Spec } from '../spec/types.ts';
import { limitFindings } from './findings-limits.ts';
import { measurementFindings } from './findings-measurement.ts';
import { objectiveFindings } from './findings-objectives.ts';
import { policyFindings } from './findings-policy.ts';
import { questionFindings } from './findings-questions.ts';
import type { Finding, PlanQuantity, Severity, TierPlan } from './types.ts';

/** What the plan is made of when its findings are collected. */
export interface PlanFacts {
  readonly spec: Spec;
  readonly measurement: { readonly file: string; readonly data: Measurement } | undefined;
  readonly tiers: readonly TierPlan[];
  readonly quantities: ReadonlyMap<string, PlanQuantity>;
  /** In base units. */
  readonly values: ReadonlyMap<string, number>;
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, advice: 2 };

/** Everything that a person should decide or know, the gravest first. */
export function findingsOf(facts: PlanFacts): readonly Finding[] {
  return [
    ...objectiveFindings(facts),
    ...limitFindings(facts),
    ...policyFindings(facts),
    ...measurementFindings(facts),
    ...questionFindings(facts),
  ].sort((a, b) => order[a.severity] - order[b.severity]);
}
