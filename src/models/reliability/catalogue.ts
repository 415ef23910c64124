import data from './catalogue.json' with { type: 'json' };

/** A low and a high value as published; equal where one number was given. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

interface Entry {
  readonly id: string;
  /** One line: what happens, or what the number is. */
  readonly meaning: string;
  /** What fails together: machine, rack, power, network, cluster, version, configuration, ... */
  readonly domain: string;
  readonly source: string;
  /** Of the publication. */
  readonly year: number;
  readonly note?: string;
}

/** How often something happens. */
export interface RateEntry extends Entry {
  readonly kind: 'rate';
  /** `per` names what the rate belongs to: one machine, rack, disk, or one whole cluster. */
  readonly rate: Partial<Range> & { readonly value: number; readonly unit: '1/year'; readonly per: string };
  readonly repair?: Range & { readonly unit: 'h' };
  /** How many machines, or which share of them, one event takes. */
  readonly affects?: Range & { readonly unit: 'machine' | 'share' };
}

/** How large a part of something a cause is. */
export interface ShareEntry extends Entry {
  readonly kind: 'share';
  readonly share: number;
  /** The whole; shares of different wholes must not be added or compared. */
  readonly of: string;
}

/** Any other published number. */
export interface QuantityEntry extends Entry {
  readonly kind: 'quantity';
  readonly value: number;
  readonly unit: string;
}

export type CatalogueEntry = RateEntry | ShareEntry | QuantityEntry;

/** Hours in a mean year of 365.25 days. */
export const hoursPerYear = 8766;

const entries = data.entries as readonly CatalogueEntry[];

/** All published defaults for failure rates and causes, each with its source and year. */
export function catalogue(): readonly CatalogueEntry[] {
  return entries;
}

/** One entry by its id. Throws a RangeError for an id that the catalogue does not have. */
export function catalogueEntry(id: string): CatalogueEntry {
  const found = entries.find((entry) => entry.id === id);
  if (found === undefined) throw new RangeError(`the catalogue of failure rates has no entry ${id}`);
  return found;
}

/** A rate by its id. Throws a RangeError where the entry is missing or is not a rate. */
export function catalogueRate(id: string): RateEntry {
  const entry = catalogueEntry(id);
  if (entry.kind !== 'rate') throw new RangeError(`catalogue entry ${id} is a ${entry.kind}, not a rate`);
  return entry;
}

/** Events per hour of a rate entry, for one of what `rate.per` names. */
export function ratePerHour(entry: RateEntry): number {
  return entry.rate.value / hoursPerYear;
}

/** Geometric middle of the published repair times in hours; undefined where none was published. */
export function repairHours(entry: RateEntry): number | undefined {
  return entry.repair && Math.sqrt(entry.repair.low * entry.repair.high);
}
