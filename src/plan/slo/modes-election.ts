import type { FailoverSpec } from '../../spec/types.ts';
import { type FailoverPlan, failoverOf } from '../availability/failover.ts';
import { Inputs } from '../availability/input.ts';
import { pathShareWith } from './capacity.ts';
import type { Course } from './course.ts';
import { type Mode, type ModeEvent, type Model, secondsPerHour } from './mode.ts';
import { perhaps } from './planned.ts';

/** The ways in which the loss of a leader is mended, as a failover plan and as pauses with their chances. Seconds. */
export interface Failover {
  readonly plan: FailoverPlan;
  readonly pauses: readonly { readonly chance: number; readonly seconds: number }[];
}

/** Losses of leaders: of every tier that has one, mended as the spec says. */
export function electionMode(model: Model): Mode {
  const events = model.parts.facts.flatMap(({ id }) => {
    const failover = failoverWith(model, id);
    return failover === undefined ? [] : [electionEvent(model, id, failover)];
  });
  return {
    mode: 'election',
    title: 'leader lost',
    events,
    why: `requests wait for the next leader, and those whose deadline ends inside the pause are lost${events.some(isSplit) ? rare : ''}`,
  };
}

const rare =
  '; most pauses end before any deadline and cost nothing, so how long it lasts is that of the rare failovers which fail and wait for people';

/** Whether some pauses cost nothing and others do. */
function isSplit({ courses }: ModeEvent): boolean {
  return courses.some(({ selfHealing }) => selfHealing === 0) && courses.some((each) => each.selfHealing > 0);
}

/** The failover of a tier as it is, or as it would be in another mode; undefined where it has no leader. */
export function failoverWith(model: Model, id: string, mode?: FailoverPlan['mode']): Failover | undefined {
  const { plan, spec, parts } = model;
  const facts = parts.facts.find((each) => each.id === id);
  if (facts === undefined) return undefined;
  const inputs = new Inputs();
  const wanted =
    mode === undefined ? spec : { ...spec, tiers: spec.tiers.map((tier) => inMode(tier, id, mode)) };
  const made = failoverOf(plan, wanted, facts, parts.hardware.machine, inputs);
  if (made === undefined) return undefined;
  const chance = inputs.list.find(({ name }) => name === `${id}.failover.failureChance`)?.value ?? 0;
  return { plan: made, pauses: pausesOf(made, chance) };
}

function inMode<T extends { readonly id: string; readonly failover?: FailoverSpec }>(
  tier: T,
  id: string,
  mode: FailoverPlan['mode'],
): T {
  if (tier.id !== id) return tier;
  return {
    ...tier,
    failover: { ...tier.failover, mode: { value: mode, origin: { kind: 'assumed', why: 'compared' } } },
  };
}

/** An automatic failover works, or people do it: two outcomes whose mean is the plan's. */
function pausesOf({ mode, steps, hours }: FailoverPlan, failureChance: number): Failover['pauses'] {
  if (mode === 'manual' || failureChance === 0) return [{ chance: 1, seconds: hours * secondsPerHour }];
  const mended = steps.at(-1)?.hours ?? 0;
  const works = (hours - mended) * secondsPerHour;
  return [
    { chance: 1 - failureChance, seconds: works },
    { chance: failureChance, seconds: works + (mended / failureChance) * secondsPerHour },
  ];
}

/** A request is lost if its deadline ends inside the pause: for a pause t, those of the first t − deadline. */
export function electionEvent(model: Model, id: string, { plan, pauses }: Failover): ModeEvent {
  const share = pathShareWith(model, new Map([[id, 1]]));
  const deadline = perhaps(model.plan, `${id}.deadline`) ?? 0;
  const courses = pauses.map(
    ({ chance, seconds }): Course => ({
      weight: chance,
      stages: [{ from: 0, share, capacity: Number.POSITIVE_INFINITY }],
      selfHealing: Math.max(0, seconds - deadline),
      heals: plan.mode === 'manual' ? 'people' : 'software',
    }),
  );
  const title = model.parts.facts.find((each) => each.id === id)?.title ?? id;
  return { tier: id, title, perYear: plan.lossesPerYear, courses };
}
