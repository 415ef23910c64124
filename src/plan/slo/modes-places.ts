import type { Event } from '../availability/event.ts';
import type { TierFacts } from '../availability/tier-facts.ts';
import { pathCapacityWith, pathShareWith, upWithGuests } from './capacity.ts';
import type { Course, Stage } from './course.ts';
import { lostInFlight } from './in-flight.ts';
import { hoursPerYear, type Mode, type ModeEvent, type Model, secondsPerHour } from './mode.ts';

/** Racks, power and switches, each of which holds machines of one tier; zones and regions, which hold all tiers. */
export function placeModes(model: Model): Mode[] {
  const { hardware, places } = model.parts;
  const { machinesPerRack, racksPerPower, powersPerSwitch } = places;
  const perPower = machinesPerRack * racksPerPower;
  return [
    placeMode(model, 'rack', 'rack lost', hardware.rack, machinesPerRack),
    placeMode(model, 'power', 'power unit lost', hardware.power, perPower),
    placeMode(model, 'switch', 'switch lost', hardware.switch, perPower * powersPerSwitch),
    zoneMode(model),
    ...regionModes(model),
  ];
}

function placeMode(
  model: Model,
  mode: 'rack' | 'power' | 'switch',
  title: string,
  events: readonly Event[],
  size: number,
): Mode {
  const alone = model.parts.facts.filter(({ host }) => host === undefined);
  return {
    mode,
    title,
    events: alone.flatMap((facts) => events.map((event) => ofTier(model, facts, event, size))),
    why: 'the machines that are left carry the load as far as they can, until others stand in or it is back',
  };
}

/** Places of one tier: in each zone, groups of so many machines. */
function ofTier(model: Model, facts: TierFacts, event: Event, size: number): ModeEvent {
  const courses = inZones(model, facts).flatMap((count) =>
    groups(count, size).map((taken) => {
      const { machines } = facts;
      const capacity = pathCapacityWith(model, upWithGuests(model, facts, machines - taken));
      const share = pathShareWith(model, new Map([[facts.id, taken / machines]]));
      return lostPlace(model, event, capacity, share, lostInFlight(model, facts));
    }),
  );
  return { tier: facts.id, title: facts.title, perYear: courses.length * ratePerYear(event), courses };
}

/** A place is gone: first what was in flight in it, then what the others cannot carry. */
function lostPlace(model: Model, event: Event, capacity: number, share: number, seconds: number): Course {
  const short: Stage = { from: 0, share: 0, capacity };
  const stages =
    seconds > 0
      ? [
          { ...short, share },
          { ...short, from: seconds },
        ]
      : [short];
  const costs = capacity < 1;
  return {
    weight: 1,
    stages: costs ? stages : stages.slice(0, 1),
    // With enough machines left it is over for the requests once nothing more is in flight.
    selfHealing: costs ? event.hours * secondsPerHour : seconds,
    heals: costs ? 'itself' : 'software',
    mitigate: model.mitigation.capacity,
  };
}

function zoneMode(model: Model): Mode {
  const { zone } = model.parts;
  const zones = Array.from({ length: zoneCount(model) }, (_, i) => i);
  return {
    mode: 'zone',
    title: 'zone lost',
    events: zone.map((event) => ({
      title: event.name,
      perYear: zones.length * ratePerYear(event),
      courses: zones.map((each) => withoutZone(model, event, each)),
    })),
    why: 'what the zones that are left cannot carry at that hour is refused, until machines stand in or it is back',
  };
}

function withoutZone(model: Model, event: Event, zone: number): Course {
  const { facts } = model.parts;
  const taken = new Map(facts.map((each) => [each.id, inZones(model, each)[zone] ?? 0]));
  const left = new Map(facts.map(({ id, machines }) => [id, machines - (taken.get(id) ?? 0)]));
  const alone = facts.map((each) => ({ ...each, seconds: lostInFlight(model, each) }));
  const failing = alone.filter(({ seconds }) => seconds > 0);
  const share = pathShareWith(
    model,
    new Map(failing.map(({ id, machines }) => [id, (taken.get(id) ?? 0) / machines])),
  );
  const seconds = Math.max(0, ...failing.map((each) => each.seconds));
  const course = lostPlace(model, event, pathCapacityWith(model, left), share, seconds);
  if (model.parts.zoneNames.length > 1) return course;
  const { mitigate: _nowhere, ...stays } = course;
  return stays;
}

function regionModes(model: Model): Mode[] {
  const { parts, spec, mitigation } = model;
  if (parts.region.length === 0) return [];
  const others = spec.regions.value.length > 1;
  const lack = { from: 0, share: 1, capacity: Number.POSITIVE_INFINITY };
  return [
    {
      mode: 'region',
      title: 'region lost',
      events: parts.region.map((event) => ({
        title: event.name,
        perYear: ratePerYear(event),
        courses: [
          {
            weight: 1,
            stages: [lack],
            selfHealing: event.hours * secondsPerHour,
            heals: 'itself',
            ...(others ? { mitigate: mitigation.reroute } : {}),
          },
        ],
      })),
      why: others
        ? 'all of its requests fail until the other regions answer them'
        : 'there is no other region, so all requests fail until it is back',
    },
  ];
}

/** Zones over which tiers are spread: one where they are not. */
function zoneCount({ parts }: Model): number {
  return parts.places.zones;
}

/** Machines of a tier in each zone: machine i stands in zone i mod zones, as the availability model has it. */
function inZones(model: Model, { machines }: TierFacts): number[] {
  const zones = zoneCount(model);
  return Array.from({ length: zones }, (_, zone) => Math.max(0, Math.ceil((machines - zone) / zones)));
}

function groups(count: number, size: number): number[] {
  const whole = Array.from({ length: Math.floor(count / size) }, () => size);
  const rest = count % size;
  return rest > 0 ? [...whole, rest] : whole;
}

/** Events a year while it is well. */
function ratePerYear({ unavailability, hours }: Event): number {
  return unavailability === 0 ? 0 : (unavailability / (1 - unavailability) / hours) * hoursPerYear;
}
