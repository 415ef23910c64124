import type { DomainChild, FailureDomain } from '../../models/reliability/domains.ts';
import type { CapacityDistribution } from '../../models/reliability/domains-distribution.ts';
import { survivors } from '../../models/reliability/domains-survivors.ts';
import { anyOf, type Event } from './event.ts';
import type { Places, ZonePart } from './places.ts';
import { TierFleet, type Zones } from './tier-fleet.ts';

/** What fails inside a zone. Zones, regions and crossing causes are conditioned on before. */
export interface Hardware {
  readonly machine: Event;
  readonly rack: readonly Event[];
  readonly power: readonly Event[];
  readonly switch: readonly Event[];
}

/** Survivors of tiers inside their zones; machine i is the (i / zones)-th of zone i mod zones. */
export class FleetModel implements Zones {
  readonly #hardware: Hardware;
  readonly #tiers = new Map<string, TierFleet>();
  readonly #zones = new Map<string, CapacityDistribution>();

  constructor(hardware: Hardware) {
    this.#hardware = hardware;
  }

  /** So many machines in their places; the same object for the same question. */
  of(machines: number, places: Places): TierFleet {
    const key = `${machines}|${places.zones}|${shapeOf(places)}`;
    const found = this.#tiers.get(key) ?? new TierFleet(this, machines, places);
    this.#tiers.set(key, found);
    return found;
  }

  /** Machines up in one zone; each kind of zone is computed once, whatever tier it belongs to. */
  zone(part: ZonePart, places: Places, spared: number): CapacityDistribution {
    const key = `${part.count},${part.gone},${spared}|${shapeOf(places)}`;
    const found = this.#zones.get(key) ?? survivors(this.#domainOf(racksOf(part, places), places, spared));
    this.#zones.set(key, found);
    return found;
  }

  /** Chance that a machine is down that shares nothing inside its zone with another one. */
  downAlone(spared: number): number {
    const { machine, rack, power, switch: switches } = this.#hardware;
    const unavailability = this.#downOf(spared);
    return anyOf([...rack, ...power, ...switches, { ...machine, unavailability }]);
  }

  #downOf(spared: number): number {
    const own = this.#hardware.machine.unavailability;
    return spared === 1 ? own : 1 - (1 - own) * spared;
  }

  #domainOf(racks: readonly number[], places: Places, spared: number): FailureDomain {
    const { rack, power, switch: switches } = this.#hardware;
    const unavailability = this.#downOf(spared);
    const rackOf = ([count = 0]: readonly number[]) => domain('rack', rack, [{ count, unavailability }]);
    const powerOf = (fed: readonly number[]) => domain('power', power, alike(chunks(fed, 1), rackOf));
    const switchOf = (below: readonly number[]) =>
      domain('switch', switches, alike(chunks(below, places.racksPerPower), powerOf));
    const behind = chunks(racks, places.racksPerPower * places.powersPerSwitch);
    return domain('zone', [], alike(behind, switchOf));
  }
}

/** Places inside a zone, as a key. */
function shapeOf({ machinesPerRack, racksPerPower, powersPerSwitch }: Places): string {
  return `${machinesPerRack},${racksPerPower},${powersPerSwitch}`;
}

/** One domain for each kind of rack counts that is not empty, with its number of copies. */
function alike(
  parts: readonly (readonly number[])[],
  make: (racks: readonly number[]) => FailureDomain,
): FailureDomain[] {
  const found = new Map<string, { racks: readonly number[]; copies: number }>();
  for (const racks of parts) {
    if (sumOf(racks) === 0) continue;
    const key = racks.join();
    found.set(key, { racks, copies: (found.get(key)?.copies ?? 0) + 1 });
  }
  return [...found.values()].map(({ racks, copies }) => ({ ...make(racks), copies }));
}

function domain(name: string, events: readonly Event[], children: readonly DomainChild[]): FailureDomain {
  return { name, events: events.map(({ unavailability }) => ({ name, unavailability })), children };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Machines that are left in each rack of a zone. */
function racksOf({ count, gone }: ZonePart, { machinesPerRack }: Places): number[] {
  const racks: number[] = [];
  for (let i = 0; i < count; i++) {
    const rack = Math.floor(i / machinesPerRack);
    racks[rack] = (racks[rack] ?? 0) + (i < gone ? 0 : 1);
  }
  return racks;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < items.length; i += size) out.push(items.slice(i, i + size));
  return out;
}
