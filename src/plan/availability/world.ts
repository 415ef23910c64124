import { type Event, shifted } from './event.ts';
import { FleetModel, type Hardware } from './fleet.ts';
import type { Places } from './places.ts';

/** A cause while it holds: it takes the machines of its tiers up to a share of them, or each with a chance. */
export interface CauseEvent extends Event {
  /** Name of the cause, shared by its stages. */
  readonly cause: string;
  readonly tiers: readonly string[];
  /** Share of a tier's machines that is taken for certain: the first ones, at least one. */
  readonly first: number;
  /** Chance that each other machine is taken; 0 where only the first ones are. */
  readonly share: number;
  /** Share of the requests that are lost although enough machines are left: customers whose shard is gone. */
  readonly customers?: (machines: number) => number;
}

/** Share of time or of requests that a tier loses besides its machines: failovers, grey failures. */
export interface TierLoss extends Event {
  /** Requests are lost, but there is no outage that begins and ends. */
  readonly quiet?: boolean;
}

/** A tier as the model sees it. */
export interface TierModel {
  readonly id: string;
  readonly machines: number;
  /** Machines that are needed at each level of the world's demand. */
  readonly needs: readonly number[];
  /** Tier on whose machines it runs. */
  readonly host?: string;
  readonly places: Places;
  readonly losses: readonly TierLoss[];
}

/** Everything that can fail, with its chances. Worlds that differ in one thing are compared with each other. */
export interface World {
  readonly hardware: Hardware;
  readonly zoneNames: readonly string[];
  /** What takes a zone as a whole; each zone has its own. */
  readonly zone: readonly Event[];
  readonly region: readonly Event[];
  /** Causes that take all their tiers at once. */
  readonly shared: readonly CauseEvent[];
  /** Causes that take each of their tiers on its own. */
  readonly own: readonly CauseEvent[];
  readonly tiers: readonly TierModel[];
  /** Hours of the day with equal demand: share of the time, and demand relative to the peak. */
  readonly demand: readonly { readonly weight: number; readonly level: number }[];
  readonly fleet: FleetModel;
}

/** The world with every event passed through a function. */
export function changed(world: World, change: (event: Event) => Event): World {
  const each = <E extends Event>(events: readonly E[]): E[] =>
    events.map((event) => ({ ...event, ...change(event) }));
  const { hardware } = world;
  const next: Hardware = {
    machine: change(hardware.machine),
    rack: each(hardware.rack),
    power: each(hardware.power),
    switch: each(hardware.switch),
  };
  return {
    ...world,
    hardware: next,
    fleet: sameHardware(hardware, next) ? world.fleet : new FleetModel(next),
    zone: each(world.zone),
    region: each(world.region),
    shared: each(world.shared),
    own: each(world.own),
    tiers: world.tiers.map((tier) => ({ ...tier, losses: each(tier.losses) })),
  };
}

/** The world in which what goes by a name never happens. */
export function without(world: World, name: string): World {
  return changed(world, (event) => (nameOf(event) === name ? { ...event, unavailability: 0 } : event));
}

/** The world moved along its outage frequency by ε hours; see `shifted`. */
export function moved(world: World, epsilon: number): World {
  return changed(world, (event) =>
    'quiet' in event && event.quiet === true ? event : shifted(event, epsilon),
  );
}

/** What an event is called in rankings: stages of one cause are one. */
export function nameOf(event: Event): string {
  return 'cause' in event ? (event as CauseEvent).cause : event.name;
}

/** Names of everything that can fail, each once. */
export function namesIn({ hardware, zone, region, shared, own, tiers }: World): string[] {
  const events: Event[] = [
    hardware.machine,
    ...hardware.rack,
    ...hardware.power,
    ...hardware.switch,
    ...zone,
    ...region,
    ...shared,
    ...own,
    ...tiers.flatMap(({ losses }) => losses),
  ];
  return [...new Set(events.map(nameOf))];
}

/** Shortest time that anything lasts, in hours. */
export function shortest({ hardware, zone, region, shared, own, tiers }: World): number {
  const { machine, rack, power, switch: switches } = hardware;
  const losses = tiers.flatMap((tier) => tier.losses).filter(({ quiet }) => quiet !== true);
  const all = [machine, ...rack, ...power, ...switches, ...zone, ...region, ...shared, ...own, ...losses];
  return Math.min(...all.filter(({ unavailability }) => unavailability > 0).map(({ hours }) => hours));
}

/** Whether what belongs to single tiers is alike, so that two worlds differ only in what tiers share. */
export function sameInside(a: World, b: World): boolean {
  return (
    sameHardware(a.hardware, b.hardware) &&
    sameEvents(a.own, b.own) &&
    a.tiers.every((tier, i) => sameTier(tier, b.tiers[i] as TierModel))
  );
}

function sameTier(a: TierModel, b: TierModel): boolean {
  return (
    a.machines === b.machines &&
    a.needs === b.needs &&
    a.places === b.places &&
    sameEvents(a.losses, b.losses)
  );
}

function sameHardware(a: Hardware, b: Hardware): boolean {
  const all = ({ machine, rack, power, switch: switches }: Hardware) => [
    machine,
    ...rack,
    ...power,
    ...switches,
  ];
  return sameEvents(all(a), all(b));
}

function sameEvents(a: readonly Event[], b: readonly Event[]): boolean {
  return a.length === b.length && a.every((event, i) => event.unavailability === b[i]?.unavailability);
}
