import type { Origin, Uncertainty } from '../sheet/types.ts';

/** A quantity of the spec in base units, with where it was given (or the default that was assumed). */
export interface SpecQuantity {
  readonly value: number;
  /** Unit as written, such as `Gbit/s`. */
  readonly unit: string;
  /** Exact decimal of the value in base units: `99.9 %` is `0.999`. */
  readonly exact: string;
  readonly origin: Origin;
  /** In base units, as `value`, which is its `mid`. */
  readonly uncertain?: Uncertainty;
}

/** Any other value of the spec, with its origin. */
export interface SpecValue<T> {
  readonly value: T;
  readonly origin: Origin;
}
