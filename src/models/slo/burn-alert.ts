import { requirePositive } from '../reliability/ranges.ts';
import { readDecimal } from './decimal.ts';

export type AlertSeverity = 'page' | 'ticket';

/**
 * An alert that fires while the error ratio of two windows lies above factor × budget. The long window decides how
 * much of the budget is gone, the short one ends the alert soon after the errors end; equal ones are a single window.
 */
export interface BurnAlert {
  /** Stable and unique within an objective: `fast`, `medium`, `slow`, `drift`. */
  readonly name: string;
  readonly severity: AlertSeverity;
  /** Burn rate as decimal text, k. */
  readonly factor: string;
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** Time for which the condition must hold before the alert fires; 0 where it fires at once. */
  readonly forSeconds: number;
}

export interface AlertNumbers {
  readonly factor: number;
  readonly long: number;
  readonly short: number;
  readonly wait: number;
}

/** Alerts that were read before: a plan asks each of them thousands of times. */
const known = new WeakMap<BurnAlert, AlertNumbers>();

/** The alert as numbers, checked. Throws a RangeError for windows that are not above 0 or not in order. */
export function alertNumbers(alert: BurnAlert): AlertNumbers {
  const numbers = known.get(alert) ?? readNumbers(alert);
  known.set(alert, numbers);
  return numbers;
}

function readNumbers(alert: BurnAlert): AlertNumbers {
  const factor = readDecimal(`burn rate of ${alert.name}`, alert.factor).toNumber();
  requirePositive(`burn rate of ${alert.name}`, factor);
  requirePositive(`long window of ${alert.name}`, alert.longSeconds);
  requirePositive(`short window of ${alert.name}`, alert.shortSeconds);
  requirePositive(`waiting time of ${alert.name}`, alert.forSeconds, 'zero allowed');
  if (alert.shortSeconds > alert.longSeconds) {
    throw new RangeError(
      `short window of ${alert.name} must not exceed its long one, ${alert.longSeconds} s, and is ${alert.shortSeconds} s`,
    );
  }
  return { factor, long: alert.longSeconds, short: alert.shortSeconds, wait: alert.forSeconds };
}
