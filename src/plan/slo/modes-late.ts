import { pathShareWith } from './capacity.ts';
import type { Course } from './course.ts';
import type { Mode, ModeEvent, Model } from './mode.ts';
import { failoverWith } from './modes-election.ts';
import { machineMode } from './modes-machine.ts';
import { placeModes } from './modes-places.ts';
import { perhaps } from './planned.ts';

/**
 * Ways in which served requests become late. Failed ones are no part of a latency objective: the availability has them.
 *
 * slow: share that is late when all is well.
 */
export function lateModes(model: Model, slow: number): Mode[] {
  const queued = queuedOnly(model);
  return [
    {
      mode: 'slow',
      title: 'slow when all is well',
      events: [],
      steady: slow,
      why: 'the largest payloads take longer than the objective allows, however many machines there are',
    },
    lateElections(model),
    ...[machineMode(queued), ...placeModes(queued).filter(({ mode }) => mode !== 'region')].map(lateOf),
  ];
}

/** The model with the tiers alone whose excess waits in a queue: there a lack of machines makes requests late. */
function queuedOnly(model: Model): Model {
  const waits = new Set(
    model.spec.tiers.filter(({ onOverload }) => onOverload?.value === 'queue').map(({ id }) => id),
  );
  const facts = model.parts.facts.filter(({ id }) => waits.has(id));
  return { ...model, parts: { ...model.parts, facts } };
}

/** While more is asked than the machines can do, all that they serve has waited in a full queue. */
function lateOf(mode: Mode): Mode {
  const late = (course: Course): Course => ({
    ...course,
    stages: course.stages.map((stage) => ({ ...stage, share: 0, late: true })),
  });
  return {
    ...mode,
    events: mode.events.map((event) => ({ ...event, courses: event.courses.map(late) })),
    why: 'while too few machines are left, the queue is full and everything that is served has waited in it',
  };
}

/**
 * A pause t makes late what arrives in it and until its backlog is gone, t / (1 − ρ); longer pauses than the deadline lose
 * the rest. ρ: utilization at the peak, so that the quiet hours are overestimated.
 */
function lateElections(model: Model): Mode {
  const events = model.parts.facts.flatMap(({ id, title }): ModeEvent[] => {
    const failover = failoverWith(model, id);
    const share = pathShareWith(model, new Map([[id, 1]]));
    if (failover === undefined || share === 0) return [];
    const deadline = perhaps(model.plan, `${id}.deadline`) ?? 0;
    const courses = failover.pauses.map(
      ({ chance, seconds }): Course => ({
        weight: chance,
        stages: [{ from: 0, share, capacity: Number.POSITIVE_INFINITY }],
        selfHealing: Math.min(seconds, deadline) / (1 - utilization(model)),
        heals: failover.plan.mode === 'manual' ? 'people' : 'software',
      }),
    );
    return [{ tier: id, title, perYear: failover.plan.lossesPerYear, courses }];
  });
  return {
    mode: 'election',
    title: 'leader lost',
    events,
    why: 'requests wait for the next leader, and then for the backlog of the pause',
  };
}

/** Utilization of the workers at the peak, below 1. */
function utilization({ plan, parts }: Model): number {
  const load = perhaps(plan, 'worker.load') ?? 0;
  const machines = parts.facts.find(({ id }) => id === 'worker')?.machines ?? 1;
  return Math.min(0.99, load / machines);
}
