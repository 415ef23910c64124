import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateUpperBound } from '../../../src/models/statistics/rate.ts';
import {
  demonstratedMission,
  demonstratedUnavailability,
  failureFree,
} from '../../../src/plan/availability/demonstrated.ts';
import { proofOf } from '../../../src/plan/availability/proof.ts';

describe('what operation has shown', () => {
  it('is nothing where nothing was observed', () => {
    expect(demonstratedUnavailability(undefined, 1)).toEqual({ kind: 'none' });
    expect(demonstratedMission(undefined, 100)).toEqual({ kind: 'none' });
  });

  it('is three over the exposure where no failure was seen, times the length of an outage', () => {
    const bound = demonstratedUnavailability(failureFree({ hours: 2160, outages: 0 }), 0.5);
    const load = (-Math.log(0.05) / 2160) * 0.5;
    expect(bound).toMatchObject({ kind: 'bound', duration: 'modelled', outages: 0 });
    expect(bound.kind === 'bound' && bound.value).toBeCloseTo(load / (1 + load), 14);
  });

  it('is an F bound where outages and their length were observed', () => {
    const bound = demonstratedUnavailability(proofOf({ hours: 8766, outages: 4, downHours: 2 }), 99);
    expect(bound).toMatchObject({ kind: 'bound', duration: 'observed' });
    // F(0.95; 8, 8) = 3.438: the estimate 2/8764 times that.
    expect(bound.kind === 'bound' && bound.value / (2 / 8764)).toBeCloseTo(3.437, 2);
  });

  it('needs no quantile without an outage: the closed form is the chi-square bound', () => {
    const seen = { hours: 2160, outages: 0 };
    const { outagesAtMost } = failureFree(seen);
    expect(outagesAtMost / rateUpperBound(0, 1, 0.95)).toBeCloseTo(1, 12);
    expect(() => failureFree({ hours: 2160, outages: 1 })).toThrow(RangeError);
  });

  it('gets better with hours and worse with outages', () => {
    const hours = fc.double({ min: 10, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(
        hours,
        fc.nat(20),
        fc.double({ min: 1.01, max: 10, noNaN: true }),
        (time, outages, more) => {
          const value = (seen: { hours: number; outages: number }) => {
            const bound = demonstratedMission(proofOf(seen), 24);
            return bound.kind === 'bound' ? bound.value : Number.NaN;
          };
          const now = value({ hours: time, outages });
          expect(value({ hours: time * more, outages })).toBeLessThanOrEqual(now);
          expect(value({ hours: time, outages: outages + 1 })).toBeGreaterThanOrEqual(now);
        },
      ),
    );
  });
});
