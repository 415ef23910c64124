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
  const bare = quantity.unit.text === '1';
  if (sameDimension(quantity.unit.dimension, declared.dimension)) {
    if (bare && declared.text === '%' && quantity.value > 1)
      throw new Refusal(
        `"${text}" is more than the whole`,
        `write a share as ${text.trim()} %, or as a number up to 1`,
      );
    return quantity.value;
  }
  // A bare number can only mean one thing where the unit has no prefix: 40 machines, 20000 req/s.
  if (bare && declared.factor === 1) return quantity.value;
  throw new Refusal(
    `"${text}" is in ${dimensionText(quantity.unit.dimension)}, but the quantity is in ${declared.text}`,
    bare ? `write the unit too: ${text.trim()} ${declared.text}` : `write a value in ${declared.text}`,
  );
}
