import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateIn, importancesIn, prepare } from '../../../src/plan/availability/evaluate.ts';
import { serviceLogic, tierLogic } from '../../../src/plan/availability/logic.ts';
import type { Places } from '../../../src/plan/availability/places.ts';
import { bruteForce, variablesOf } from './oracle.ts';
import { cause, event, machinesOnly, tier, world } from './worlds.ts';

const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 + 1e-10 * expected);
const chance = fc.double({ min: 0, max: 0.4, noNaN: true });
const both = serviceLogic({ or: ['x', 'y'] });
const either = (down: ReadonlyMap<string, boolean>) => down.get('x') === true || down.get('y') === true;

const reach = fc.oneof(
  fc.constant({ first: 1 }),
  fc.constant({ first: 0.4 }),
  fc.double({ min: 0.1, max: 0.9, noNaN: true }).map((share) => ({ share })),
);

const places: fc.Arbitrary<Places> = fc.record({
  zones: fc.constantFrom(1, 2),
  machinesPerRack: fc.constantFrom(1, 2),
  racksPerPower: fc.constantFrom(1, 2),
  powersPerSwitch: fc.constantFrom(1, 2),
});

const worlds = fc
  .record({
    places,
    machine: chance,
    rack: chance,
    power: chance,
    zone: chance,
    region: chance,
    shared: chance,
    own: chance,
    loss: chance,
    sharedReach: reach,
    ownReach: reach,
    x: fc.constantFrom([1, 1], [2, 1], [3, 2]),
    y: fc.constantFrom([1, 1], [2, 1], [2, 2]),
  })
  .map((d) => {
    const hardware = {
      ...machinesOnly(d.machine),
      rack: [event('racks', d.rack)],
      power: d.places.machinesPerRack === 2 ? [event('power', d.power)] : [],
    };
    return world({
      hardware,
      zoneNames: ['a', 'b'],
      zone: [event('zones', d.zone)],
      region: [event('region', d.region)],
      shared: [cause('push', d.shared, ['x', 'y'], d.sharedReach)],
      own: [cause('release', d.own, ['x'], d.ownReach)],
      tiers: [
        tier('x', d.x[0] as number, d.x[1] as number, {
          places: d.places,
          losses: [event('failover', d.loss)],
        }),
        tier('y', d.y[0] as number, d.y[1] as number, { places: d.places }),
      ],
    });
  });

describe('the chance that tiers and the service are down', () => {
  it('is what summing over all states gives, for small systems with domains, stages and crossing causes', () => {
    fc.assert(
      fc.property(worlds, (each) => {
        fc.pre(variablesOf(each) <= 18);
        const expected = bruteForce(each, either);
        const { peak } = evaluateIn(prepare(each, both, 0), each);
        near(peak.service, expected.service);
        for (const [id, value] of expected.tiers) near(peak.tiers.get(id) ?? Number.NaN, value);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('counts what tiers share once: two tiers in one zone are no worse than the zone allows', () => {
    const shared = world({
      hardware: machinesOnly(0),
      zone: [event('zones', 0.1)],
      tiers: [tier('x', 1, 1), tier('y', 1, 1)],
    });
    const { peak } = evaluateIn(prepare(shared, both, 0), shared);
    near(peak.tiers.get('x') ?? 0, 0.1);
    near(peak.service, 0.1);
  });

  it('counts a tier on the machines of another only with what is its own', () => {
    const guest = world({
      hardware: machinesOnly(0.1),
      own: [cause('release', 0.01, ['y'])],
      tiers: [tier('x', 1, 1), tier('y', 1, 1, { host: 'x' })],
    });
    const { peak } = evaluateIn(prepare(guest, both, 0), guest);
    near(peak.tiers.get('y') ?? 0, 1 - 0.9 * 0.99);
    near(peak.service, 1 - 0.9 * 0.99);
  });

  it('stays within the interval that it states, however much is left out', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(0.3, 0.1, 1e-2, 1e-4), (each, tolerance) => {
        const exact = evaluateIn(prepare(each, both, 0), each).peak.service;
        const { peak, leftOut } = evaluateIn(prepare(each, both, tolerance), each);
        expect(peak.service).toBeLessThanOrEqual(exact + 1e-12);
        expect(peak.service + leftOut).toBeGreaterThanOrEqual(exact - 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('is read at the peak and over the day: fewer machines are needed at night', () => {
    const demand = [
      { weight: 0.25, level: 1 },
      { weight: 0.75, level: 0.4 },
    ];
    const day = world({ hardware: machinesOnly(0.01), demand, tiers: [tier('x', 3, 2, { needs: [2, 1] })] });
    const { peak, day: mean } = evaluateIn(prepare(day, tierLogic('x'), 0), day);
    const [two, one] = [3 * 0.01 ** 2 * 0.99 + 0.01 ** 3, 0.01 ** 3];
    near(peak.service, two);
    near(mean.service, 0.25 * two + 0.75 * one);
  });

  it('knows what each tier means: failed less perfect is its Birnbaum importance', () => {
    fc.assert(
      fc.property(worlds, (each) => {
        const prepared = prepare(each, both, 0);
        const { service } = evaluateIn(prepared, each).peak;
        for (const { saved, failed, birnbaum } of importancesIn(prepared)) {
          expect(saved).toBeLessThanOrEqual(service + 1e-12);
          near(failed, service - saved + birnbaum);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('refuses more shared causes than there are bits', () => {
    const many = Array.from({ length: 31 }, (_, i) => cause(`c${i}`, 0.01, ['x']));
    const wide = world({ hardware: machinesOnly(0.01), shared: many, tiers: [tier('x', 1, 1)] });
    expect(() => prepare(wide, tierLogic('x'), 0)).toThrow('number of zones and shared causes');
  });
});
