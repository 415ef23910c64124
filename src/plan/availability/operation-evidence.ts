import type { IncidentLog } from '../../evidence/types.ts';
import type { ClaimTest } from '../../models/statistics/demonstration.ts';
import type { Spec } from '../../spec/types.ts';
import type { Finding, Plan } from '../types.ts';
import type { Proof } from './demonstrated.ts';
import { dependencyOf, failureOf } from './dependencies.ts';
import { type FittedRates, fittedRates } from './fitted-rates.ts';
import { incidentFacts } from './incident-facts.ts';
import { incidentNotes } from './incident-notes.ts';
import { machineEvidence, observations } from './incidents.ts';
import { serviceLogic } from './logic.ts';
import { partsOf } from './parts.ts';
import { proofOf } from './proof.ts';
import type { IncidentEvidence } from './types.ts';

/** What an incident file says of a plan. */
export interface OperationEvidence {
  /** Outages by tier id, and of `service`. */
  readonly observed: ReadonlyMap<string, Proof>;
  readonly incidents: IncidentEvidence;
  /** The assumed time to failure of machines against what was seen. */
  readonly claim?: ClaimTest;
  /** The spec with fitted rates in the place of assumed ones. */
  readonly fitted: FittedRates;
  /** Names in the log that the plan does not know. */
  readonly notes: readonly Finding[];
}

/**
 * Reads a log of incidents against a plan: outages of tiers and service that follow from it, and what its machines say.
 * Throws a RangeError where the log contradicts the plan.
 */
export function operationEvidence(plan: Plan, spec: Spec, log: IncidentLog): OperationEvidence {
  const { facts, hardware, places } = partsOf(plan, spec);
  const logic = serviceLogic(failureOf(dependencyOf(spec, facts)));
  const { unavailability, hours } = hardware.machine;
  const claimed = (hours * (1 - unavailability)) / unavailability;
  const evidence = machineEvidence(log, facts, claimed, places.zones);
  return {
    observed: new Map([...observations(log, facts, logic)].map(([id, seen]) => [id, proofOf(seen)])),
    incidents: incidentFacts(log.file, evidence),
    fitted: fittedRates(spec, log, evidence),
    notes: incidentNotes(
      log,
      spec.regions.value.flatMap(({ zones }) => zones),
    ),
    ...(evidence.claim === undefined ? {} : { claim: evidence.claim }),
  };
}
