import { Decimal as BaseDecimal } from 'decimal.js';
import { multiply, power, productText } from './dimension.ts';
import { findSymbol, readSymbol, type UnitSymbol } from './symbol.ts';
import { readTerms } from './terms.ts';
import type { Dimension, Unit } from './types.ts';

/** Decimal arithmetic with digits to spare, so that factors such as 1/60 leave no noise. */
export const Decimal = BaseDecimal.clone({ precision: 40 });
export type Decimal = BaseDecimal;

/** A unit with its factors and the exact decimal of its factor. */
export interface ReadUnit extends Unit {
  readonly parts: readonly { readonly symbol: UnitSymbol; readonly power: number }[];
  readonly exactFactor: Decimal;
}

const read = new Map<string, ReadUnit>();

/**
 * The unit that a text such as `Gbit/s`, `req/s/core`, `%` or `1` names. Its `text` is in normal form: `KB` is shown
 * as `kB`, `requests/second` as `req/s`. A year is 365.25 days, a month a twelfth of it. Throws UnitError.
 */
export function parseUnit(text: string): Unit {
  const { text: normal, factor, dimension } = readUnit(text);
  return { text: normal, factor, dimension };
}

/**
 * The unit without prefixes in which a quantity shown in `text` is exchanged: `Gbit/s` gives `bit/s`, `ms` gives `s`,
 * `TB/y` gives `B/s`, `%` gives `1`. A number in the shown unit times `factor` is the number in the canonical one.
 * Throws UnitError.
 */
export function canonicalUnit(text: string): { readonly text: string; readonly factor: number } {
  const unit = readUnit(text);
  const powers = new Map<string, number>();
  for (const { symbol, power: own } of unit.parts) {
    if (symbol.base !== '1') powers.set(symbol.base, (powers.get(symbol.base) ?? 0) + own);
  }
  const canonical = productText([...powers]);
  return { text: canonical, factor: unit.exactFactor.div(readUnit(canonical).exactFactor).toNumber() };
}

/**
 * A value in base units as the exact number in the canonical unit of the shown unit: 3.125e9 shown in `Gbit/s` is
 * 2.5e10 `bit/s`. Throws UnitError.
 */
export function inCanonicalUnit(
  baseValue: number,
  shown: string,
): { readonly value: number; readonly unit: string } {
  const { text } = canonicalUnit(shown);
  return { value: baseValue / readUnit(text).factor, unit: text };
}

/** Whether `symbol` is a unit symbol, such as `min` or `kB`. */
export function isUnitSymbol(symbol: string): boolean {
  return !symbol.includes('.') && findSymbol(symbol) !== undefined;
}

/** Like parseUnit, with the parts of the unit. */
export function readUnit(text: string): ReadUnit {
  const cached = read.get(text);
  if (cached !== undefined) return cached;
  const parts = readTerms(text).map((term) => ({ symbol: readSymbol(term.symbol), power: term.power }));
  let dimension: Dimension = {};
  let exactFactor = new Decimal(1);
  for (const { symbol, power: own } of parts) {
    dimension = multiply(dimension, power(symbol.dimension, own));
    if (symbol.factor !== 1) exactFactor = exactFactor.times(new Decimal(symbol.factor).pow(own));
  }
  const normal = productText(parts.map(({ symbol, power: own }) => [symbol.text, own]));
  const unit = { text: normal, factor: exactFactor.toNumber(), dimension, parts, exactFactor };
  if (read.size < 10_000) read.set(text, unit);
  return unit;
}
