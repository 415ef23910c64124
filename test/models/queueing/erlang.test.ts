import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  erlangB,
  erlangC,
  minServersForBlocking,
  minServersForWait,
  offeredForBlocking,
  offeredForWait,
} from '../../../src/models/queueing/erlang.ts';
import { inTolerances, vector } from './vectors.ts';

describe('Erlang B', () => {
  const published = [
    vector('erlangB-c1-a1'),
    vector('erlangB-c2-a1'),
    vector('erlangB-R-doc-example'),
    vector('erlangB-large-100-84'),
    vector('erlangB-large-1000-1000'),
  ];
  it.each(published)('gives the blocking of $name', (v) => {
    expect(
      inTolerances(v, erlangB(v.input.servers, v.input.offered), v.expected.blocking),
    ).toBeLessThanOrEqual(1);
  });

  it('gives the losses of a full parking lot', () => {
    const v = vector('erlangB-parking-lot');
    const { lambdaPerHour, meanServiceHours, servers } = v.input;
    const lost = lambdaPerHour * erlangB(servers, lambdaPerHour * meanServiceHours);
    expect(inTolerances(v, lost, v.expected.lostPerHour)).toBeLessThanOrEqual(1);
    expect(lost).toBeCloseTo(v.reference.lostPerHour, 10);
  });

  it('inverts to the load that 15 lines carry at one per cent loss', () => {
    const v = vector('erlangB-15-lines-1pct');
    const offered = offeredForBlocking(v.input.servers, v.input.blocking);
    expect(inTolerances(v, offered, v.expected.offeredErlangs)).toBeLessThanOrEqual(1);
    expect(offered).toBeCloseTo(v.reference.offeredErlangs, 11);
  });

  it('finds the fewest servers for a blocking limit, not one fewer', () => {
    const v = vector('erlangB-min-servers-a10-2pct');
    expect(minServersForBlocking(v.input.offered, v.input.maxBlocking)).toBe(v.expected.servers);
    expect(erlangB(17, 10)).toBeCloseTo(v.reference.blockingAt17, 14);
    expect(erlangB(16, 10)).toBeCloseTo(v.reference.blockingAt16, 14);
  });

  it('sizes the three cases where a circulating table is one server short', () => {
    expect(minServersForBlocking(10, 0.01)).toBe(18);
    expect(minServersForBlocking(8, 0.01)).toBe(15);
    expect(minServersForBlocking(8, 0.02)).toBe(14);
  });

  it('satisfies the recursion over servers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0.01, max: 4000, noNaN: true }),
        (c, a) => {
          const before = erlangB(c - 1, a);
          const expected = (a * before) / (c + a * before);
          // Below this the blocking underflows, and no relative comparison is possible.
          fc.pre(expected > 1e-290);
          expect(Math.abs(erlangB(c, a) / expected - 1)).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it.each([
    [100_000, 100_000],
    [100_000, 99_000],
    [100_000, 120_000],
    [50_000, 49_500],
  ])('agrees with the full recursion at %i servers and a load of %i', (servers, offered) => {
    let inverse = 1;
    for (let k = 1; k <= servers; k += 1) inverse = 1 + (inverse * k) / offered;
    expect(Math.abs(erlangB(servers, offered) * inverse - 1)).toBeLessThan(1e-10);
  });

  it('is 0 where the chance is below any double, and 1 without servers', () => {
    expect(erlangB(100_000, 10)).toBe(0);
    expect(erlangB(0, 3)).toBe(1);
    expect(erlangB(5, 0)).toBe(0);
  });

  it('refuses impossible input by name', () => {
    expect(() => erlangB(-1, 1)).toThrow(/number of servers/);
    expect(() => erlangB(1.5, 1)).toThrow(RangeError);
    expect(() => erlangB(1, -1)).toThrow(/offered load/);
    expect(() => erlangB(1, Number.NaN)).toThrow(/offered load/);
    expect(() => offeredForBlocking(3, 1)).toThrow(/blocking/);
    expect(() => minServersForBlocking(3, 0)).toThrow(/blocking/);
  });
});

describe('Erlang C', () => {
  it('gives the published matrix of twenty pools', () => {
    const v = vector('erlangC-matrix-20');
    for (const [i, { servers, rho }] of v.input.cases.entries()) {
      expect(inTolerances(v, erlangC(servers, servers * rho), v.expected.pWait[i])).toBeLessThanOrEqual(1);
    }
  });

  const large = [
    vector('erlangC-large-30-24'),
    vector('erlangC-large-100-90'),
    vector('erlangC-large-1000-950'),
    vector('erlangC-large-1000-990'),
  ];
  it.each(large)('gives probability, wait and queue of $name', (v) => {
    const { servers, offered } = v.input;
    const wait = erlangC(servers, offered);
    expect(inTolerances(v, wait, v.expected.pWait)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, wait / (servers - offered), v.expected.wqOverS)).toBeLessThanOrEqual(1);
    expect(inTolerances(v, (wait * offered) / (servers - offered), v.expected.lq)).toBeLessThanOrEqual(1);
  });

  it('sizes exactly where the square-root rule misses its own target', () => {
    const v = vector('min-servers-exact-a80');
    const servers = v.input.pWaitMax.map((limit: number) => minServersForWait(v.input.offered, limit));
    expect(servers).toEqual(v.expected.servers);
    expect(erlangC(102, 80)).toBeGreaterThan(0.01);
    expect(erlangC(96, 80)).toBeGreaterThan(0.05);
  });

  it('inverts in the offered load', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 1e-6, max: 0.999, noNaN: true }),
        (c, wait) => {
          expect(Math.abs(erlangC(c, offeredForWait(c, wait)) / wait - 1)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('never needs fewer servers for more load', () => {
    const load = fc.double({ min: 0, max: 5000, noNaN: true });
    fc.assert(
      fc.property(load, load, fc.double({ min: 1e-6, max: 0.99, noNaN: true }), (a, b, limit) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(minServersForWait(more, limit)).toBeGreaterThanOrEqual(minServersForWait(less, limit));
        expect(minServersForBlocking(more, limit)).toBeGreaterThanOrEqual(minServersForBlocking(less, limit));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a load that the servers cannot carry', () => {
    expect(() => erlangC(10, 10)).toThrow(/offered load/);
    expect(() => erlangC(0, 0)).toThrow(/number of servers/);
    expect(() => offeredForWait(10, 0)).toThrow(/waiting probability/);
  });
});
