import { incidentResponse, smallestErrorRatio } from '../models/slo/alert-incident.ts';
import type { BurnAlert } from '../models/slo/burn-alert.ts';
import { durationText } from '../models/slo/duration.ts';
import { errorBudget, percentOfObjective } from '../models/slo/objective.ts';
import type { AlertExpectation, RuleTest } from './rule-test.ts';
import { expectedFirings, type Phase, phaseSeries } from './scenario.ts';
import type { RuleModel, ServiceObjective } from './types.ts';

/** Steps that divide the usual windows, in seconds. The short window should hold five or more. */
const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const stepsInShortWindow = 5;
/** Events of a step. Bad ones are whole numbers close enough to their ratio for any objective up to 99.9999 %. */
const eventsPerStep = 1_000_000_000;
/** The baseline before and after the incident, as share of the threshold: near enough that a wrong factor shows. */
const baselineShare = 0.8;
const incidentShare = 2;

/**
 * Tests of every burn alert of a model. With the long window as history, since shorter ones make alerts fire early, and a
 * step that makes each test a few hundred evaluations.
 */
export function burnTests(model: RuleModel): RuleTest[] {
  return model.objectives.flatMap((objective) =>
    objective.alerts.flatMap((alert) => {
      if (smallestErrorRatio(alert, Number(errorBudget(objective.objective))) >= 1) {
        return [neverFires(model, objective, alert)];
      }
      return [firesAndClears(model, objective, alert), ...shortOutages(model, objective, alert)];
    }),
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
function firesAndClears(model: RuleModel, objective: ServiceObjective, alert: BurnAlert): RuleTest {
  const budget = Number(errorBudget(objective.objective));
  const step = stepFor(alert.shortSeconds);
  const threshold = smallestErrorRatio(alert, budget);
  const baseline = baselineShare * threshold;
  const errorRatio = Math.min(incidentShare * threshold, (1 + threshold) / 2);
  const response = incidentResponse(alert, budget, objective.periodSeconds, { errorRatio, baseline });
  if (response === undefined) throw new RangeError(`alert ${alert.name} never fires`);
  const before = Math.ceil((alert.longSeconds + alert.forSeconds) / step);
  const during = Math.ceil((response.detect + 3 * step) / step);
  const after = Math.ceil((response.clearAfterEnd + 3 * step) / step);
  const phases = [phase(before, baseline), phase(during, errorRatio), phase(after, baseline)];
  const begin = before * step;
  const end = begin + during * step;
  const at = (time: number, around: number) => Math.round(time / step + around) * step;
  const own = { objective, alert, step, phases };
  return {
    name: `${title(objective, alert)} fires after ${text(response.detect)} of ${ratioText(errorRatio)} errors and not of ${ratioText(baseline)}`,
    ...expectations(model, own, [
      { at: begin, fires: false },
      { at: at(Math.floor((begin + response.detect) / step) * step, -1), fires: false },
      { at: at(Math.ceil((begin + response.detect) / step) * step, 1), fires: true },
      { at: at(Math.floor((end + response.clearAfterEnd) / step) * step, -1), fires: true },
      { at: at(Math.ceil((end + response.clearAfterEnd) / step) * step, 1), fires: false },
    ]),
  };
}

/** Full outages a fifth shorter and a fifth longer than the shortest that counts: the first is nobody's business. */
function shortOutages(model: RuleModel, objective: ServiceObjective, alert: BurnAlert): RuleTest[] {
  const budget = Number(errorBudget(objective.objective));
  const step = stepFor(alert.shortSeconds);
  const response = incidentResponse(alert, budget, objective.periodSeconds, { errorRatio: 1 });
  if (response === undefined || alert.forSeconds > 0 || response.shortest * 1.2 > alert.shortSeconds)
    return [];
  return [0.8, 1.2].map((share) => {
    const seconds = response.shortest * share;
    const whole = Math.floor(seconds / step);
    const before = Math.ceil(alert.longSeconds / step);
    const phases = [phase(before, 0), phase(whole, 1), phase(1, seconds / step - whole), phase(2, 0)];
    const end = (before + whole + 1) * step;
    const fires = share > 1;
    return {
      name: `${title(objective, alert)} ${fires ? 'fires' : 'does not fire'} for an outage of ${text(seconds)}`,
      ...expectations(model, { objective, alert, step, phases }, [
        { at: end, fires },
        { at: end + step, fires },
      ]),
    };
  });
}

function neverFires(model: RuleModel, objective: ServiceObjective, alert: BurnAlert): RuleTest {
  const step = stepFor(alert.shortSeconds);
  const before = Math.ceil(alert.longSeconds / step);
  const phases = [phase(before, 0), phase(before, 1)];
  const end = 2 * before * step;
  return {
    name: `${title(objective, alert)} cannot fire, not even in a full outage`,
    ...expectations(model, { objective, alert, step, phases }, [{ at: end, fires: false }]),
  };
}

interface Own {
  readonly objective: ServiceObjective;
  readonly alert: BurnAlert;
  readonly step: number;
  readonly phases: readonly Phase[];
}

/**
 * What must be seen at given moments. The tested alert follows the closed form; other objectives that count the same
 * series follow their own windows. Both ways must agree on the tested one, else the test would be of nothing.
 */
function expectations(
  model: RuleModel,
  { objective, alert, step, phases }: Own,
  moments: readonly { readonly at: number; readonly fires: boolean }[],
): Omit<RuleTest, 'name'> {
  const series = phaseSeries(objective, phases);
  const times = moments.map(({ at }) => at);
  const alerts = expectedFirings(model, series, step, alert.name, times);
  alerts.forEach((expected, i) => {
    const fires = isFiring(expected, objective);
    if (fires !== moments[i]?.fires) {
      throw new RangeError(
        `${title(objective, alert)}: closed form and windows disagree at ${expected.at} s; choose windows that are multiples of ${step} s`,
      );
    }
  });
  return { stepSeconds: step, series, alerts, values: [] };
}

function isFiring({ firing }: AlertExpectation, { service, slo }: ServiceObjective): boolean {
  return firing.some((labels) => labels['service'] === service && labels['slo'] === slo);
}

function phase(count: number, errorRatio: number): Phase {
  const bad = Math.round(errorRatio * eventsPerStep);
  return { steps: count, good: eventsPerStep - bad, bad };
}

function title({ service, slo, objective }: ServiceObjective, { name, longSeconds }: BurnAlert): string {
  return `${service} ${slo} ${percentOfObjective(objective)} %: ${name} alert of ${durationText(longSeconds)}`;
}

function text(seconds: number): string {
  return `${Number(seconds.toPrecision(4))} s`;
}

function ratioText(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(4))} %`;
}
