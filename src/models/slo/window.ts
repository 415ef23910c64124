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

/** A leap year and three others: every length that months, quarters and years have under the rules of our days. */
const years = [2024, 2025, 2026, 2027];
const months = Array.from({ length: 12 }, (_, i) => i + 1);

/**
 * The longest span that a window can have, in seconds: what a budget must be ready to cover.
 *
 * Of a calendar unit that of the years 2024 to 2027 in its zone, changes of its clock counted; a zone that never sets
 * its clock back has no day of 25 hours.
 */
export function longestWindow(window: Window): number {
  if (window.kind === 'rolling') return window.seconds;
  const { unit, timeZone } = window;
  const lengthOf = (of: CalendarUnit, year: number, month: number) => {
    const first = firstDay({ year, month, day: 1, ...midnight }, of);
    return unixTimeOf(following(first, of), timeZone) - unixTimeOf(first, timeZone);
  };
  const longest = (of: CalendarUnit) =>
    Math.max(...years.flatMap((year) => months.map((month) => lengthOf(of, year, month))));
  if (unit === 'month' || unit === 'quarter' || unit === 'year') return longest(unit);
  // A month is as much too long as the longest of its days.
  const setBack = Math.max(
    ...years.flatMap((year) =>
      months.map(
        (month) =>
          lengthOf('month', year, month) -
          Date.UTC(year, month, 1) / 1000 +
          Date.UTC(year, month - 1, 1) / 1000,
      ),
    ),
  );
  return (unit === 'day' ? 1 : 7) * day + setBack;
}

const day = 86_400;
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
