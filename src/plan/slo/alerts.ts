import { coldStartDetection, incidentResponse, smallestErrorRatio } from '../../models/slo/alert-incident.ts';
import { lintAlert } from '../../models/slo/alert-lint.ts';
import type { BurnAlert } from '../../models/slo/burn-alert.ts';
import { budgetSpent } from '../../models/slo/burn-rate.ts';
import { detectionLag } from '../../models/slo/detection-lag.ts';
import { falsePages } from '../../models/slo/false-pages.ts';
import { lowTrafficRemedies } from '../../models/slo/low-traffic.ts';
import { assumed, withoutNoise } from '../availability/input.ts';
import type { Day } from './day.ts';
import type { SloInputs } from './input.ts';
import type { AlertAnalysis, AlertResponse, ObjectiveBudget, SloChoices } from './types.ts';

const month = 30 * 86_400;
const minute = 60;
const hour = 3600;
/** Age of a new series whose alerts are asked what they see. */
const coldHistory = hour;

/** What watches an objective, and what it counts. */
export interface Watched {
  readonly budget: ObjectiveBudget;
  readonly alerts: readonly BurnAlert[];
  readonly periodSeconds: number;
  readonly choices: SloChoices;
}

/** What each alert of an objective can and cannot see, at the plan's traffic. */
export function alertsOf(watched: Watched, day: Day, inputs: SloInputs): AlertAnalysis[] {
  const share = watched.budget.asked.value / (day.meanRate * watched.budget.windowSeconds);
  const rates = { quietest: day.quietestRate * share, mean: day.meanRate * share };
  const background = inputs.note(
    'alerts.background',
    'share of the allowed errors that come singly although nothing is wrong',
    '1',
    assumed(0.5, 'half of the budget is left to failures'),
  );
  return watched.alerts.map((alert) => analysisOf(watched, alert, rates, background));
}

function analysisOf(
  { budget, periodSeconds, choices }: Watched,
  alert: BurnAlert,
  rates: { readonly quietest: number; readonly mean: number },
  background: number,
): AlertAnalysis {
  const bad = Number(budget.budget);
  const monitoring = { scrapeInterval: choices.scrapeSeconds, evaluationInterval: choices.evaluationSeconds };
  const lag = detectionLag(monitoring, alert.forSeconds);
  const full = incidentResponse(alert, bad, periodSeconds, { errorRatio: 1 });
  const cold = coldStartDetection(alert, bad, coldHistory, 1);
  const errorRatio = background * bad;
  const byChance = (requestsPerSecond: number) =>
    falsePages(alert, bad, { requestsPerSecond, errorRatio }, month);
  return {
    slo: budget.slo,
    alert,
    budgetSpent: budgetSpent(Number(alert.factor), alert.longSeconds, periodSeconds),
    smallestErrorRatio: withoutNoise(smallestErrorRatio(alert, bad)),
    ...(full === undefined ? {} : { shortestOutage: full.shortest }),
    lag,
    incidents: incidentsOf(bad).map((incident) => responseOf(alert, bad, periodSeconds, incident, lag.worst)),
    falsePerMonth: { quietest: byChance(rates.quietest), mean: byChance(rates.mean) },
    backgroundErrorRatio: errorRatio,
    ...(cold === undefined ? {} : { coldStart: { historySeconds: coldHistory, detect: cold } }),
    lints: lintAlert(alert, {
      objective: budget.objective,
      periodSeconds,
      scrapeSeconds: choices.scrapeSeconds,
      evaluationSeconds: choices.evaluationSeconds,
      requestsPerSecond: rates.quietest,
    }),
    traffic: {
      requestsPerSecond: rates.quietest,
      remedies: lowTrafficRemedies(alert, budget.budget, rates.quietest),
    },
  };
}

type Incident = Pick<AlertResponse, 'title' | 'errorRatio' | 'lasts'>;

/** Incidents that everyone can imagine, from the sharpest to the one that hides best. */
function incidentsOf(budget: number): Incident[] {
  return [
    { title: 'full outage', errorRatio: 1, lasts: 15 * minute },
    { title: 'one request in ten', errorRatio: 0.1, lasts: hour },
    { title: 'one request in a hundred', errorRatio: 0.01, lasts: 6 * hour },
    { title: 'twice what is allowed', errorRatio: Math.min(1, 2 * budget), lasts: 72 * hour },
  ];
}

function responseOf(
  alert: BurnAlert,
  budget: number,
  periodSeconds: number,
  incident: Incident,
  lag: number,
): AlertResponse {
  const response = incidentResponse(alert, budget, periodSeconds, incident);
  if (response === undefined || response.shortest > incident.lasts) return incident;
  const { detect, clearAfterEnd, budgetSpent: spent } = response;
  return { ...incident, detect, detectAtMost: detect + lag, clear: clearAfterEnd, budgetSpent: spent };
}
