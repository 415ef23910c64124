import { describe, expect, it } from 'vitest';
import { longestWindow, windowAt } from '../../../src/models/slo/window.ts';

const at = (text: string) => Date.parse(text) / 1000;
const hours = (seconds: number) => seconds / 3600;

describe('the window of an objective', () => {
  it('that rolls ends at the moment it is asked for', () => {
    const span = windowAt({ kind: 'rolling', seconds: 3600 }, 10_000);
    expect(span).toEqual({ from: 6400, to: 10_000, seconds: 3600 });
  });

  it.each([
    ['2026-03-15T12:00:00Z', 'UTC', 744],
    ['2026-03-15T12:00:00Z', 'Europe/Berlin', 743],
    ['2026-10-15T12:00:00Z', 'Europe/Berlin', 745],
    ['2024-02-10T12:00:00Z', 'America/New_York', 696],
  ])('a calendar month around %s in %s has %i hours', (moment, timeZone, expected) => {
    expect(hours(windowAt({ kind: 'calendar', unit: 'month', timeZone }, at(moment)).seconds)).toBe(expected);
  });

  it('begins at midnight of its zone, not of UTC', () => {
    const { from, to } = windowAt(
      { kind: 'calendar', unit: 'day', timeZone: 'Asia/Kolkata' },
      at('2026-05-05T20:00:00Z'),
    );
    expect([from, to]).toEqual([at('2026-05-05T18:30:00Z'), at('2026-05-06T18:30:00Z')]);
  });

  it('of a day whose midnight the clock skips begins when the day does', () => {
    // Beirut put its clocks forward at midnight of 31 March 2024.
    const { from, seconds } = windowAt(
      { kind: 'calendar', unit: 'day', timeZone: 'Asia/Beirut' },
      at('2024-03-31T12:00:00Z'),
    );
    expect(from).toBe(at('2024-03-30T22:00:00Z'));
    expect(hours(seconds)).toBe(23);
  });

  it('of a week begins on Monday, also when the first of the month lies inside', () => {
    const span = windowAt({ kind: 'calendar', unit: 'week', timeZone: 'UTC' }, at('2026-03-01T05:00:00Z'));
    expect(span.from).toBe(at('2026-02-23T00:00:00Z'));
    expect(hours(span.seconds)).toBe(168);
  });

  it('of a quarter and a year holds their days, leap days too', () => {
    const utc = { kind: 'calendar', timeZone: 'UTC' } as const;
    expect(hours(windowAt({ ...utc, unit: 'quarter' }, at('2024-02-29T00:00:00Z')).seconds)).toBe(91 * 24);
    expect(hours(windowAt({ ...utc, unit: 'year' }, at('2024-12-31T23:59:59Z')).seconds)).toBe(366 * 24);
  });

  it('contains the moment and joins the next one without a gap, hour by hour over years of clock changes', () => {
    for (const timeZone of ['Europe/London', 'America/Sao_Paulo', 'Australia/Lord_Howe']) {
      for (const unit of ['day', 'month'] as const) {
        const window = { kind: 'calendar', unit, timeZone } as const;
        for (let moment = at('2018-01-01T00:30:00Z'); moment < at('2019-03-01T00:00:00Z'); moment += 40_000) {
          const span = windowAt(window, moment);
          expect(span.from <= moment && moment < span.to).toBe(true);
          expect(windowAt(window, span.to).from).toBe(span.to);
        }
      }
    }
  });

  it.each([
    ['day', 'UTC', 24],
    ['day', 'Europe/Berlin', 25],
    ['day', 'Australia/Lord_Howe', 24.5],
    ['day', 'Asia/Kolkata', 24],
    ['week', 'America/New_York', 169],
    ['month', 'UTC', 744],
    ['month', 'Europe/Berlin', 745],
    // Sydney sets its clocks back in April, which has 30 days.
    ['month', 'Australia/Sydney', 744],
    ['quarter', 'UTC', 92 * 24],
    ['quarter', 'Europe/Berlin', 92 * 24 + 1],
    ['year', 'Europe/Berlin', 366 * 24],
  ] as const)('of a %s in %s is at longest %d hours', (unit, timeZone, expected) => {
    expect(hours(longestWindow({ kind: 'calendar', unit, timeZone }))).toBe(expected);
  });

  it('in a zone that does not exist is refused by name', () => {
    const nowhere = { kind: 'calendar', unit: 'day', timeZone: 'Mars/Olympus' } as const;
    expect(() => windowAt(nowhere, 0)).toThrow(
      /time zone must be one of the IANA database, not Mars\/Olympus/,
    );
  });
});
