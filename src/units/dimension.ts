import type { Dimension } from './types.ts';

/** The dimension of a pure number. */
export const pure: Dimension = {};

/** Order in which people expect base units to be named: what is counted first, time last. */
const order = ['USD', 'B', 'px', 'req', 'record', 'message', 'event', 'row', 'connection', 'user'];

/** The dimension of a product: exponents add. */
export function multiply(a: Dimension, b: Dimension): Dimension {
  return combine(a, b, 1);
}

/** The dimension of a quotient: exponents subtract. */
export function divide(a: Dimension, b: Dimension): Dimension {
  return combine(a, b, -1);
}

/** The dimension of a power: every exponent times `exponent`. */
export function power(dimension: Dimension, exponent: number): Dimension {
  const entries = Object.entries(dimension).map(([base, own]) => [base, tidy(own * exponent)] as const);
  return Object.fromEntries(entries.filter(([, own]) => own !== 0));
}

/** Whether two dimensions have the same exponents of all base units. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return isPure(divide(a, b));
}

/** Whether the dimension is that of a pure number. */
export function isPure(dimension: Dimension): boolean {
  return Object.values(dimension).every((exponent) => exponent === 0);
}

/** A dimension as text over base units: `B/s`, `req/s/core`, `1`. */
export function dimensionText(dimension: Dimension): string {
  return productText(Object.entries(dimension).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

/** A product of powers as text: positive powers joined by `*`, each other one after its own `/`. */
export function productText(powers: readonly (readonly [symbol: string, power: number])[]): string {
  const over = powers.filter(([, own]) => own > 0).map(([symbol, own]) => powerText(symbol, own));
  const under = powers.filter(([, own]) => own < 0).map(([symbol, own]) => `/${powerText(symbol, -own)}`);
  return (over.join('*') || '1') + under.join('');
}

function combine(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  const result: Record<string, number> = { ...a };
  for (const [base, exponent] of Object.entries(b)) {
    const sum = tidy((result[base] ?? 0) + sign * exponent);
    if (sum === 0) delete result[base];
    else result[base] = sum;
  }
  return result;
}

/** Roots leave exponents such as 1/3, whose sums must still cancel: fractions of up to tenths are kept exactly. */
function tidy(exponent: number): number {
  const fraction = Math.round(exponent * 2520) / 2520;
  return Math.abs(exponent - fraction) < 1e-9 ? fraction + 0 : exponent;
}

function rank(base: string): number {
  const place = order.indexOf(base);
  if (place >= 0) return place;
  return base === 's' ? order.length + 1 : order.length;
}

function powerText(symbol: string, own: number): string {
  return own === 1 ? symbol : `${symbol}^${own}`;
}
