import { requirePositive } from '../reliability/ranges.ts';
import type { BurnAlert } from './burn-alert.ts';
import { Decimal, readDecimal } from './decimal.ts';
import { detectionLag } from './detection-lag.ts';
import { durationText } from './duration.ts';
import { errorBudget } from './objective.ts';

export type AlertLintCode =
  | 'never-fires'
  | 'fires-inside-objective'
  | 'short-window-scrapes'
  | 'window-exceeds-period'
  | 'windows-reversed'
  | 'wait-outlasts-window'
  | 'too-little-traffic'
  | 'budget-below-lag';

/** Something about an alert that cannot work as meant. */
export interface AlertLint {
  readonly alert: string;
  readonly code: AlertLintCode;
  readonly severity: 'error' | 'warning';
  /** One sentence without a full stop. */
  readonly message: string;
  readonly advice: string;
}

/** Where an alert is going to run. */
export interface AlertSetting {
  /** Share of good events as decimal text. */
  readonly objective: string;
  readonly periodSeconds: number;
  readonly scrapeSeconds: number;
  /** How often rules are evaluated; absent where nothing is known. */
  readonly evaluationSeconds?: number;
  /** Requests per second at the quietest hour; absent where nothing is known. */
  readonly requestsPerSecond?: number;
}

/** Scrapes that a window needs for a rate that survives a missed one. */
const scrapesNeeded = 4;

/**
 * All that keeps an alert from doing what it is there for. Empty where nothing does.
 *
 * Exact decimals decide the comparisons, so an objective of 90 % and a factor of 10 count as never firing.
 * Throws a RangeError for an impossible objective or times that are not above 0.
 */
export function lintAlert(alert: BurnAlert, setting: AlertSetting): AlertLint[] {
  requirePositive('period', setting.periodSeconds);
  requirePositive('scrape interval', setting.scrapeSeconds);
  const budget = new Decimal(errorBudget(setting.objective));
  const factor = readDecimal(`burn rate of ${alert.name}`, alert.factor);
  const found = [
    ...lintFactor(factor, budget),
    ...lintWindows(alert, setting),
    ...lintTraffic(alert, factor.times(budget), setting),
    ...lintLag(budget, setting),
  ];
  return found.map((lint) => ({ alert: alert.name, ...lint }));
}

type Found = Omit<AlertLint, 'alert'>;

function lintFactor(factor: Decimal, budget: Decimal): Found[] {
  const found: Found[] = [];
  const threshold = factor.times(budget);
  if (threshold.gte(1)) {
    const highest = new Decimal(1).div(budget).toSignificantDigits(4);
    found.push({
      code: 'never-fires',
      severity: 'error',
      message: `the alert waits for an error ratio above ${threshold}, which does not exist`,
      advice: `use a factor below ${highest}, the burn rate of a full outage, or leave the alert out`,
    });
  }
  if (factor.lt(1)) {
    found.push({
      code: 'fires-inside-objective',
      severity: 'warning',
      message: `a burn rate of ${factor.toSignificantDigits(4)} fires although the objective is being met`,
      advice: 'use a factor of at least 1, or a longer period',
    });
  }
  return found;
}

function lintWindows(alert: BurnAlert, { periodSeconds, scrapeSeconds }: AlertSetting): Found[] {
  const { longSeconds, shortSeconds, forSeconds } = alert;
  const long = seconds(longSeconds);
  const short = seconds(shortSeconds);
  const found: Found[] = [];
  if (shortSeconds < scrapesNeeded * scrapeSeconds) {
    found.push({
      code: 'short-window-scrapes',
      severity: 'error',
      message: `the short window of ${short} holds fewer than ${scrapesNeeded} scrapes of ${seconds(scrapeSeconds)}`,
      advice: `use a window of at least ${seconds(scrapesNeeded * scrapeSeconds)}, or scrape more often`,
    });
  }
  if (shortSeconds > longSeconds) {
    found.push({
      code: 'windows-reversed',
      severity: 'error',
      message: `the short window of ${short} is longer than the long one of ${long}`,
      advice: 'swap the two windows',
    });
  }
  if (longSeconds > periodSeconds) {
    found.push({
      code: 'window-exceeds-period',
      severity: 'error',
      message: `the window of ${long} is longer than the period of ${seconds(periodSeconds)}`,
      advice: 'use a shorter window, or count the objective over a longer period',
    });
  }
  if (forSeconds > shortSeconds) {
    found.push({
      code: 'wait-outlasts-window',
      severity: 'warning',
      message: `it waits ${seconds(forSeconds)}, longer than its short window of ${short} remembers`,
      advice: 'drop the wait: the windows already keep short peaks from firing',
    });
  }
  return found;
}

function lintTraffic(
  { longSeconds }: BurnAlert,
  threshold: Decimal,
  { requestsPerSecond }: AlertSetting,
): Found[] {
  if (requestsPerSecond === undefined || threshold.gte(1)) return [];
  const held = requestsPerSecond * longSeconds;
  if (threshold.times(held).gte(1)) return [];
  const needed = new Decimal(1).div(threshold).ceil();
  return [
    {
      code: 'too-little-traffic',
      severity: 'warning',
      message: `one failed request among the ${Math.round(held)} of ${seconds(longSeconds)} fires it`,
      advice: `it needs ${needed} requests: a longer window, synthetic requests, or similar services counted together`,
    },
  ];
}

/** A full outage can spend the whole budget before the first reading of it is evaluated. */
function lintLag(
  budget: Decimal,
  { periodSeconds, scrapeSeconds, evaluationSeconds }: AlertSetting,
): Found[] {
  if (evaluationSeconds === undefined) return [];
  const allowed = budget.times(periodSeconds);
  const lag = detectionLag({ scrapeInterval: scrapeSeconds, evaluationInterval: evaluationSeconds }).worst;
  if (allowed.gt(lag)) return [];
  return [
    {
      code: 'budget-below-lag',
      severity: 'warning',
      message: `a full outage spends the budget of ${allowed} s within the ${lag} s until it is read and evaluated`,
      advice: 'scrape and evaluate more often, and mend such outages by automatic failover, not by an alert',
    },
  ];
}

function seconds(value: number): string {
  return Number.isSafeInteger(value) && value > 0 ? durationText(value) : `${value} s`;
}
