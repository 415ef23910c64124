import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar, timeFromName, timeName } from '../../../service/billing/calendar.ts';

const day = 86_400_000;

describe('the calendar of billing', () => {
  it('cuts a period of 30 days into days', () => {
    const calendar = createCalendar(30 * 86_400);
    const { start, end } = calendar.periodAt(Date.UTC(2026, 3, 15));
    expect(end - start).toBe(30 * day);
    expect(calendar.windowsBetween(start, end - 1)).toHaveLength(30);
    expect(calendar.windowAt(start)).toEqual({ start, end: start + day });
  });

  it('does not cut a period shorter than a day', () => {
    const calendar = createCalendar(60);
    expect(calendar.windowAt(90_000)).toEqual({ start: 60_000, end: 120_000 });
    expect(calendar.periodAt(90_000)).toEqual({ start: 60_000, end: 120_000 });
  });

  it('has each time in exactly one window, inside its period, for every length of period', () => {
    const times = fc.integer({ min: 0, max: 4e12 });
    const periods = fc.integer({ min: 1, max: 5e9 }).map((milliseconds) => milliseconds / 1000);
    fc.assert(
      fc.property(times, periods, (at, period) => {
        const calendar = createCalendar(period);
        const [whole, window] = [calendar.periodAt(at), calendar.windowAt(at)];
        expect(window.start <= at && at < window.end).toBe(true);
        expect(window.start >= whole.start && window.end <= whole.end).toBe(true);
        expect(window.end - window.start).toBeLessThanOrEqual(day);
        expect(calendar.windowAt(window.start)).toEqual(window);
        expect(calendar.windowAt(window.end - 1)).toEqual(window);
        expect(calendar.windowAt(window.end).start).toBe(window.end);
      }),
    );
  });

  it('gives times names that sort as they do and can be read back', () => {
    for (const at of [0, 1_700_000_000_123, 4e12]) expect(timeFromName(timeName(at))).toBe(at);
    expect(timeName(999) < timeName(1000)).toBe(true);
  });
});
