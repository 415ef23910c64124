import { incidentResponse, smallestErrorRatio } from '../models/slo/alert-incident.ts';
import type { BurnAlert } from '../models/slo/burn-alert.ts';
import { errorBudget, percentOfObjective } from '../models/slo/objective.ts';
import type { Phase } from './scenario.ts';
import type { ServiceObjective } from './types.ts';

/** Steps that divide the usual windows, in seconds. The short window should hold five or more. */
const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const stepsInShortWindow = 5;
/** Events of a step. Bad ones are whole numbers close enough to their ratio for any objective up to 99.9999 %. */
const eventsPerStep = 1_000_000_000;
/** The baseline before and after the incident, as share of the threshold: near enough that a wrong factor shows. */
const baselineShare = 0.8;
const incidentShare = 2;

/** What one alert of one objective must do while its events go through phases. */
export interface BurnScenario {
  readonly objective: ServiceObjective;
  readonly alert: BurnAlert;
  /** Seconds. */
  readonly step: number;
  readonly phases: readonly Phase[];
  /** By the closed forms, seconds from the beginning. */
  readonly moments: readonly { readonly at: number; readonly fires: boolean }[];
  /** `shop availability 99.9 % fires after 720 s of 2.88 % errors`. */
  readonly text: string;
}

/**
 * The scenarios of every burn alert of an objective. With the long window as history, since shorter ones make alerts fire
 * early, and a step that makes each of them a few hundred evaluations.
 */
export function burnScenarios(objective: ServiceObjective): BurnScenario[] {
  const budget = Number(errorBudget(objective.objective));
  return objective.alerts.flatMap((alert) =>
    smallestErrorRatio(alert, budget) >= 1
      ? [neverFires(objective, alert)]
      : [firesAndClears(objective, alert, budget), ...shortOutages(objective, alert, budget)],
  );
}

/** The step at which rules with this shortest window are tested. */
export function stepFor(shortSeconds: number): number {
  return steps.filter((step) => step * stepsInShortWindow <= shortSeconds).at(-1) ?? 1;
}

/**
 * Errors at 0.8 of the threshold fire nothing; at twice the threshold (or half-way to a full outage) the alert fires at
 * the moment of the closed form, not a step earlier, and is over S (1 − x) after the errors went back.
 */
function firesAndClears(objective: ServiceObjective, alert: BurnAlert, budget: number): BurnScenario {
  const step = stepFor(alert.shortSeconds);
  const threshold = smallestErrorRatio(alert, budget);
  const baseline = baselineShare * threshold;
  const errorRatio = Math.min(incidentShare * threshold, (1 + threshold) / 2);
  const response = incidentResponse(alert, budget, objective.periodSeconds, { errorRatio, baseline });
  if (response === undefined) throw new RangeError(`alert ${alert.name} never fires`);
  const before = Math.ceil((alert.longSeconds + alert.forSeconds) / step);
  const during = Math.ceil((response.detect + 3 * step) / step);
  const after = Math.ceil((response.clearAfterEnd + 3 * step) / step);
  const begin = before * step;
  const end = begin + during * step;
  const at = (time: number, around: number) => Math.round(time / step + around) * step;
  return {
    objective,
    alert,
    step,
    phases: [phase(before, baseline), phase(during, errorRatio), phase(after, baseline)],
    moments: [
      { at: begin, fires: false },
      { at: at(Math.floor((begin + response.detect) / step) * step, -1), fires: false },
      { at: at(Math.ceil((begin + response.detect) / step) * step, 1), fires: true },
      { at: at(Math.floor((end + response.clearAfterEnd) / step) * step, -1), fires: true },
      { at: at(Math.ceil((end + response.clearAfterEnd) / step) * step, 1), fires: false },
    ],
    text: `${named(objective)} fires after ${timeText(response.detect)} of ${ratioText(errorRatio)} errors and not of ${ratioText(baseline)}`,
  };
}

/** Full outages a fifth shorter and a fifth longer than the shortest that counts: the first is nobody's business. */
function shortOutages(objective: ServiceObjective, alert: BurnAlert, budget: number): BurnScenario[] {
  const step = stepFor(alert.shortSeconds);
  const response = incidentResponse(alert, budget, objective.periodSeconds, { errorRatio: 1 });
  if (response === undefined || alert.forSeconds > 0 || response.shortest * 1.2 > alert.shortSeconds)
    return [];
  return [0.8, 1.2].map((share) => {
    const seconds = response.shortest * share;
    const whole = Math.floor(seconds / step);
    const before = Math.ceil(alert.longSeconds / step);
    const end = (before + whole + 1) * step;
    const fires = share > 1;
    return {
      objective,
      alert,
      step,
      phases: [phase(before, 0), phase(whole, 1), phase(1, seconds / step - whole), phase(2, 0)],
      moments: [
        { at: end, fires },
        { at: end + step, fires },
      ],
      text: `${named(objective)} ${fires ? 'fires' : 'does not fire'} for an outage of ${timeText(seconds)}`,
    };
  });
}

function neverFires(objective: ServiceObjective, alert: BurnAlert): BurnScenario {
  const step = stepFor(alert.shortSeconds);
  const before = Math.ceil(alert.longSeconds / step);
  return {
    objective,
    alert,
    step,
    phases: [phase(before, 0), phase(before, 1)],
    moments: [{ at: 2 * before * step, fires: false }],
    text: `${named(objective)} cannot fire, not even in a full outage`,
  };
}

function phase(count: number, errorRatio: number): Phase {
  const bad = Math.round(errorRatio * eventsPerStep);
  return { steps: count, good: eventsPerStep - bad, bad };
}

function named({ service, slo, objective }: ServiceObjective): string {
  return `${service} ${slo} ${percentOfObjective(objective)} %`;
}

function timeText(seconds: number): string {
  return `${Number(seconds.toPrecision(4))} s`;
}

function ratioText(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(4))} %`;
}
