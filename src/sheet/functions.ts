import { ceilSnapped, floorSnapped } from '../models/sizing/ceil.ts';
import type { SheetFunction } from './types.ts';

/** The functions that every sheet has; those of the models come with the tiers. */
export const builtInFunctions: readonly SheetFunction[] = [
  rounding('ceil', 'the next whole number at or above x; float noise of 1e-9 is overlooked', ceilSnapped),
  rounding('floor', 'the next whole number at or below x; float noise of 1e-9 is overlooked', floorSnapped),
  rounding('round', 'the nearest whole number, halves upward', Math.round),
  {
    name: 'max',
    meaning: 'the largest of its arguments',
    parameters: ['T...'],
    result: 'T',
    latex: '\\max',
    evaluate: Math.max,
  },
  {
    name: 'min',
    meaning: 'the smallest of its arguments',
    parameters: ['T...'],
    result: 'T',
    latex: '\\min',
    evaluate: Math.min,
  },
  { name: 'abs', meaning: 'the magnitude of x', parameters: ['T'], result: 'T', evaluate: Math.abs },
  { name: 'sqrt', meaning: 'the square root of x', parameters: ['T'], result: 'T^0.5', evaluate: Math.sqrt },
  ofNumber('exp', 'e to the power x', Math.exp, '\\exp'),
  ofNumber('expm1', 'e to the power x, less 1, exact near 0', Math.expm1),
  ofNumber('log', 'the natural logarithm', Math.log, '\\ln'),
  ofNumber('log1p', 'the natural logarithm of 1 + x, exact near 0', Math.log1p),
  ofNumber('log2', 'the logarithm to base 2', Math.log2, '\\log_{2}'),
  ofNumber('log10', 'the logarithm to base 10', Math.log10, '\\log_{10}'),
  {
    name: 'required',
    meaning: 'the count where the flag is not 0, else 0',
    parameters: ['1', 'T'],
    result: 'T',
    evaluate: (flag: number, count: number) => (flag === 0 ? 0 : count),
  },
  {
    name: 'clamp',
    meaning: 'x, but at least low and at most high',
    parameters: ['T', 'T', 'T'],
    result: 'T',
    evaluate: clamp,
  },
];

/** What is not finite passes through, so that the sheet can name its cause. */
function rounding(name: string, meaning: string, whole: (x: number) => number): SheetFunction {
  const evaluate = (x: number): number => (Number.isFinite(x) ? whole(x) : x);
  return { name, meaning, parameters: ['T'], result: 'T', evaluate };
}

function ofNumber(
  name: string,
  meaning: string,
  evaluate: (x: number) => number,
  latex?: string,
): SheetFunction {
  return {
    name,
    meaning,
    parameters: ['1'],
    result: '1',
    evaluate,
    ...(latex === undefined ? {} : { latex }),
  };
}

function clamp(x: number, low: number, high: number): number {
  if (low > high) throw new RangeError(`clamp: low ${low} is above high ${high}`);
  return Math.min(Math.max(x, low), high);
}
