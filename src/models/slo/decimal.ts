import { Decimal as BaseDecimal } from 'decimal.js';

/** Decimal arithmetic with digits to spare: sums and products of objectives, windows and counts stay exact. */
export const Decimal = BaseDecimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });
export type Decimal = BaseDecimal;

/** The number that a decimal text names. Throws a RangeError that names the quantity for any other text. */
export function readDecimal(quantity: string, text: string): Decimal {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    throw new RangeError(`${quantity} must be a decimal number, not \`${text}\``);
  }
  return new Decimal(text);
}

/** The decimal that a float is meant to be: the shortest text that reads back as the same float. */
export function decimalOf(quantity: string, value: number): Decimal {
  if (!Number.isFinite(value)) throw new RangeError(`${quantity} must be finite, not ${value}`);
  return new Decimal(String(value));
}

/** Digits without exponent, none of them dropped: `0.001`. */
export function exactText(value: Decimal): string {
  return value.toFixed();
}

/** At most 12 significant digits, without exponent and trailing zeros: what rules and pages print. */
export function printedText(value: Decimal): string {
  return value.toSignificantDigits(12).toFixed();
}
