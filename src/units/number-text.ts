import { Decimal } from './unit.ts';

const digits = 3;
/** Float noise of a count such as 39.99999999999999. */
const noise = 1e-9;
const largestPlain = 1e6;
const smallestPlain = 1e-6;
const multipliers = [
  { text: 'T', factor: 1e12 },
  { text: 'G', factor: 1e9 },
  { text: 'M', factor: 1e6 },
];

/**
 * A number for people: whole numbers below a million in full (all of them where `whole`), others with three
 * significant digits, from a million on with a multiplier (`1.23M`), and powers of ten only outside 1e-6 to 1e15.
 */
export function numberText(value: number, whole = false): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : '-infinite';
  if (value < 0) return `-${numberText(-value, whole)}`;
  const integer = Math.round(value);
  const isWhole = Math.abs(value - integer) <= noise * value;
  if (isWhole && integer < (whole ? 1e15 : largestPlain)) return grouped(String(integer));
  const rounded = roundSignificant(value);
  if (rounded >= 1e15 || rounded < smallestPlain) return rounded.toExponential().replace('e+', 'e');
  const multiplier = multipliers.find(({ factor }) => rounded >= factor);
  if (multiplier !== undefined)
    return `${plain(new Decimal(rounded).div(multiplier.factor))}${multiplier.text}`;
  return grouped(plain(new Decimal(rounded)));
}

/**
 * A share for people, given as the distance to the whole and the whole (1 or 100): three significant digits, but
 * close below the whole so many that the nines stay (99.987 %), and never the whole itself.
 */
export function shareText(share: number, whole: 1 | 100): string {
  const missing = 1 - share;
  if (missing <= 0 || missing >= 0.01) return numberText(new Decimal(share).times(whole).toNumber());
  // One bit below the exact share there is noise: 1 - 0.999 is 0.0010000000000000009.
  const shown = new Decimal(missing).toSignificantDigits(2).times(whole);
  return plain(new Decimal(whole).minus(shown));
}

/** A number to three significant digits. */
export function roundSignificant(value: number): number {
  return Number(value.toPrecision(digits));
}

function plain(value: Decimal): string {
  return value.toFixed();
}

function grouped(text: string): string {
  const [integer = '', fraction] = text.split('.');
  const separated = integer.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}
