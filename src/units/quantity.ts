import type { ParsedQuantity } from './types.ts';
import { Decimal, readUnit } from './unit.ts';
import { UnitError } from './unit-error.ts';

const multipliers: Readonly<Record<string, string>> = {
  '': '1',
  k: '1e3',
  K: '1e3',
  M: '1e6',
  G: '1e9',
  T: '1e12',
};

/** Sign, digits (with thousands separators or not), fraction, exponent. */
const numberShape =
  /^\s*([-+]?(?:(?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?)(?=\D|$)\s*/;
/** A multiplier stands alone: `10k req/s`, `10 M`; in `10 MB` the M belongs to the unit. */
const multiplierShape = /^([kKMGT])(?=$|[\s/])\s*/;
const shape = 'write a number and a unit, such as 10k req/s, 256 kB, 99.9 % or 500 ms';
const longest = 120;
const keptDigits = 20;

/**
 * Reads a number with its unit, such as `10k req/s`, `256 kB`, `99.9 %`, `1.2M user`, `20 %/y` or `5`.
 * `value` is in base units (B, s, req, ...); `exact` is the same as a decimal text without float noise.
 * k, M, G and T after the number multiply by 1e3 to 1e12. Throws UnitError.
 */
export function parseQuantity(text: string): ParsedQuantity {
  if (text.length > longest)
    throw new UnitError(`"${text.slice(0, 30)}..." is too long for a quantity`, shape);
  const number = numberShape.exec(text);
  if (number === null) throw new UnitError(`"${text}" does not begin with a number`, shape);
  const digits = (number[1] ?? '').replace(/[,_]/g, '');
  const rest = text.slice(number[0].length);
  const multiplier = multiplierShape.exec(rest);
  const unit = readUnit(rest.slice(multiplier?.[0].length ?? 0).trim() || '1');
  const product = new Decimal(digits)
    .times(multipliers[multiplier?.[1] ?? ''] ?? '1')
    .times(unit.exactFactor);
  const exact = product.toSignificantDigits(keptDigits).toFixed();
  const value = Number(exact);
  if (!Number.isFinite(value)) throw new UnitError(`"${text}" is too large`, shape);
  const { text: unitText, factor, dimension } = unit;
  return { value, unit: { text: unitText, factor, dimension }, exact, text };
}
