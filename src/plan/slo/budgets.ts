import { type Exact, requestBudget, timeBudget } from '../../models/slo/budget.ts';
import { Decimal, exactText } from '../../models/slo/decimal.ts';
import { errorBudget } from '../../models/slo/objective.ts';
import { longestWindow, type Window } from '../../models/slo/window.ts';
import type { Spec } from '../../spec/types.ts';
import type { Plan } from '../types.ts';
import type { Day } from './day.ts';
import { planned, plannedText } from './planned.ts';
import type { ObjectiveBudget } from './types.ts';

/**
 * The budget of every objective of the service in its window, in time and in requests, exact.
 *
 * Requests of a window are counted at the mean rate of a day in one region, in whole requests. A calendar unit is taken
 * at its longest, so that the budget covers each of them.
 */
export function budgetsOf(
  plan: Plan,
  spec: Spec,
  day: Day,
): readonly [availability: ObjectiveBudget, latency: ObjectiveBudget] {
  const target = plannedText(plan, 'objectives.availability.target');
  const percentile = plannedText(plan, 'objectives.latency.percentile');
  return [
    budgetOf('availability', 'requests answered', target, windowOf(plan, spec), day.meanRate),
    budgetOf(
      'latency',
      'served requests that are fast enough',
      percentile,
      windowOf(plan, spec),
      day.meanRate * withinPayload(plan, spec),
    ),
  ];
}

function budgetOf(
  slo: string,
  title: string,
  objective: string,
  window: Window,
  rate: number,
): ObjectiveBudget {
  const windowSeconds = longestWindow(window);
  const asked = Math.round(rate * windowSeconds);
  const text = exactText(new Decimal(asked));
  return {
    ...{ slo, title, objective, window, windowSeconds },
    budget: errorBudget(objective),
    seconds: timeBudget(objective, windowSeconds),
    asked: { text, value: asked },
    requests: bad(objective, asked),
  };
}

function bad(objective: string, asked: number): Exact {
  const { text, value } = requestBudget(objective, asked);
  return { text, value };
}

function windowOf(plan: Plan, { objectives: { availability } }: Spec): Window {
  if (availability.calendar !== undefined) return { kind: 'calendar', ...availability.calendar };
  return { kind: 'rolling', seconds: planned(plan, 'objectives.availability.window') };
}

/** Share of the requests that the latency objective is about. */
function withinPayload(plan: Plan, { workload: { payload } }: Spec): number {
  const below = planned(plan, 'objectives.latency.payloadBelow');
  const within = payload.value.classes.filter(({ bytes }) => bytes <= below);
  return Math.min(
    1,
    within.reduce((sum, { share }) => sum + share, 0),
  );
}
