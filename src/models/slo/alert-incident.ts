import { requirePositive, requireProbability } from '../reliability/ranges.ts';
import { alertNumbers, type BurnAlert } from './burn-alert.ts';

/** Errors at a constant ratio, over a baseline that is always there. */
export interface ConstantIncident {
  readonly errorRatio: number;
  /** 0 where left out. */
  readonly baseline?: number;
}

/** What an alert makes of a constant incident. Times in seconds. */
export interface IncidentResponse {
  /** From the beginning of the incident until the alert fires, without scrape and evaluation. */
  readonly detect: number;
  /** From its end until the alert is over, if it lasted until it was detected. */
  readonly clearAfterEnd: number;
  /** Share of the period's budget that the incident has spent when the alert fires. */
  readonly budgetSpent: number;
  /** Shortest incident of this ratio that makes the alert fire. */
  readonly shortest: number;
}

/**
 * When a burn alert notices a constant incident: t = L (k b − e₀) / (e − e₀), later by `for`; it is over
 * S (1 − (k b − e₀) / (e − e₀)) after the incident's end. Undefined where it never fires.
 *
 * k: factor; b: budget, share of bad; L, S: long and short window, S ≤ L, so that the short one crosses earlier;
 * e, e₀: error ratio and baseline; constant traffic and a history of at least L. The alert fires for e > k b alone.
 * The shortest outage that is noticed lasts L x, x = (k b − e₀) / (e − e₀), and with `for` long enough that the
 * condition, which outlives it by S (1 − x), holds for that time. SRE workbook, chapter 5, with the baseline added.
 * Throws a RangeError for ratios outside [0, 1], a baseline that makes the alert fire for ever, or bad windows.
 */
export function incidentResponse(
  alert: BurnAlert,
  budget: number,
  periodSeconds: number,
  { errorRatio, baseline = 0 }: ConstantIncident,
): IncidentResponse | undefined {
  const { long, short, wait } = alertNumbers(alert);
  requirePositive('period', periodSeconds);
  const crossing = crossingShare(alert, budget, errorRatio, baseline);
  if (crossing === undefined) return undefined;
  const first = long * crossing;
  const detect = first + wait;
  const clearAfterEnd = short * (1 - crossing);
  return {
    detect,
    clearAfterEnd,
    budgetSpent: (errorRatio * detect) / (budget * periodSeconds),
    shortest: first + Math.max(0, wait - clearAfterEnd),
  };
}

/** Error ratio above which the alert fires if it lasts: k b. Values of 1 and more mean that it never does. */
export function smallestErrorRatio(alert: BurnAlert, budget: number): number {
  requireProbability('error budget', budget);
  return alertNumbers(alert).factor * budget;
}

/**
 * Detection where the series are younger than the long window: t = H k b / (e − k b), H: seconds of history without
 * errors before the incident. Earlier than with full history, since the window is short; undefined where it never fires.
 *
 * Holds while H + t ≤ L; from H = L (1 − k b / e) on the full window decides. Throws a RangeError as `incidentResponse`.
 */
export function coldStartDetection(
  alert: BurnAlert,
  budget: number,
  history: number,
  errorRatio: number,
): number | undefined {
  const { long, wait } = alertNumbers(alert);
  requirePositive('history', history, 'zero allowed');
  const crossing = crossingShare(alert, budget, errorRatio, 0);
  if (crossing === undefined) return undefined;
  return Math.min(long * crossing, (history * crossing) / (1 - crossing)) + wait;
}

/** Share of a window that the incident must fill before its ratio passes k b. */
function crossingShare(
  alert: BurnAlert,
  budget: number,
  errorRatio: number,
  baseline: number,
): number | undefined {
  requireProbability('error ratio', errorRatio);
  requireProbability('baseline error ratio', baseline);
  const threshold = smallestErrorRatio(alert, budget);
  if (baseline > threshold) {
    throw new RangeError(
      `baseline error ratio must not exceed the threshold ${threshold} of ${alert.name}, and is ${baseline}`,
    );
  }
  return errorRatio > threshold ? (threshold - baseline) / (errorRatio - baseline) : undefined;
}
