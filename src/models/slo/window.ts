import { requirePositive } from '../reliability/ranges.ts';
import { unixTimeOf, type WallTime, wallTimeAt } from './time-zone.ts';

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The time over which an objective is counted. */
export type Window =
  | { readonly kind: 'rolling'; readonly seconds: number }
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit; readonly timeZone: string };

/** A span of Unix time, `from` included. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/**
 * The span that an objective counts at a moment: the rolling seconds before it, or the calendar unit that it lies in.
 *
 * A calendar unit begins at midnight of the zone (weeks on Monday, ISO 8601), so that a day of a change of the clock
 * lasts 23 or 25 hours and a month of it 743 or 745. Throws a RangeError for a window of no length or an unknown zone.
 */
export function windowAt(window: Window, moment: number): Span {
  if (window.kind === 'rolling') {
    requirePositive('rolling window', window.seconds);
    return { from: moment - window.seconds, to: moment, seconds: window.seconds };
  }
  const first = firstDay(wallTimeAt(moment, window.timeZone), window.unit);
  const from = unixTimeOf(first, window.timeZone);
  const to = unixTimeOf(following(first, window.unit), window.timeZone);
  return { from, to, seconds: to - from };
}

/** The longest span that a window can have, in seconds: what a budget must be ready to cover. */
export function longestWindow(window: Window): number {
  if (window.kind === 'rolling') return window.seconds;
  const days = { day: 1, week: 7, month: 31, quarter: 92, year: 366 }[window.unit];
  const hour = 3600;
  return days * 24 * hour + (window.unit === 'year' ? 0 : hour);
}

const midnight = { hour: 0, minute: 0, second: 0 };

function firstDay({ year, month, day }: WallTime, unit: CalendarUnit): WallTime {
  switch (unit) {
    case 'day':
      return { year, month, day, ...midnight };
    case 'week':
      return shifted(year, month, day - ((weekday(year, month, day) + 6) % 7));
    case 'month':
      return { year, month, day: 1, ...midnight };
    case 'quarter':
      return { year, month: month - ((month - 1) % 3), day: 1, ...midnight };
    case 'year':
      return { year, month: 1, day: 1, ...midnight };
  }
}

function following({ year, month, day }: WallTime, unit: CalendarUnit): WallTime {
  switch (unit) {
    case 'day':
      return shifted(year, month, day + 1);
    case 'week':
      return shifted(year, month, day + 7);
    case 'month':
      return shifted(year, month + 1, day);
    case 'quarter':
      return shifted(year, month + 3, day);
    case 'year':
      return shifted(year + 1, month, day);
  }
}

/** A date whose month or day ran over, brought back into the calendar. */
function shifted(year: number, month: number, day: number): WallTime {
  const date = new Date(Date.UTC(year, month - 1, day));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), ...midnight };
}

/** 0 is Sunday. */
function weekday(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}
