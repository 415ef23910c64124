import { dimensionText, sameDimension } from '../units/dimension.ts';
import { parseQuantity } from '../units/quantity.ts';
import type { Unit } from '../units/types.ts';
import { Decimal } from '../units/unit.ts';
import { Refusal } from './errors.ts';

/**
 * The value of an input in base units: a number is in the declared unit, a text carries a unit of the same dimension.
 * Throws Refusal for another dimension or a number that is not finite, and UnitError for a text that cannot be read.
 */
export function readValue(value: number | string, declared: Unit): number {
  if (typeof value === 'string') return readText(value, declared);
  if (!Number.isFinite(value)) throw new Refusal(`${value} is not a finite number`, 'give a finite number');
  return declared.factor === 1 ? value : new Decimal(value).times(declared.factor).toNumber();
}

function readText(text: string, declared: Unit): number {
  const quantity = parseQuantity(text);
  if (sameDimension(quantity.unit.dimension, declared.dimension)) return quantity.value;
  const bare = quantity.unit.text === '1';
  throw new Refusal(
    `"${text}" is in ${dimensionText(quantity.unit.dimension)}, but the quantity is in ${declared.text}`,
    bare ? `write the unit too: ${text.trim()} ${declared.text}` : `write a value in ${declared.text}`,
  );
}
