import { formatQuantity } from '../../units/format.ts';
import { Decimal } from '../../units/unit.ts';
import type { AvailabilityInput } from './input.ts';

/** A chance of being down: `2.98e-4`, and as a percentage from one in ten on; its nines would not matter. */
export function chanceText(chance: number): string {
  if (chance === 0) return '0';
  if (chance > 0.9995) return '> 99.9 %';
  if (chance >= 0.1) return `${Number((100 * chance).toPrecision(3))} %`;
  return chance.toExponential(2).replace('e+', 'e');
}

/** The availability that is left by a chance of being down, with as many nines as there are: `99.97 %`. */
export function availabilityText(chance: number): string {
  // Two digits of what is missing: 1 - 1e-18 is 1 in binary, so the subtraction is decimal.
  const missing = new Decimal(Number(chance.toPrecision(2))).times(100);
  return `${new Decimal(100).minus(missing).toFixed()} %`;
}

export function minutesText(minutes: number): string {
  return formatQuantity(minutes * 60, 'min');
}

export function hoursText(hours: number): string {
  return formatQuantity(hours * 3600, 'h');
}

/** How many times as much: `614`, `1.2e9`; `-` where there is nothing to compare with. */
export function factorText(factor: number): string {
  if (!Number.isFinite(factor)) return '-';
  const rounded = Number(factor.toPrecision(3));
  return rounded >= 1e6
    ? rounded.toExponential(1).replace('e+', 'e')
    : String(rounded).replace(/\B(?=(?:\d{3})+$)/, ',');
}

/** An input of the model with its unit. */
export function inputText({ value, unit }: Pick<AvailabilityInput, 'value' | 'unit'>): string {
  if (unit === 'h') return formatQuantity(value * 3600, value < 1 / 60 ? 's' : 'h');
  if (unit === '1/y') return `${digitsText(value)} /y`;
  if (unit === 'B') return formatQuantity(value, 'MB');
  if (unit === 'B/s') return formatQuantity(value, 'MB/s');
  if (unit === 'machine') return digitsText(value);
  return value >= 1 ? digitsText(value) : chanceText(value);
}

/** A number of three digits. */
export function digitsText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'infinite';
}
