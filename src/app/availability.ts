import type { IncidentLog } from '../evidence/types.ts';
import type { Proof } from '../plan/availability/demonstrated.ts';
import type { OperationEvidence } from '../plan/availability/operation-evidence.ts';
import type { AvailabilityPlan } from '../plan/availability/types.ts';
import type { Plan } from '../plan/types.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import type { Spec } from '../spec/types.ts';
import { parseQuantity } from '../units/quantity.ts';
import { UnitError } from '../units/unit-error.ts';
import { makePlan, type PlanRequest, type PlanResponse } from './plan.ts';
import { readInput } from './read-input.ts';

export interface AvailabilityRequest extends PlanRequest {
  /** `--mission`: a time such as `90 d`; a year where it is not given. */
  readonly mission?: string | undefined;
  /** `--incidents`, with the time for which incidents were recorded. */
  readonly incidents?: string | undefined;
  readonly observedFrom?: string | undefined;
  readonly observedTo?: string | undefined;
  /** `--use-incidents`: fitted rates take the place of assumed ones. */
  readonly useIncidents?: boolean | undefined;
}

export interface AvailabilityResponse extends PlanResponse {
  readonly availability: AvailabilityPlan;
  /** With what incidents have measured in the place of what was assumed, where that was asked for. */
  readonly spec: Spec;
}

/** Plans the fleet, then how often it fails. Throws `InvalidInput`. */
export async function planAvailability(request: AvailabilityRequest): Promise<AvailabilityResponse> {
  const planned = await makePlan(request);
  const { made, spec } = await availabilityOf(request, planned);
  return { ...planned, spec, availability: made };
}

/** How often a fleet that was planned fails, and the spec with what incidents have replaced. Throws `InvalidInput`. */
export async function availabilityOf(request: AvailabilityRequest, { plan, spec }: PlanResponse) {
  const missionHours = missionOf(request.mission ?? '1 y');
  const incidents = await incidentsOf(request, plan);
  const evidence = incidents && (await evidenceOf(incidents, plan, spec));
  const { availability } = await import('../plan/availability/availability.ts');
  const observed = evidence?.observed ?? (await proofsOf(spec));
  const fitted = request.useIncidents === true;
  const used = fitted && evidence ? evidence.fitted.spec : spec;
  const given = { plan, spec: used, missionHours, observed, fitted };
  return { made: availability({ ...given, ...(evidence ? { evidence } : {}) }), spec: used };
}

/** What the spec has observed, with what that proves; where nothing has failed, without the quantiles. */
async function proofsOf(spec: Spec): Promise<ReadonlyMap<string, Proof>> {
  const { failureFree } = await import('../plan/availability/demonstrated.ts');
  const { observedIn } = await import('../plan/availability/availability.ts');
  const seen = [...observedIn(spec)];
  const isFree = seen.every(([, { outages }]) => outages === 0);
  const prove = isFree ? failureFree : (await import('../plan/availability/proof.ts')).proofOf;
  return new Map(seen.map(([id, each]) => [id, prove(each)]));
}

async function evidenceOf(log: IncidentLog, plan: Plan, spec: Spec): Promise<OperationEvidence> {
  const { operationEvidence } = await import('../plan/availability/operation-evidence.ts');
  try {
    return operationEvidence(plan, spec, log);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidInput([contradiction(log, error)]);
    throw error;
  }
}

function missionOf(text: string): number {
  const advice = 'write a time, for example --mission "1 y"';
  try {
    const { value, unit } = parseQuantity(text);
    const isTime = unit.dimension['s'] === 1 && Object.keys(unit.dimension).length === 1;
    if (isTime && value > 0) return value / 3600;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
  }
  throw new InvalidInput([{ code: 'bad-flag', message: `--mission ${text} is no time above 0`, advice }]);
}

async function incidentsOf(request: AvailabilityRequest, plan: Plan): Promise<IncidentLog | undefined> {
  const { cwd, incidents: file, observedFrom, observedTo } = request;
  if (file === undefined && request.useIncidents === true) {
    const advice = 'name the file whose rates take the place of assumed ones';
    throw new InvalidInput([{ code: 'bad-flag', message: '--use-incidents needs --incidents', advice }]);
  }
  if (file === undefined) {
    if (observedFrom === undefined && observedTo === undefined) return undefined;
    const advice = 'name the file that was recorded in that time, or leave the time out';
    const message = '--observed-from and --observed-to need --incidents';
    throw new InvalidInput([{ code: 'bad-flag', message, advice }]);
  }
  if (observedFrom === undefined || observedTo === undefined) {
    throw new InvalidInput([
      {
        code: 'bad-flag',
        message: '--incidents needs --observed-from and --observed-to',
        advice: 'say for which time incidents were recorded; the hours without any are the evidence',
      },
    ]);
  }
  const { resolve } = await import('node:path');
  const { readIncidents } = await import('../evidence/read.ts');
  const { tierFacts } = await import('../plan/availability/tier-facts.ts');
  const { componentNames } = await import('../plan/availability/incidents.ts');
  const components = componentNames(tierFacts(plan));
  const content = readInput(resolve(cwd, file), file).toString('utf8');
  return readIncidents(content, file, { observedFrom, observedTo, components });
}

function contradiction({ file }: IncidentLog, { message }: RangeError): Problem {
  return {
    code: 'bad-incident',
    file,
    message: `the incidents contradict the plan: ${message}`,
    advice: 'name tiers and machines as the plan does (api, api-1, ...), and domains as zone/rack',
  };
}
