import type { Exact } from '../../models/slo/budget.ts';
import { withoutNoise } from '../availability/input.ts';
import { type ModeCost, perWindow, type Weighed } from './cost.ts';
import { requestsOf, secondsOf, sumOf } from './exact.ts';
import { leversOfLine } from './levers.ts';
import type { EndedBy, EventTimes, LedgerLine } from './types.ts';

/** The budget against which lines are set. */
export interface LineBudget {
  readonly windowSeconds: number;
  readonly meanRate: number;
  readonly requests: Exact;
  /** Requests of a window that the objective counts. */
  readonly asked: number;
  /** Largest share of the budget that a line may take without a finding. */
  readonly cap: number;
}

/** A line before it is known what all lines spend together. */
export type DraftLine = Omit<LedgerLine, 'spentShare'>;

/** The line of one way to fail: what it costs in a window, how its events go, and what would make it cheaper. */
export function lineOf(cost: ModeCost, budget: LineBudget): DraftLine {
  const { mode, events } = cost;
  const { windowSeconds, meanRate } = budget;
  const steady = requestsOf((mode.steady ?? 0) * budget.asked);
  const caused = events.map(({ event, perEvent }) => ({
    ...(event.tier === undefined ? {} : { tier: event.tier }),
    title: event.title,
    eventsPerYear: withoutNoise(event.perYear),
    requests: requestsOf(perEvent * perWindow(event.perYear, windowSeconds)),
  }));
  const parts =
    steady.value > 0 ? [{ title: 'all the time', eventsPerYear: 0, requests: steady }, ...caused] : caused;
  const eventsPerYear = withoutNoise(
    mode.perYear ?? events.reduce((sum, { event }) => sum + event.perYear, 0),
  );
  const eventsPerWindow = perWindow(eventsPerYear, windowSeconds);
  const requests = sumOf(parts.map((part) => part.requests));
  const outcomes = events.flatMap(({ event, outcomes: all }) =>
    all.map((each) => ({ ...each, weight: each.weight * event.perYear })),
  );
  const costly = outcomes.filter(({ lost }) => lost > 0);
  const budgetShare = requests.value / budget.requests.value;
  const draft = {
    mode: mode.mode,
    title: mode.title,
    why: mode.why,
    ...{ eventsPerYear, eventsPerWindow, requests, budgetShare, parts },
    times: timesOf(costly.length > 0 ? costly : outcomes),
    impact: impactOf(costly),
    requestsPerEvent: eventsPerWindow > 0 ? requests.value / eventsPerWindow : 0,
    worstEventShare: costly.reduce((most, { lost }) => Math.max(most, lost), 0) / budget.requests.value,
    seconds: secondsOf(requests, meanRate),
    overCap: budgetShare > budget.cap,
  };
  return { ...draft, levers: leversOfLine(draft, budget) };
}

/** Means over weighed outcomes. */
function timesOf(outcomes: readonly Weighed[]): EventTimes {
  const byPeople = outcomes.filter(({ noticed }) => noticed !== undefined);
  const detect = withoutNoise(mean(byPeople, ({ noticed }) => noticed?.detect ?? 0));
  const respond = withoutNoise(mean(byPeople, ({ noticed }) => noticed?.respond ?? 0));
  const alert = most(byPeople, ({ noticed }) => noticed?.alert);
  const mended = mean(byPeople, ({ lasts }) => lasts);
  return {
    endedBy: most(outcomes, (each) => each.endedBy) ?? ('itself' satisfies EndedBy),
    ...(alert === undefined ? {} : { alert }),
    ...{ detect, respond },
    // A difference of days keeps no more than microseconds.
    mitigate: Math.max(0, Number((mended - detect - respond).toFixed(6))),
    lasts: withoutNoise(mean(outcomes, ({ lasts }) => lasts)),
  };
}

/** Share of what was asked meanwhile that was lost. */
function impactOf(outcomes: readonly Weighed[]): LedgerLine['impact'] {
  const ratio = ({ lost, asked }: Weighed) => (asked > 0 ? Math.min(1, lost / asked) : 0);
  return {
    mean: mean(outcomes, ratio),
    worst: outcomes.reduce((worst, each) => Math.max(worst, ratio(each)), 0),
  };
}

function mean(outcomes: readonly Weighed[], of: (outcome: Weighed) => number): number {
  const all = outcomes.reduce((sum, { weight }) => sum + weight, 0);
  return all > 0 ? outcomes.reduce((sum, each) => sum + each.weight * of(each), 0) / all : 0;
}

/** What weighs most. */
function most<T>(outcomes: readonly Weighed[], of: (outcome: Weighed) => T): T | undefined {
  const weights = new Map<T, number>();
  for (const each of outcomes) weights.set(of(each), (weights.get(of(each)) ?? 0) + each.weight);
  return [...weights].sort((a, b) => b[1] - a[1])[0]?.[0];
}
