import {
  type CatalogueEntry,
  catalogueEntry,
  catalogueRate,
  hoursPerYear,
  type RateEntry,
  ratePerHour,
  repairHours,
} from '../../models/reliability/catalogue.ts';
import type { Origin } from '../../sheet/types.ts';
import type { FailureSpec, SpecQuantity } from '../../spec/types.ts';
import type { Event } from './event.ts';

/** One number that the model was fed with, and where it comes from. */
export interface AvailabilityInput {
  readonly name: string;
  readonly meaning: string;
  /** In `unit`: hours, events per year, a share, bytes, bytes a second, or a number of machines. */
  readonly value: number;
  readonly unit: 'h' | '1/y' | '1' | 'B' | 'B/s' | 'machine';
  readonly origin: Origin | { readonly kind: 'derived' };
}

/** A number with its origin, before it has a name. */
export interface Figure {
  readonly value: number;
  readonly origin: AvailabilityInput['origin'];
}

export const secondsPerHour = 3600;

/** 4 a year is not 3.9999999999999996 of them after its way through seconds. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(14));
}

/** Collects inputs while the model is made. */
export class Inputs {
  readonly #byName = new Map<string, AvailabilityInput>();

  get list(): readonly AvailabilityInput[] {
    return [...this.#byName.values()];
  }

  note(name: string, meaning: string, unit: AvailabilityInput['unit'], figure: Figure): number {
    if (!this.#byName.has(name)) {
      this.#byName.set(name, { name, meaning, unit, ...figure, value: withoutNoise(figure.value) });
    }
    return figure.value;
  }

  /** Hours, from a time of the spec or a default. */
  hours(name: string, meaning: string, given: SpecQuantity | undefined, otherwise: Figure): number {
    const figure = given ? { value: given.value / secondsPerHour, origin: given.origin } : otherwise;
    return this.note(name, meaning, 'h', figure);
  }

  /** Events per hour; listed per year. */
  rate(name: string, meaning: string, given: SpecQuantity | undefined, perYear: Figure): number {
    const figure = given
      ? { value: given.value * (secondsPerHour * hoursPerYear), origin: given.origin }
      : perYear;
    return this.note(name, meaning, '1/y', figure) / hoursPerYear;
  }

  share(name: string, meaning: string, given: SpecQuantity | undefined, otherwise: Figure): number {
    return this.note(name, meaning, '1', given ? { value: given.value, origin: given.origin } : otherwise);
  }
}

export function assumed(value: number, why: string, source?: string): Figure {
  return { value, origin: { kind: 'assumed', why, ...(source === undefined ? {} : { source }) } };
}

export function citation({ source, year }: CatalogueEntry): string {
  return source.includes(String(year)) ? source : `${source}, ${year}`;
}

/** Events per year and hours of one thing, from a catalogue entry whose rate belongs to that thing. */
export function published(id: string): { readonly perYear: Figure; readonly repair: Figure | undefined } {
  const entry = catalogueRate(id);
  const origin = { kind: 'cited', source: citation(entry) } as const;
  const repair = repairHours(entry);
  return {
    perYear: { value: ratePerHour(entry) * hoursPerYear, origin },
    repair: repair === undefined ? undefined : { value: repair, origin },
  };
}

/** A published share of outages, as a figure. */
export function publishedShare(id: string): { readonly share: number; readonly source: string } {
  const entry = catalogueEntry(id);
  if (entry.kind !== 'share') throw new RangeError(`catalogue entry ${id} is a ${entry.kind}, not a share`);
  return { share: entry.share, source: citation(entry) };
}

/** Geometric middle of how many machines an event takes. */
export function machinesTaken({ affects, id }: RateEntry): number {
  if (affects === undefined)
    throw new RangeError(`catalogue entry ${id} does not say how many machines it takes`);
  return Math.sqrt(affects.low * affects.high);
}

/**
 * An event from up to two of unavailability, rate and repair time, the others from defaults: q = λr/(1+λr).
 *
 * Where only the unavailability is given, the default rate is kept and the repair time follows.
 */
export function eventOf(
  inputs: Inputs,
  level: string,
  name: string,
  what: string,
  given: FailureSpec | undefined,
  fallback: { readonly perYear: Figure; readonly repair: Figure },
): Event {
  const key = `failures.${level}`;
  if (given?.unavailability === undefined) {
    const rate = inputs.rate(`${key}.rate`, `how often ${what} fails`, given?.rate, fallback.perYear);
    const hours = inputs.hours(`${key}.repair`, `time until ${what} is back`, given?.repair, fallback.repair);
    const unavailability = (rate * hours) / (1 + rate * hours);
    inputs.note(`${key}.unavailability`, `share of time in which ${what} is down`, '1', {
      value: unavailability,
      origin: { kind: 'derived' },
    });
    return { name, unavailability, hours };
  }
  const q = inputs.share(
    `${key}.unavailability`,
    `share of time in which ${what} is down`,
    given.unavailability,
    fallback.perYear,
  );
  const odds = q / (1 - q);
  if (given.repair !== undefined || q === 0) {
    const hours = inputs.hours(`${key}.repair`, `time until ${what} is back`, given.repair, fallback.repair);
    inputs.note(`${key}.rate`, `how often ${what} fails`, '1/y', {
      value: (odds / hours) * hoursPerYear,
      origin: { kind: 'derived' },
    });
    return { name, unavailability: q, hours };
  }
  const rate = inputs.rate(`${key}.rate`, `how often ${what} fails`, given.rate, fallback.perYear);
  inputs.note(`${key}.repair`, `time until ${what} is back`, 'h', {
    value: odds / rate,
    origin: { kind: 'derived' },
  });
  return { name, unavailability: q, hours: odds / rate };
}
