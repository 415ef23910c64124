import { chanceText } from '../text.ts';
import type { Law } from './laws.ts';
import type { AvailabilityNumber } from './number.ts';

/** A chance of being down. */
export function chanceNumber(
  name: string,
  meaning: string,
  value: number,
  law: Law,
  inputs: readonly string[],
): AvailabilityNumber {
  return amount(name, meaning, value, '1', chanceText(value), law, inputs);
}

/** A number that follows from others; one that is infinite is only said to be. */
export function amount(
  name: string,
  meaning: string,
  value: number,
  unit: string,
  display: string,
  law: Law,
  inputs: readonly string[],
): AvailabilityNumber {
  const known = Number.isFinite(value) ? { value, unit } : {};
  return { name, meaning, ...known, display, ...law, origin: { kind: 'derived' }, inputs };
}
