/**
 * Exponent of each base dimension; absent means 0; an empty object is a pure number.
 * Bases: `s` (time), `B` (information, 1 byte), `req`, `core`, `machine`, `user`, `record`, `message`, `px`,
 * `USD`, and what else a unit declares. Counts of different things are different dimensions on purpose:
 * adding bytes to requests, or cores to machines, is a mistake that the sheet must find.
 */
export type Dimension = Readonly<Record<string, number>>;

/** A unit such as `Gbit/s`: `factor` turns a number in this unit into the base units (B, s, req, ...). */
export interface Unit {
  readonly text: string;
  readonly factor: number;
  readonly dimension: Dimension;
}

/** A number with its unit, as read from text such as `10k req/s`, `256 kB`, `99.9 %`, `30 d`. */
export interface ParsedQuantity {
  /** The value in base units. */
  readonly value: number;
  readonly unit: Unit;
  /** The exact decimal of `value` as text (`99.9 %` gives `0.999`), for arithmetic without float noise. */
  readonly exact: string;
  /** The text as it was written. */
  readonly text: string;
}
