import type { Spec } from '../../spec/types.ts';
import { dependencyOf } from '../availability/dependencies.ts';
import { type Parts, partsOf } from '../availability/parts.ts';
import type { AvailabilityPlan } from '../availability/types.ts';
import type { Plan } from '../types.ts';
import type { Course } from './course.ts';
import { SloInputs } from './input.ts';
import type { FailureMode } from './types.ts';

/** Events of one kind, and the ways in which they go. */
export interface ModeEvent {
  /** Absent where an event takes several tiers at once. */
  readonly tier?: string;
  readonly title: string;
  readonly perYear: number;
  readonly courses: readonly Course[];
}

/** One way to fail, before its cost is worked out. */
export interface Mode {
  readonly mode: FailureMode;
  readonly title: string;
  readonly events: readonly ModeEvent[];
  /** How often it happens, where events are parts of each other; else their sum. */
  readonly perYear?: number;
  /** Share of the requests that it costs all the time. */
  readonly steady?: number;
  /** One sentence without a full stop. */
  readonly why: string;
}

/** What modes are made of. */
export interface Model {
  readonly plan: Plan;
  readonly spec: Spec;
  readonly availability: AvailabilityPlan;
  readonly parts: Parts;
  /** What a request needs. */
  readonly path: ReturnType<typeof dependencyOf>;
  readonly mitigation: Mitigation;
  readonly inputs: SloInputs;
}

/** How soon people and software act; seconds. */
export type Mitigation = Readonly<Record<keyof Spec['mitigation'], number>>;

/** Reads plan and spec; every number that is used is noted with its origin. */
export function modelOf(plan: Plan, spec: Spec, availability: AvailabilityPlan): Model {
  const parts = partsOf(plan, spec);
  const inputs = new SloInputs();
  return {
    ...{ plan, spec, availability, parts, inputs },
    path: dependencyOf(spec, parts.facts),
    mitigation: mitigationOf(spec, inputs),
  };
}

const meanings: Readonly<Record<keyof Mitigation, string>> = {
  page: 'time from a page until somebody works on it',
  ticket: 'time from a ticket until somebody works on it',
  report: 'time until somebody reports what no alert notices',
  drain: 'time to find one bad machine and to take it out of the traffic',
  capacity: 'time until machines elsewhere have taken over the load of lost ones',
  reroute: 'time until the traffic of a lost region is answered by the others',
  healthCheck: 'time until health checks take a dead machine out of the traffic',
};

function mitigationOf({ mitigation }: Spec, inputs: SloInputs): Mitigation {
  const read = (key: keyof Mitigation) =>
    inputs.given(`mitigation.${key}`, meanings[key], 's', mitigation[key]);
  return {
    page: read('page'),
    ticket: read('ticket'),
    report: read('report'),
    drain: read('drain'),
    capacity: read('capacity'),
    reroute: read('reroute'),
    healthCheck: read('healthCheck'),
  };
}

export const secondsPerHour = 3600;
/** Of a mean year, as in the availability model. */
export const hoursPerYear = 8766;
