import type { SpecQuantity } from '../../spec/types.ts';
import type { AvailabilityInput, Figure } from '../availability/input.ts';

/** One number that the ledger was fed with, and where it comes from. */
export interface SloInput {
  readonly name: string;
  readonly meaning: string;
  readonly value: number;
  /** Those of the availability, whose inputs are listed too, and seconds, requests per second, requests. */
  readonly unit: AvailabilityInput['unit'] | 's' | 'req/s' | 'req';
  readonly origin: AvailabilityInput['origin'];
}

/** What the ledger reads of the inputs of the availability: how often things fail, and how failovers go. */
export function fromAvailability(inputs: readonly AvailabilityInput[]): SloInput[] {
  return inputs.filter(
    ({ name }) => name.startsWith('failures.') || name.startsWith('causes.') || name.includes('.failover.'),
  );
}

/** Collects inputs while the objectives are worked out; what was noted first stays. */
export class SloInputs {
  readonly #byName = new Map<string, SloInput>();

  get list(): readonly SloInput[] {
    return [...this.#byName.values()];
  }

  note(name: string, meaning: string, unit: SloInput['unit'], { value, origin }: Figure): number {
    if (!this.#byName.has(name)) {
      this.#byName.set(name, { name, meaning, unit, value: Number(value.toPrecision(14)), origin });
    }
    return value;
  }

  /** A quantity of the spec, in base units. */
  given(name: string, meaning: string, unit: SloInput['unit'], { value, origin }: SpecQuantity): number {
    return this.note(name, meaning, unit, { value, origin });
  }
}
