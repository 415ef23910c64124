import { durationText } from '../models/slo/duration.ts';
import { alertRule } from './alerting.ts';
import { alertNames, recorded, records } from './conventions.ts';
import { binary, call, type Expr, literal, series } from './promql.ts';
import { recordRule } from './recording.ts';
import type { Invariant, Rule, Selector } from './types.ts';

/**
 * Are all messages sent actually received? sent − ended − change of held, over a window, recorded with its sign and
 * alerted on both sides: above 0 messages were lost, below 0 they came from nowhere, for instance delivered twice.
 *
 * Increases instead of counters, since counters begin again with their process. What is held is a state of the whole
 * queue, which each of its clients reports: their maximum, and not their sum. In the first window there is no state to
 * compare with, and nothing is said.
 */
export function invariantRules(invariant: Invariant): Rule[] {
  const { service, name, tier, windowSeconds, tolerance, forSeconds, description } = invariant;
  const labels = { service, slo: name, tier, window: durationText(windowSeconds) };
  const own = { service, slo: name };
  const sent = series(recorded(records.sent, own));
  const unaccounted = series(recorded(records.unaccounted, own));
  const off = binary('>', call('abs', unaccounted), binary('*', literal(tolerance), sent));
  return [
    recordRule(records.sent, increaseOf(invariant.sent, windowSeconds), labels),
    recordRule(records.unaccounted, imbalance(invariant), labels),
    alertRule(
      alertNames.unaccounted,
      off,
      forSeconds,
      { ...labels, severity: 'ticket' },
      {
        summary: `${service} ${name}: messages sent and messages accounted for differ`,
        description: `{{ $value }} messages of ${durationText(windowSeconds)} are on one side only. ${description}`,
      },
    ),
  ];
}

function imbalance({ sent, ended, held, windowSeconds }: Invariant): Expr {
  const begun = increaseOf(sent, windowSeconds);
  const out = ended.reduce((left, each) => binary('-', left, orZero(each, sent, windowSeconds)), begun);
  return held.reduce((left, each) => binary('-', left, changeOf(each, windowSeconds)), out);
}

function increaseOf(selector: Selector, window: number): Expr {
  return call('sum', call('increase', series(selector, window)));
}

/** A way out that no message has taken yet has no series. */
function orZero(selector: Selector, sent: Selector, window: number): Expr {
  return binary('or', increaseOf(selector, window), binary('*', literal('0'), increaseOf(sent, window)));
}

function changeOf(state: Selector, window: number): Expr {
  return binary('-', call('max', series(state)), call('max', series(state, undefined, window)));
}
