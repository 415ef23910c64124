import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogueAlerts } from '../../../src/models/slo/alert-catalogue.ts';
import { type Course, outcomeAt } from '../../../src/plan/slo/course.ts';
import { type Day, dayOf, lost, lostRatio } from '../../../src/plan/slo/day.ts';
import { Watch, type Watching } from '../../../src/plan/slo/watch.ts';
import { modelOf } from '../availability/planned.ts';
import { usual } from './planned.ts';

const { plan, spec } = modelOf();
const day: Day = dayOf(plan, spec);
const month = 2_592_000;
const infinite = Number.POSITIVE_INFINITY;

const watching: Watching = {
  alerts: catalogueAlerts('workbook', month),
  budget: 0.001,
  periodSeconds: month,
  choices: usual,
  page: 300,
  ticket: 86_400,
  report: 86_400,
};

function course(share: number, capacity: number, rest: Partial<Course> = {}): Course {
  const stages = [{ from: 0, share, capacity }];
  return { weight: 1, stages, selfHealing: infinite, heals: 'itself', mitigate: 600, ...rest };
}

/** Requests lost in a span, in steps of a second: what the closed integrals stand for. */
function bySeconds(startHour: number, seconds: number, share: number, capacity: number): number {
  let sum = 0;
  for (let i = 0; i < seconds; i += 1) {
    const hour = startHour + (i + 0.5) / 3600;
    const rate = (10_000 / 1.8) * (1 + 0.8 * Math.cos((2 * Math.PI * (hour - 14)) / 24));
    sum += rate * share + Math.max(0, rate * (1 - share) - capacity * 10_000);
  }
  return sum;
}

describe('requests lost', () => {
  it.each([
    ['all, over midnight', 23, 7200, 1, infinite],
    ['a third', 9.25, 1800, 1 / 3, infinite],
    ['what a lost zone sheds at the peak', 13, 7200, 0, 0.832],
    ['what it sheds while demand passes the capacity', 10, 7200, 0, 0.832],
    ['both at once', 12, 3600, 0.1, 0.8],
  ] as const)('are the integral over the day: %s', (_what, start, seconds, share, capacity) => {
    const exact = bySeconds(start, seconds, share, capacity);
    expect(lost(day, start, seconds, { share, capacity })).toBeCloseTo(exact, -1);
    expect(exact).toBeGreaterThan(0);
  });

  it('are max(0, 1 - (n - k) / (n rho)) of an hour whose demand stays the same', () => {
    const flat: Day = { ...day, shape: { ...day.shape, ...steady }, peakUnit: 1, ratios: new WeakMap() };
    for (const [n, k, rho] of [
      [40, 14, 0.78125],
      [3, 1, 0.5],
      [5, 2, 1],
    ] as const) {
      const expected = Math.max(0, 1 - (n - k) / (n * rho));
      expect(lostRatio(flat, 0, { share: 0, capacity: (n - k) / (n * rho) })).toBeCloseTo(expected, 12);
    }
  });

  it('are late while the capacity is short: all that is served then', () => {
    const late = lost(day, 0, 86_400, { share: 0, capacity: 0.832, late: true });
    let exact = 0;
    for (let i = 0; i < 86_400; i += 1) {
      const level = (1 + 0.8 * Math.cos((2 * Math.PI * ((i + 0.5) / 3600 - 14)) / 24)) / 1.8;
      if (level > 0.832) exact += 0.832 * 10_000;
    }
    expect(late / exact).toBeCloseTo(1, 4);
  });
});

const steady = {
  perDay: 24,
  peak: 1,
  turns: [0],
  within: (_from: number, hours: number) => hours,
  above: (_from: number, hours: number, capacity: number) => hours * Math.max(0, 1 - capacity),
};

describe('an incident', () => {
  const watch = new Watch(watching);

  it('lasts detect + respond + mitigate where it would never end, and the fast alert sees a full outage first', () => {
    const { lasts, endedBy, noticed } = outcomeAt(day, watch, course(1, infinite), 3);
    expect(endedBy).toBe('people');
    expect(noticed?.alert).toBe('fast');
    expect(lasts).toBeCloseTo(51.84 + 22.5 + 300 + 600, 9);
  });

  it('that is over by itself sooner lasts no longer', () => {
    const made = outcomeAt(day, watch, course(1, infinite, { selfHealing: 120 }), 3);
    expect(made).toMatchObject({ lasts: 120, endedBy: 'itself' });
    expect(made.noticed).toBeUndefined();
  });

  it('that no alert can see lasts until somebody reports it', () => {
    const { noticed } = outcomeAt(day, watch, course(0.0005, infinite), 3);
    expect(noticed).toEqual({ detect: 86_400, respond: 300 });
  });

  it('that a page would see later than a ticket is answered by whoever comes first', () => {
    // Above the medium alert's 0.6 %, so a page after 6 h x 0.6 beats the ticket's 24 h x 0.3 and its day.
    expect(outcomeAt(day, watch, course(0.01, infinite), 3).noticed?.alert).toBe('medium');
    expect(outcomeAt(day, watch, course(0.004, infinite), 3).noticed?.alert).toBeUndefined();
    const quick = new Watch({ ...watching, ticket: 60 });
    expect(outcomeAt(day, quick, course(0.004, infinite), 3).noticed?.alert).toBe('slow');
  });

  it('that begins at night and costs nothing before noon is noticed when it costs something', () => {
    const { noticed, lost: requests } = outcomeAt(day, watch, course(0, 0.832), 2);
    expect(noticed?.detect).toBeGreaterThan(7 * 3600);
    expect(requests).toBeGreaterThan(0);
  });

  it('that never costs anything is not mended', () => {
    expect(outcomeAt(day, watch, course(0, 1), 2)).toMatchObject({ lost: 0, lasts: 0 });
  });

  it('with a declared detection is noticed by then, whatever the alerts say', () => {
    const { noticed } = outcomeAt(day, watch, course(1, infinite, { noticed: 30 }), 3);
    expect(noticed).toEqual({ detect: 30, respond: 0 });
    const slow = outcomeAt(day, watch, course(1, infinite, { noticed: 9999 }), 3);
    expect(slow.noticed?.alert).toBe('fast');
  });

  it('in stages is noticed in the first stage that an alert sees in time', () => {
    const stages = [
      { from: 0, share: 0.05, capacity: infinite },
      { from: 3600, share: 1, capacity: infinite },
    ];
    const { noticed, lasts } = outcomeAt(day, watch, { ...course(1, infinite), stages }, 3);
    expect(noticed?.detect).toBeCloseTo((3600 * 0.0144) / 0.05 + 22.5, 9);
    expect(lasts).toBeLessThan(3600);
  });

  const anyCourse = fc.record({
    share: fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 1, noNaN: true })),
    capacity: fc.oneof(fc.constant(infinite), fc.double({ min: 0, max: 1.2, noNaN: true })),
    hour: fc.integer({ min: 0, max: 23 }),
    selfHealing: fc.oneof(fc.constant(infinite), fc.double({ min: 1, max: 400_000, noNaN: true })),
    mitigate: fc.double({ min: 1, max: 100_000, noNaN: true }),
    longer: fc.double({ min: 1, max: 50, noNaN: true }),
  });

  it('never costs less the longer it lasts', () => {
    fc.assert(
      fc.property(anyCourse, ({ share, capacity, hour, selfHealing, mitigate, longer }) => {
        const brief = outcomeAt(day, watch, course(share, capacity, { selfHealing, mitigate }), hour).lost;
        const times = { selfHealing: selfHealing * longer, mitigate: mitigate * longer };
        const long = outcomeAt(day, watch, course(share, capacity, times), hour).lost;
        expect(long).toBeGreaterThanOrEqual(brief * (1 - 1e-9) - 1e-6);
      }),
    );
  });

  it('never costs more with better detection or quicker people', () => {
    const change = fc.record({
      scrape: fc.double({ min: 0.01, max: 1, noNaN: true }),
      page: fc.double({ min: 0, max: 1, noNaN: true }),
      report: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(anyCourse, change, ({ share, capacity, hour, selfHealing, mitigate }, better) => {
        const given = course(share, capacity, { selfHealing, mitigate });
        const quicker = new Watch({
          ...watching,
          choices: { ...usual, scrapeSeconds: usual.scrapeSeconds * better.scrape },
          page: watching.page * better.page,
          report: watching.report * better.report,
        });
        const before = outcomeAt(day, watch, given, hour).lost;
        expect(outcomeAt(day, quicker, given, hour).lost).toBeLessThanOrEqual(before * (1 + 1e-9) + 1e-6);
      }),
    );
  });
});
