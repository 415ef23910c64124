import type { Event } from '../../../src/plan/availability/event.ts';
import { FleetModel, type Hardware } from '../../../src/plan/availability/fleet.ts';
import type { Places } from '../../../src/plan/availability/places.ts';
import type { CauseEvent, TierModel, World } from '../../../src/plan/availability/world.ts';

export const event = (name: string, unavailability: number, hours = 1): Event => ({
  name,
  unavailability,
  hours,
});

export const cause = (
  name: string,
  unavailability: number,
  tiers: readonly string[],
  reach: { first?: number; share?: number } = { first: 1 },
): CauseEvent => ({
  ...event(name, unavailability),
  cause: name,
  tiers,
  first: reach.first ?? 0,
  share: reach.share ?? 0,
});

export const oneZone: Places = { zones: 1, machinesPerRack: 1, racksPerPower: 1, powersPerSwitch: 1 };

export const tier = (
  id: string,
  machines: number,
  need: number,
  more: Partial<TierModel> = {},
): TierModel => ({
  id,
  machines,
  needs: [need],
  places: oneZone,
  losses: [],
  ...more,
});

export function world(parts: Partial<World> & { readonly hardware: Hardware }): World {
  return {
    zoneNames: ['a'],
    zone: [],
    region: [],
    shared: [],
    own: [],
    tiers: [],
    demand: [{ weight: 1, level: 1 }],
    fleet: new FleetModel(parts.hardware),
    ...parts,
  };
}

export const machinesOnly = (unavailability: number, hours = 1): Hardware => ({
  machine: event('single machines', unavailability, hours),
  rack: [],
  power: [],
  switch: [],
});
