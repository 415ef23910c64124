import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseFailure } from '../../../src/models/reliability/importance.ts';
import { analyse, behaviourIn } from '../../../src/plan/availability/analysis.ts';
import { prepare } from '../../../src/plan/availability/evaluate.ts';
import { tierLogic } from '../../../src/plan/availability/logic.ts';
import { withinMission } from '../../../src/plan/availability/question-tables.ts';
import { vector } from '../../models/statistics/vectors.ts';
import { cause, event, machinesOnly, tier, world } from './worlds.ts';

const share = (up: number, down: number) => down / (up + down);

describe('outages: how often and how long', () => {
  it('are those of the published vector: three replicas and a shock that takes all of them', () => {
    const { input, expected } = vector('freq-duration-3rep-plus-shock');
    const shock = share(input.shock_mttf_h, input.shock_mttr_h);
    const both = world({
      hardware: machinesOnly(share(input.node_mttf_h, input.node_mttr_h), input.node_mttr_h),
      shared: [{ ...cause('shock', shock, ['x']), hours: input.shock_mttr_h }],
      tiers: [tier('x', 3, 1)],
    });
    const { now, frequency } = behaviourIn(prepare(both, tierLogic('x'), 0), both).peak;
    expect(Math.abs(now.service / expected.U - 1)).toBeLessThan(1e-12);
    // The frequency is a central difference: good to a millionth, as its documentation says.
    expect(Math.abs((frequency.service * 8760) / expected.outages_per_year - 1)).toBeLessThan(2e-6);
    expect(Math.abs(now.service / frequency.service / expected.mean_outage_h - 1)).toBeLessThan(2e-6);
  });

  it('agree with Birnbaum importance times intensity for machines of all kinds', () => {
    const chance = fc.double({ min: 1e-6, max: 0.3, noNaN: true });
    const hours = fc.double({ min: 0.05, max: 100, noNaN: true });
    fc.assert(
      fc.property(chance, hours, chance, hours, fc.constantFrom(1, 2, 3), (q, r, shock, s, need) => {
        const one = world({
          hardware: machinesOnly(q, r),
          shared: [{ ...cause('shock', shock, ['x']), hours: s }],
          tiers: [tier('x', 3, need)],
        });
        const { now, frequency } = behaviourIn(prepare(one, tierLogic('x'), 0), one).peak;
        const part = (unavailability: number, repair: number) => ({
          unavailability,
          failureRate: unavailability / (1 - unavailability) / repair,
        });
        const exact = analyseFailure(
          { or: ['shock', { atLeast: 4 - need, of: ['a', 'b', 'c'] }] },
          { shock: part(shock, s), a: part(q, r), b: part(q, r), c: part(q, r) },
        );
        expect(now.service).toBeCloseTo(exact.unavailability, 12);
        expect(Math.abs(frequency.service / (exact.frequency as number) - 1)).toBeLessThan(1e-5);
      }),
      { numRuns: 100 },
    );
  });

  it('within a mission lie between never and the bound that holds for any pattern, U + w T', () => {
    const chance = fc.double({ min: 0, max: 0.5, noNaN: true });
    const rate = fc.double({ min: 0, max: 0.1, noNaN: true });
    fc.assert(
      fc.property(chance, rate, fc.double({ min: 0, max: 1e4, noNaN: true }), (u, w, hours) => {
        const within = withinMission({ chance: u, perHour: w }, hours);
        expect(within).toBeGreaterThanOrEqual(u - 1e-12);
        expect(within).toBeLessThanOrEqual(Math.min(1, u + w * hours) + 1e-12);
      }),
    );
  });
});

describe('who owns the unavailability', () => {
  it('is the cause without which most of it would go, and all of it where it is alone', () => {
    const alone = world({
      hardware: machinesOnly(0),
      shared: [cause('push', 0.01, ['x'])],
      tiers: [tier('x', 2, 1)],
    });
    expect(analyse(prepare(alone, tierLogic('x'), 0)).peak.owners.get('x')).toEqual([
      { name: 'push', share: 1 },
    ]);
  });

  it('counts the stages of one push as one cause', () => {
    const stages = [0.4, 1].map((first, i) => ({
      ...cause('push', 1e-3, ['x'], { first }),
      name: `push, stage ${i + 1}`,
    }));
    const staged = world({ hardware: machinesOnly(0.01), shared: stages, tiers: [tier('x', 3, 2)] });
    const names = analyse(prepare(staged, tierLogic('x'), 0))
      .peak.owners.get('x')
      ?.map(({ name }) => name);
    expect(names).toEqual(['push', 'single machines']);
  });

  it('gives a part of a zone event to the zones', () => {
    const zoned = world({
      hardware: machinesOnly(0.001),
      zoneNames: ['a', 'b'],
      zone: [event('zones', 0.05)],
      tiers: [
        tier('x', 2, 2, { places: { zones: 2, machinesPerRack: 1, racksPerPower: 1, powersPerSwitch: 1 } }),
      ],
    });
    expect(analyse(prepare(zoned, tierLogic('x'), 0)).peak.owners.get('x')?.[0]?.name).toBe('zones');
  });
});
