import type { CauseKind } from '../../spec/types.ts';
import type { Cause } from '../availability/causes.ts';
import { pathCapacityWith, pathShareWith } from './capacity.ts';
import type { Course, Stage } from './course.ts';
import { hoursPerYear, type Mode, type ModeEvent, type Model, secondsPerHour } from './mode.ts';
import type { FailureMode } from './types.ts';

const named: Readonly<
  Record<CauseKind, { readonly mode: FailureMode; readonly title: string; readonly why: string }>
> = {
  version: {
    mode: 'deploy',
    title: 'bad release',
    why: 'a release that fails requests takes one tier, until it is noticed and rolled back',
  },
  configuration: {
    mode: 'configuration',
    title: 'bad configuration',
    why: 'a configuration reaches every tier at once, until it is noticed and the old one is pushed',
  },
  poisonRequest: {
    mode: 'poisonRequest',
    title: 'poison request',
    why: 'a request that kills whoever reads it takes the machines it reaches, until its sender is blocked',
  },
  clientCohort: {
    mode: 'overload',
    title: 'overload by clients',
    why: 'clients that all ask at once occupy machines; the others shed what they cannot carry',
  },
  certificate: {
    mode: 'certificate',
    title: 'expired certificate',
    why: 'nobody can connect until a new one is issued and spread',
  },
  controlPlane: {
    mode: 'dependency',
    title: 'dependency outage',
    why: "what the service stands on and does not run itself is away: the provider's control plane and network",
  },
};

/** What takes machines wherever they stand: changes, clients, certificates, and what the service depends on. */
export function causeModes(model: Model): Mode[] {
  return model.parts.causes.map((cause) => ({
    ...named[cause.kind],
    events:
      cause.scope === 'tier'
        ? cause.tiers.map((tier) => eventOf(model, cause, [tier], cause.rate / cause.tiers.length))
        : [eventOf(model, cause, cause.tiers, cause.rate)],
  }));
}

function eventOf(model: Model, cause: Cause, tiers: readonly string[], rate: number): ModeEvent {
  const [tier] = tiers;
  const single = cause.scope === 'tier' && tier !== undefined;
  const title = single ? (model.parts.facts.find(({ id }) => id === tier)?.title ?? tier) : cause.title;
  return {
    ...(single ? { tier } : {}),
    title,
    perYear: rate * hoursPerYear,
    courses: [courseOf(model, cause, tiers)],
  };
}

/**
 * It never ends by itself. A detection time that the spec declares holds beside the alerts; the assumed one does not,
 * since the alerts say better. The repair is the mitigation: roll back, push the old one, block, issue.
 */
function courseOf(model: Model, cause: Cause, tiers: readonly string[]): Course {
  const declared = model.spec.causes[cause.kind]?.detection;
  return {
    weight: 1,
    stages: stagesOf(model, cause, tiers),
    selfHealing: Number.POSITIVE_INFINITY,
    heals: 'itself',
    mitigate: cause.repair * secondsPerHour,
    ...(declared === undefined ? {} : { noticed: declared.value }),
  };
}

function stagesOf(model: Model, cause: Cause, tiers: readonly string[]): Stage[] {
  if (cause.kind === 'clientCohort') return [{ from: 0, share: 0, capacity: occupied(model, cause, tiers) }];
  const failing = (reach: number) => {
    const share = pathShareWith(model, new Map(tiers.map((tier) => [tier, cause.share])));
    return { share: share * reach, capacity: Number.POSITIVE_INFINITY };
  };
  if (cause.kind === 'poisonRequest') return [{ from: 0, ...failing(1 / cause.shards) }];
  let from = 0;
  const stages = cause.stages.map(({ share, bakeHours }) => {
    const stage = { from, ...failing(share) };
    from += bakeHours * secondsPerHour;
    return stage;
  });
  return [...stages, { from, ...failing(1) }];
}

/** Capacity while a share of the machines of some tiers is occupied. */
function occupied(model: Model, { share }: Cause, tiers: readonly string[]): number {
  const up = model.parts.facts
    .filter(({ id }) => tiers.includes(id))
    .map(({ id, machines }) => [id, machines * (1 - share)] as const);
  return pathCapacityWith(model, new Map(up));
}
