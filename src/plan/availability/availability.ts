import type { Spec } from '../../spec/types.ts';
import type { Plan } from '../types.ts';
import { analyse } from './analysis.ts';
import { capacityAtRisk } from './capacity.ts';
import { floorOf, replicaCurve } from './curve.ts';
import type { Observation, Proof } from './demonstrated.ts';
import { dependencyOf, dependencyRule, dependencyText, failureOf, partRanks } from './dependencies.ts';
import { prepare } from './evaluate.ts';
import { availabilityFindings } from './findings.ts';
import { serviceLogic } from './logic.ts';
import { cheapestMending } from './mending.ts';
import type { OperationEvidence } from './operation-evidence.ts';
import { overTheDay, type Parts, partsOf, worldOf } from './parts.ts';
import { type QuestionFacts, questionTable } from './question-tables.ts';
import { quorumReads } from './quorums.ts';
import { recoveryPlans } from './recovery.ts';
import { complement } from './tier-facts.ts';
import type { AvailabilityPlan, CauseRank, Owner, QuestionTable, TierOutlook } from './types.ts';

export interface AvailabilityRequest {
  readonly plan: Plan;
  readonly spec: Spec;
  readonly missionHours: number;
  /** What operation proves, by tier id: proofs of `observedIn(spec)`, or of an incident file. */
  readonly observed: ReadonlyMap<string, Proof>;
  /** What an incident file says; see `operationEvidence`. */
  readonly evidence?: OperationEvidence;
  /** Whether `spec` is `evidence.fitted.spec`: what was assumed before is measured now. */
  readonly fitted?: boolean;
}

/** Mass that may be left out; every figure is an interval of this width. */
const tolerance = 1e-10;

/**
 * How often the service and each of its tiers fail: what independence promises, what the declared common causes make
 * of it, and what operation has shown, for an instant of the peak, for the long run over the day's demand, and for a
 * mission.
 */
export function availability(request: AvailabilityRequest): AvailabilityPlan {
  const { plan, spec, missionHours, observed, evidence } = request;
  const used = evidence?.fitted.used ?? [];
  const parts = partsOf(plan, spec);
  const dependency = dependencyOf(spec, parts.facts);
  const logic = serviceLogic(failureOf(dependency));
  const prepared = prepare(worldOf(parts, overTheDay(spec)), logic, tolerance);
  const { peak, day } = analyse(prepared);
  const facts = questionFacts(parts, missionHours, observed);
  const tables = [
    questionTable('instant', prepared, peak, facts),
    questionTable('steady', prepared, day, facts),
    questionTable('mission', prepared, day, facts),
  ] as const;
  const outlook = outlooks(parts, tables, peak.owners);
  const shared = {
    tables,
    outlook,
    parts: partRanks(prepared, parts.facts, facts.serviceObjective, facts.windowHours),
    dependencyRule: dependencyRule(dependency, facts.serviceObjective),
    quorums: quorumReads(parts),
    recovery: recoveryPlans(parts, missionHours),
  };
  return {
    schema: 'headroom/availability/v1',
    name: spec.name,
    spec: { file: spec.file },
    windowDays: facts.windowHours / 24,
    missionHours,
    dependencies: dependencyText(dependency),
    ...shared,
    causes: causeRanks(day.correlated.now.service, day.owners.get('service') ?? [], facts.windowHours),
    ...curveOf(parts, tables[0]),
    ...capacityOf(parts),
    ...(evidence === undefined ? {} : { evidence: evidence.incidents }),
    inputs: parts.inputs.list,
    findings: availabilityFindings({
      model: parts,
      facts,
      prepared,
      dependency,
      claim: request.fitted === true && used.includes('failures.machine.rate') ? undefined : evidence?.claim,
      contradictions: [
        ...(request.fitted === true ? (evidence?.fitted.contradictions ?? []) : []),
        ...(evidence?.notes ?? []),
      ],
      ...shared,
    }),
    notModelled: plan.tiers
      .filter(({ id }) => !parts.facts.some((each) => each.id === id))
      .map(({ id }) => id),
  };
}

function questionFacts(
  { spec, facts }: Parts,
  missionHours: number,
  observed: ReadonlyMap<string, Proof>,
): QuestionFacts {
  const { target, window } = spec.objectives.availability;
  return {
    tiers: facts,
    serviceObjective: complement(target.exact),
    windowHours: window.value / 3600,
    missionHours,
    observed,
  };
}

/** What the spec says was seen of each tier. */
export function observedIn(spec: Spec): ReadonlyMap<string, Observation> {
  return new Map(
    spec.tiers.flatMap(({ id, observed: seen }) => {
      if (seen === undefined) return [];
      const { time, outages, downtime } = seen;
      const hours = { hours: time.value / 3600, outages: outages.value };
      return [[id, downtime === undefined ? hours : { ...hours, downHours: downtime.value / 3600 }] as const];
    }),
  );
}

function outlooks(
  parts: Parts,
  [instant, steady]: readonly [QuestionTable, QuestionTable, ...QuestionTable[]],
  owners: ReadonlyMap<string, readonly Owner[]>,
): TierOutlook[] {
  return parts.facts.map((facts) => {
    const { id, title, objective } = facts;
    const misses = [instant, steady].some((table) => table.rows.find((row) => row.id === id)?.met === false);
    const failover = parts.failovers.get(id);
    return {
      ...{ id, title, floor: floorOf(parts, facts), owners: owners.get(id) ?? [] },
      // A tier on the machines of another is mended with them.
      ...(misses && objective !== undefined && facts.host === undefined
        ? { mending: cheapestMending(parts, facts, objective) }
        : {}),
      ...(failover === undefined ? {} : { failover }),
    };
  });
}

function causeRanks(service: number, owners: readonly Owner[], windowHours: number): CauseRank[] {
  return owners.map((owner) => ({ ...owner, minutes: owner.share * service * windowHours * 60 }));
}

/** Replicas of the tier that customers meet first with servers of its own: the API servers of the figure. */
function curveOf(parts: Parts, instant: QuestionTable) {
  const facts = parts.facts.find(({ id }) => id === 'api') ?? parts.facts[0];
  if (facts === undefined) return {};
  const row = instant.rows.find(({ id }) => id === facts.id);
  return { curve: replicaCurve(parts, facts, row?.demonstrated ?? { kind: 'none' }) };
}

function capacityOf(parts: Parts) {
  const facts = parts.facts.find(({ id }) => id === 'worker');
  return facts === undefined ? {} : { capacity: capacityAtRisk(parts, facts) };
}
