import type { IncidentLog } from '../../evidence/types.ts';
import type { ClaimTest } from '../../models/statistics/demonstration.ts';
import type { Spec } from '../../spec/types.ts';
import type { Plan } from '../types.ts';
import type { Observation } from './demonstrated.ts';
import { dependencyOf, failureOf } from './dependencies.ts';
import { incidentFacts } from './incident-facts.ts';
import { machineEvidence, observations } from './incidents.ts';
import { serviceLogic } from './logic.ts';
import { partsOf } from './parts.ts';
import type { IncidentEvidence } from './types.ts';

/** What an incident file says of a plan. */
export interface OperationEvidence {
  /** Outages by tier id, and of `service`. */
  readonly observed: ReadonlyMap<string, Observation>;
  readonly incidents: IncidentEvidence;
  /** The assumed time to failure of machines against what was seen. */
  readonly claim?: ClaimTest;
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
    observed: observations(log, facts, logic),
    incidents: incidentFacts(log.file, evidence),
    ...(evidence.claim === undefined ? {} : { claim: evidence.claim }),
  };
}
