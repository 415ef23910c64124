import type { DomainChild, FailureDomain } from '../../models/reliability/domains.ts';
import { toArray } from '../../models/reliability/domains-distribution.ts';
import { survivors } from '../../models/reliability/domains-survivors.ts';
import { binomialPmf } from '../../models/statistics/poisson-binomial.ts';
import { anyOf, type Event } from './event.ts';

/** How the machines of a tier share places. */
export interface Places {
  /** Zones over which machines are spread in turns; 1 where they are not spread. */
  readonly zones: number;
  readonly machinesPerRack: number;
  readonly racksPerPower: number;
  readonly powersPerSwitch: number;
}

/** What fails inside a zone. Zones, regions and crossing causes are conditioned on before. */
export interface Hardware {
  readonly machine: Event;
  readonly rack: readonly Event[];
  readonly power: readonly Event[];
  readonly switch: readonly Event[];
}

/** What is known of a tier's machines from outside: zones and a first part of the machines that are gone. */
export interface Condition {
  /** Bit z is set when zone z is down. */
  readonly zonesDown: number;
  /** Machines 0 … taken-1 are down: those that are first to get a change, or of one shard. */
  readonly taken: number;
  /** Chance that a machine is spared by causes that take only a share. */
  readonly spared: number;
}

/** Survivors of a tier inside its zones; machine i is the (i / zones)-th of zone i mod zones. */
export class FleetModel {
  readonly #hardware: Hardware;
  readonly #known = new Map<string, Float64Array>();

  constructor(hardware: Hardware) {
    this.#hardware = hardware;
  }

  /**
   * P(fewer than x machines are up), for x = 0 … machines + 1, given what is known from outside.
   *
   * Exact: tree convolution over switch, power, rack and machine in each zone that is up.
   */
  below(machines: number, places: Places, condition: Condition): Float64Array {
    const { zones, machinesPerRack, racksPerPower, powersPerSwitch } = places;
    const { zonesDown, taken, spared } = condition;
    const shape = `${zones},${machinesPerRack},${racksPerPower},${powersPerSwitch}`;
    const key = `${machines}|${shape}|${zonesDown}|${taken}|${spared}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const racks = racksOf(machines, places, condition);
    // Which zones are down does not matter, only what they leave.
    const layout = `${machines}|${shape}|${spared}|${racks
      .map((each) => each.join())
      .sort()
      .join(';')}`;
    const made = this.#known.get(layout) ?? cumulative(this.#up(racks, places, spared), machines);
    this.#known.set(layout, made);
    this.#known.set(key, made);
    return made;
  }

  /** Chances of 0, 1, … machines up. */
  #up(zones: readonly (readonly number[])[], places: Places, spared: number): Float64Array {
    const { machine, rack, power, switch: switches } = this.#hardware;
    const own = machine.unavailability;
    const down = spared === 1 ? own : 1 - (1 - own) * spared;
    if (zones.length === 0) return Float64Array.of(1);
    const behindOneSwitch = zones.flatMap((racks) =>
      chunks(racks, places.racksPerPower * places.powersPerSwitch).map(sumOf),
    );
    if (behindOneSwitch.every((count) => count <= 1)) {
      const alone = anyOf([...rack, ...power, ...switches, { ...machine, unavailability: down }]);
      return binomialPmf(sumOf(behindOneSwitch), alone).reverse();
    }
    const children = alike(zones, (racks) => this.#zone(racks, places, down));
    return toArray(survivors({ name: 'tier', events: [], children }));
  }

  #zone(racks: readonly number[], places: Places, down: number): FailureDomain {
    const { rack, power, switch: switches } = this.#hardware;
    const rackOf = ([count = 0]: readonly number[]) =>
      domain('rack', rack, [{ count, unavailability: down }]);
    const powerOf = (fed: readonly number[]) => domain('power', power, alike(chunks(fed, 1), rackOf));
    const switchOf = (below: readonly number[]) =>
      domain('switch', switches, alike(chunks(below, places.racksPerPower), powerOf));
    const behind = chunks(racks, places.racksPerPower * places.powersPerSwitch);
    return domain('zone', [], alike(behind, switchOf));
  }
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

/** Machines that what is known from outside leaves standing. */
export function leftStanding(machines: number, { zones }: Places, { zonesDown, taken }: Condition): number {
  let left = 0;
  for (let zone = 0; zone < zones; zone++) {
    if ((zonesDown & (1 << zone)) !== 0) continue;
    const upTo = (count: number) => Math.max(0, Math.ceil((count - zone) / zones));
    left += upTo(machines) - upTo(Math.min(machines, taken));
  }
  return left;
}

/** Machines that are left in each rack, for each zone that is up and not empty. */
function racksOf(machines: number, places: Places, { zonesDown, taken }: Condition): number[][] {
  const zones: number[][] = [];
  for (let zone = 0; zone < places.zones; zone++) {
    if ((zonesDown & (1 << zone)) !== 0) continue;
    const racks: number[] = [];
    let any = false;
    for (let i = zone; i < machines; i += places.zones) {
      const rack = Math.floor((i - zone) / places.zones / places.machinesPerRack);
      racks[rack] = (racks[rack] ?? 0) + (i < taken ? 0 : 1);
      any ||= i >= taken;
    }
    if (any) zones.push(racks);
  }
  return zones;
}

function cumulative(up: Float64Array, machines: number): Float64Array {
  const below = new Float64Array(machines + 2);
  for (let x = 1; x < below.length; x++) below[x] = (below[x - 1] as number) + (up[x - 1] ?? 0);
  return below.map((value) => Math.min(1, value));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < items.length; i += size) out.push(items.slice(i, i + size));
  return out;
}
