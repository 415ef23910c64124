import { dayHours } from '../../models/slo/traffic-shape.ts';
import { outageCost, plannedWork, shedLoss } from '../../models/slo/yield.ts';
import { capacityOf, pathCapacityWith, upWithGuests } from './capacity.ts';
import type { Day } from './day.ts';
import type { Model } from './mode.ts';
import type { ObjectiveBudget, OverloadYield, YieldPlan } from './types.ts';

/** Length of the outage that is shown at the peak and at the trough. */
const shownHours = 1;
const secondsPerDay = 86_400;

/** What the same hour costs at the peak and at the trough, when to work, and what shedding leaves answered. */
export function yieldOf(model: Model, day: Day, budget: ObjectiveBudget): YieldPlan {
  const { best, worst } = plannedWork(day.shape, shownHours);
  const days = budget.windowSeconds / secondsPerDay;
  const ofBudget = (share: number) => share / days / Number(budget.budget);
  return {
    hours: shownHours,
    atPeak: worst,
    atTrough: best,
    uptimeLoss: outageCost(day.shape, 0, shownHours).uptimeLoss,
    plannedWork: { best, worst },
    budgetShare: { atPeak: ofBudget(worst.yieldLoss), atTrough: ofBudget(best.yieldLoss) },
    overload: overloads(model, day),
  };
}

/** The path with a zone less, and with the tightest tier at twice the demand. */
function overloads(model: Model, day: Day): OverloadYield[] {
  const { facts, places } = model.parts;
  const whole = new Map(facts.map(({ id, machines }) => [id, machines]));
  const largest = new Map(
    facts.map(({ id, machines }) => [id, machines - Math.ceil(machines / places.zones)]),
  );
  const capacity = pathCapacityWith(model, whole);
  return [
    overload(model, day, 'the largest zone lost', pathCapacityWith(model, largest), largest),
    overload(model, day, 'twice the demand', capacity / 2, whole),
  ].filter((each) => each !== undefined);
}

function overload(
  model: Model,
  day: Day,
  title: string,
  capacity: number,
  up: ReadonlyMap<string, number>,
): OverloadYield | undefined {
  if (capacity === Number.POSITIVE_INFINITY) return undefined;
  const lost = shedLoss(day.shape, capacity * day.peakUnit, 0, dayHours);
  return {
    ...{ title, capacity },
    tier: tightest(model, up),
    yield: 1 - lost,
    yieldAtPeak: Math.min(1, (capacity * day.peakUnit) / day.shape.peak),
  };
}

/** The tier that limits the path with so many machines up. */
function tightest(model: Model, up: ReadonlyMap<string, number>): string {
  const least = pathCapacityWith(model, up);
  const found = model.parts.facts.find((facts) => {
    const left = up.get(facts.id) ?? facts.machines;
    return (
      capacityOf(model, facts, left) === least &&
      pathCapacityWith(model, upWithGuests(model, facts, left)) === least
    );
  });
  return found?.id ?? '';
}
