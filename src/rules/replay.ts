import type { BurnAlert } from '../models/slo/burn-alert.ts';
import { errorBudget } from '../models/slo/objective.ts';
import { type EvaluatedAlert, evaluateAlerts, type Firing } from './evaluate.ts';
import { eventsBetween, readingAt, type Trace } from './trace.ts';
import { gridOf, type PrometheusVersion } from './window-ratio.ts';

/** What is replayed: one objective with its alerts. */
export interface ReplayedObjective {
  /** Share of good events as decimal text. */
  readonly objective: string;
  readonly periodSeconds: number;
  readonly alerts: readonly BurnAlert[];
}

export interface ReplayOptions {
  readonly evaluationSeconds: number;
  readonly version?: PrometheusVersion;
}

/** A firing with what of the period's budget was gone by then. */
export interface ReplayedFiring extends Firing {
  readonly budgetSpent: number;
}

export interface ReplayedAlert {
  readonly alert: string;
  readonly severity: BurnAlert['severity'];
  readonly firings: readonly ReplayedFiring[];
}

/** A time in which more went wrong than the objective allows, and who noticed. */
export interface ReplayedIncident {
  readonly from: number;
  readonly to: number;
  readonly events: number;
  readonly bad: number;
  /** Share of the period's budget that it spent. */
  readonly budgetSpent: number;
  /** Alerts that fired while it lasted or while their windows still saw it; empty where it was missed. */
  readonly noticedBy: readonly string[];
}

export interface Replay {
  readonly from: number;
  readonly to: number;
  readonly events: number;
  readonly bad: number;
  /** Share of bad events over the whole trace. */
  readonly errorRatio: number;
  /** Of the budget of one period with the mean traffic of the trace; above 1 where it is overspent. */
  readonly budgetSpent: number;
  readonly alerts: readonly ReplayedAlert[];
  /** The dearest first. */
  readonly incidents: readonly ReplayedIncident[];
}

/**
 * Replays a trace through the alerts of an objective: when each fired and cleared, what was gone of the budget, and which
 * incidents nobody noticed.
 *
 * The budget is b N, N being the events of one period at the mean rate of the trace; spent at a moment is what went bad
 * in the period before it. Throws a RangeError for a trace without events or an impossible objective.
 */
export function replay(trace: Trace, replayed: ReplayedObjective, options: ReplayOptions): Replay {
  const last = trace.good.length - 1;
  const { total, bad } = eventsBetween(trace, 0, last);
  if (!(total > 0)) throw new RangeError('number of events in the trace must be above 0');
  const span = last * trace.stepSeconds;
  const budget = Number(errorBudget(replayed.objective)) * total * (replayed.periodSeconds / span);
  const grid = gridOf(trace, options.evaluationSeconds);
  const evaluated = evaluateAlerts(trace, replayed.objective, replayed.alerts, grid, options.version);
  const spentAt = (time: number): number => {
    const at = readingAt(trace, time);
    const from = Math.max(0, readingAt(trace, time - replayed.periodSeconds));
    return eventsBetween(trace, from, at).bad / budget;
  };
  return {
    from: trace.start,
    to: trace.start + span,
    events: total,
    bad,
    errorRatio: bad / total,
    budgetSpent: bad / budget,
    alerts: evaluated.map(({ alert, firings }, i) => ({
      alert,
      severity: (replayed.alerts[i] as BurnAlert).severity,
      firings: firings.map((firing) => ({ ...firing, budgetSpent: spentAt(firing.firedAt) })),
    })),
    incidents: incidentsOf(trace, replayed, evaluated, budget),
  };
}

/** Runs of intervals above the budget's error ratio; a quiet time shorter than the shortest window does not end one. */
function incidentsOf(
  trace: Trace,
  { objective, alerts }: ReplayedObjective,
  evaluated: readonly EvaluatedAlert[],
  budget: number,
): ReplayedIncident[] {
  const allowed = Number(errorBudget(objective));
  const patience = Math.min(...alerts.map(({ shortSeconds }) => shortSeconds)) / trace.stepSeconds;
  const runs: { first: number; last: number }[] = [];
  for (let i = 1; i < trace.good.length; i += 1) {
    const { total, bad } = eventsBetween(trace, i - 1, i);
    if (!(bad > allowed * total)) continue;
    const before = runs.at(-1);
    if (before !== undefined && i - before.last <= patience) before.last = i;
    else runs.push({ first: i, last: i });
  }
  const lag = new Map(alerts.map(({ name, shortSeconds }) => [name, shortSeconds]));
  const incidents = runs.map(({ first, last }) => {
    const from = trace.start + (first - 1) * trace.stepSeconds;
    const to = trace.start + last * trace.stepSeconds;
    const { total, bad } = eventsBetween(trace, first - 1, last);
    const noticed = evaluated.filter(({ alert, firings }) =>
      firings.some((firing) => touches(firing, from, to + (lag.get(alert) ?? 0))),
    );
    return {
      from,
      to,
      events: total,
      bad,
      budgetSpent: bad / budget,
      noticedBy: noticed.map(({ alert }) => alert),
    };
  });
  return incidents.sort((a, b) => b.bad - a.bad || a.from - b.from);
}

function touches({ firedAt, clearedAt }: Firing, from: number, to: number): boolean {
  return firedAt <= to && (clearedAt === undefined || clearedAt > from);
}
