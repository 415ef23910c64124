import type { Check } from './quantity.ts';

/** The value is more than zero: for rates, sizes and times. */
export function positive(noun: string, advice: string): Check {
  return {
    holds: (value) => value > 0,
    message: (text) =>
      /^\s*-/.test(text) ? `${noun} of ${text} is negative` : `${noun} of ${text} is nothing`,
    advice,
  };
}

/** The value is zero or more. */
export function notNegative(noun: string, advice: string): Check {
  return { holds: (value) => value >= 0, message: (text) => `${noun} of ${text} is negative`, advice };
}

/** The value is a whole number. */
export function whole(noun: string): Check {
  return {
    holds: (value) => Number.isInteger(value),
    message: (text) => `${noun} of ${text} is not a whole number`,
    advice: 'write a whole number',
  };
}

/** The value is a share of a whole, from 0 % (or above it) to 100 % (or below it). */
export function share(
  noun: string,
  ends: { readonly zero: boolean; readonly one: boolean },
  example: string,
): Check {
  return {
    holds: (value) => (ends.zero ? value >= 0 : value > 0) && (ends.one ? value <= 1 : value < 1),
    message: (text) => `${noun} of ${text} is not ${rangeText(ends)}`,
    advice: `write a percentage, for instance \`${example}\``,
  };
}

/** A promise below certainty: 100 % gets a message of its own, since no budget for failure would be left. */
export function promise(noun: string, example: string): readonly Check[] {
  return [
    {
      holds: (value) => value !== 1,
      message: () => `${noun} of 100 % cannot be promised: it leaves no budget for any failure`,
      advice: `write what can be kept, for instance \`${example}\``,
    },
    share(noun, { zero: false, one: false }, example),
  ];
}

function rangeText(ends: { readonly zero: boolean; readonly one: boolean }): string {
  if (ends.zero) return ends.one ? 'between 0 % and 100 %' : 'at least 0 % and below 100 %';
  return ends.one ? 'above 0 % and at most 100 %' : 'above 0 % and below 100 %';
}
