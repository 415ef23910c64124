import { convolveAll } from '../../models/reliability/domains-convolution.ts';
import { type CapacityDistribution, toArray } from '../../models/reliability/domains-distribution.ts';
import { binomialPmf } from '../../models/statistics/poisson-binomial.ts';
import type { Condition, Places, ZonePart } from './places.ts';

/** What is known of the inside of zones. */
export interface Zones {
  readonly zone: (part: ZonePart, places: Places, spared: number) => CapacityDistribution;
  readonly downAlone: (spared: number) => number;
}

/** The machines of one tier in their places. */
export class TierFleet {
  readonly #zones: Zones;
  readonly #machines: number;
  readonly #places: Places;
  /** By the chance to be spared, then by zones and machines that are gone: numbers, since this is asked thousands of times. */
  readonly #known = new Map<number, Map<number, Survivors>>();
  readonly #layouts = new Map<string, Survivors>();
  /** Machines in each zone. */
  readonly #counts: readonly number[];

  constructor(zones: Zones, machines: number, places: Places) {
    this.#zones = zones;
    this.#machines = machines;
    this.#places = places;
    this.#counts = inTurns(machines, places.zones);
  }

  /**
   * What is left, given what is known from outside.
   *
   * Exact: tree convolution over switch, power, rack and machine in each zone that is up.
   */
  given({ zonesDown, taken, spared }: Condition): Survivors {
    const known = this.#known.get(spared) ?? new Map<number, Survivors>();
    const key = zonesDown * (this.#machines + 1) + taken;
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = this.#survivors({ zonesDown, taken, spared });
    known.set(key, made);
    this.#known.set(spared, known);
    return made;
  }

  /** Which zones are down does not matter, only what they leave. */
  #survivors(condition: Condition): Survivors {
    const { spared } = condition;
    const parts = this.#parts(condition);
    const layout = parts.map(({ count, gone }) => `${count},${gone}`).sort();
    const key = `${spared}|${layout.join(';')}`;
    const left = parts.reduce((sum, { count, gone }) => sum + count - gone, 0);
    const up = () => this.#up(parts, spared);
    const made = this.#layouts.get(key) ?? new Survivors(this.#machines, left, up);
    this.#layouts.set(key, made);
    return made;
  }

  /** The zones that are up and not empty. */
  #parts({ zonesDown, taken }: Condition): ZonePart[] {
    const gone = taken === 0 ? [] : inTurns(Math.min(this.#machines, taken), this.#places.zones);
    return this.#counts
      .map((count, zone) => ({ count, gone: gone[zone] ?? 0 }))
      .filter((part, zone) => (zonesDown & (1 << zone)) === 0 && part.gone < part.count);
  }

  /** Chances of 0, 1, … machines up. */
  #up(parts: readonly ZonePart[], spared: number): Float64Array {
    const places = this.#places;
    if (parts.length === 0) return Float64Array.of(1);
    if (parts.every((part) => isAlone(part, places))) {
      const count = parts.reduce((sum, part) => sum + part.count - part.gone, 0);
      return binomialPmf(count, this.#zones.downAlone(spared)).reverse();
    }
    const zones = parts.map((part) => this.#zones.zone(part, places, spared));
    return toArray(convolveAll(zones, dropped));
  }
}

/** What may be up of a tier's machines; worked out when it is first asked for. */
export class Survivors {
  /** Machines that can be up at all. */
  readonly left: number;
  readonly #machines: number;
  readonly #up: () => Float64Array;
  #below: Float64Array | undefined;

  constructor(machines: number, left: number, up: () => Float64Array) {
    this.#machines = machines;
    this.left = left;
    this.#up = up;
  }

  /** P(fewer than x machines are up), for x = 0 … machines + 1. */
  get below(): Float64Array {
    this.#below ??= cumulative(this.#up(), this.#machines);
    return this.#below;
  }
}

/** Mass that joining two zones may drop. */
const dropped = 1e-16;

/** Machines of each zone that get them in turns. */
function inTurns(machines: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.max(0, Math.ceil((machines - zone) / zones)));
}

/** Whether no two machines that are left in a zone share anything but the zone; they stand next to each other. */
function isAlone({ count, gone }: ZonePart, places: Places): boolean {
  const together = places.machinesPerRack * places.racksPerPower * places.powersPerSwitch;
  const left = count - gone;
  return together === 1 || left <= 1 || (left === 2 && (gone + 1) % together === 0);
}

function cumulative(up: Float64Array, machines: number): Float64Array {
  const below = new Float64Array(machines + 2);
  for (let x = 1; x < below.length; x++) below[x] = (below[x - 1] as number) + (up[x - 1] ?? 0);
  return below.map((value) => Math.min(1, value));
}
