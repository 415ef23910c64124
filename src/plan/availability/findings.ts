import type { ClaimTest } from '../../models/statistics/demonstration.ts';
import type { Dependency } from '../../spec/types.ts';
import type { Finding, Severity } from '../types.ts';
import type { Prepared } from './evaluate.ts';
import { dependencyFindings } from './findings-dependencies.ts';
import { evidenceFindings } from './findings-evidence.ts';
import { objectiveFindings } from './findings-objectives.ts';
import { structureFindings } from './findings-structure.ts';
import type { Parts } from './parts.ts';
import type { QuestionFacts } from './question-tables.ts';
import type { AvailabilityPlan } from './types.ts';

/** What the findings are read from. */
export interface AvailabilityFacts
  extends Pick<AvailabilityPlan, 'outlook' | 'parts' | 'dependencyRule' | 'quorums' | 'recovery' | 'tables'> {
  readonly model: Parts;
  readonly facts: QuestionFacts;
  readonly prepared: Prepared;
  readonly dependency: Dependency;
  /** The assumed time to failure of machines against an incident log, where there is one. */
  readonly claim: ClaimTest | undefined;
  /** Given rates that an incident log contradicts, and names in it that the plan does not know. */
  readonly contradictions: readonly Finding[];
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, advice: 2 };

/** Everything about availability that a person should decide or know, the gravest first. */
export function availabilityFindings(facts: AvailabilityFacts): readonly Finding[] {
  return [
    ...objectiveFindings(facts),
    ...structureFindings(facts),
    ...dependencyFindings(facts),
    ...evidenceFindings(facts),
    ...facts.contradictions,
  ].sort((a, b) => order[a.severity] - order[b.severity]);
}
