import { requireCount, requirePositive, requireProbability } from '../reliability/ranges.ts';
import { trialsToSupport } from '../statistics/demonstration.ts';
import { smallestErrorRatio } from './alert-incident.ts';
import { alertNumbers, type BurnAlert } from './burn-alert.ts';
import { Decimal } from './decimal.ts';

/**
 * Requests that the long window must hold so that `tolerated` errors do not make the alert fire: N ≥ m / (k b).
 *
 * The alert fires above k b, so equality still does not. SRE workbook, chapter 5, low-traffic services.
 * Throws a RangeError for a budget outside (0, 1] or a negative count.
 */
export function requestsForErrors(alert: BurnAlert, budget: string, tolerated = 1): number {
  requireCount('tolerated errors', tolerated);
  alertNumbers(alert);
  const threshold = new Decimal(alert.factor).times(budget);
  if (!threshold.gt(0)) throw new RangeError(`error budget must be above 0, not ${budget}`);
  return new Decimal(tolerated).div(threshold).ceil().toNumber();
}

/** Requests without any error after which an objective is shown to hold: ln(1 − confidence) / ln(objective). */
export function requestsToMeasure(budget: number, confidence: number): number {
  return trialsToSupport(budget, confidence);
}

/** Chance of at least one error among n requests: 1 − (1 − e)^n. Throws a RangeError for a ratio outside [0, 1]. */
export function chanceOfAnyError(errorRatio: number, requests: number): number {
  requireProbability('error ratio', errorRatio);
  requirePositive('number of requests', requests, 'zero allowed');
  return requests === 0 ? 0 : -Math.expm1(requests * Math.log1p(-errorRatio));
}

/** What helps an alert with too little traffic, each alone enough. */
export interface Remedies {
  /** Requests that the long window holds, and that it needs. */
  readonly held: number;
  readonly needed: number;
  readonly enough: boolean;
  /** Long window that holds enough at the same factor, in seconds. */
  readonly longWindow: number;
  /** Synthetic requests per second to add. They must take the path of real ones, or they hide its errors. */
  readonly syntheticRate: number;
  /** Services of the same traffic to count together, this one included. */
  readonly combined: number;
  /** Objective, as share of bad, at which the present traffic is enough. */
  readonly budget: number;
}

/**
 * The remedies of the SRE workbook for little traffic, computed: a longer window, synthetic traffic, counting similar
 * services together, or a lower objective, so that `tolerated` errors within the long window fire nothing.
 *
 * Throws a RangeError for a rate that is not above 0.
 */
export function lowTrafficRemedies(
  alert: BurnAlert,
  budget: string,
  requestsPerSecond: number,
  tolerated = 1,
): Remedies {
  requirePositive('request rate', requestsPerSecond);
  const { factor, long } = alertNumbers(alert);
  const needed = requestsForErrors(alert, budget, tolerated);
  const held = requestsPerSecond * long;
  return {
    held,
    needed,
    enough: held >= needed,
    longWindow: Math.max(long, needed / requestsPerSecond),
    syntheticRate: Math.max(0, needed / long - requestsPerSecond),
    combined: Math.max(1, Math.ceil(needed / held)),
    budget: Math.max(smallestErrorRatio(alert, Number(budget)) / factor, tolerated / (held * factor)),
  };
}

/** A window's errors weighed by the traffic that the window had. */
export interface TrafficWeighted {
  readonly errorRatio: number;
  /** Traffic of the window over the mean of the period. */
  readonly correction: number;
  readonly correctedErrorRatio: number;
  /** Share of the period's budget that the window spent: as its ratio alone says, and as its events say. */
  readonly spentUncorrected: number;
  readonly spent: number;
}

/**
 * What a window really cost: bad / (b N), where its error ratio times its length takes every window for an average one.
 *
 * budget: b; N: events of the period. The correction N_w / (N w / P) makes both agree (slok/sloth pull request 459).
 * Throws a RangeError for counts that are not above 0 or bad above the total.
 */
export function trafficWeighted(
  budget: number,
  period: { readonly events: number; readonly seconds: number },
  window: { readonly events: number; readonly bad: number; readonly seconds: number },
): TrafficWeighted {
  requirePositive('error budget', budget);
  requirePositive('events of the period', period.events);
  requirePositive('period', period.seconds);
  requirePositive('events of the window', window.events);
  requirePositive('window', window.seconds);
  const errorRatio = window.bad / window.events;
  requireProbability('error ratio', errorRatio);
  const correction = window.events / ((period.events * window.seconds) / period.seconds);
  return {
    errorRatio,
    correction,
    correctedErrorRatio: errorRatio * correction,
    spentUncorrected: (errorRatio * window.seconds) / (period.seconds * budget),
    spent: window.bad / (budget * period.events),
  };
}

/** Bad events above which a window has spent a share of the period's budget: p b N. The simplest of all thresholds. */
export function badEventsThreshold(budgetShare: number, budget: number, periodEvents: number): number {
  requireProbability('share of the budget', budgetShare);
  requireProbability('error budget', budget);
  requirePositive('events of the period', periodEvents);
  return budgetShare * budget * periodEvents;
}

/**
 * Burn rate of a window by slices of time: bad slices over all slices that the window should have, so that one failed
 * request in an otherwise silent hour is one bad minute and not a burning hour. After elastic/kibana pull request 203279.
 *
 * Throws a RangeError for a budget that is not above 0 or slices that are not in order.
 */
export function sliceBurnRate(
  budget: number,
  slices: { readonly bad: number; readonly seen: number; readonly expected: number },
): { readonly naive: number; readonly expected: number } {
  requirePositive('error budget', budget);
  requireCount('bad slices', slices.bad);
  requireCount('slices with traffic', slices.seen, Math.max(1, slices.bad));
  requireCount('expected slices', slices.expected, slices.seen);
  return { naive: slices.bad / slices.seen / budget, expected: slices.bad / slices.expected / budget };
}
