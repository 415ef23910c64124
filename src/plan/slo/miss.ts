import { chanceBeyond, chanceOfMiss, type LossMode, lossRates } from '../../models/slo/miss-chance.ts';
import type { FailureMode, MissChance } from './types.ts';

/** The losses of one line, as shares of the requests of a window. */
export interface LineLosses {
  readonly mode: FailureMode;
  readonly title: string;
  readonly losses: readonly LossMode[];
  /** Share that is lost all the time. */
  readonly steady: number;
}

/** Cells for the chance itself: the bounds of one in twenty then differ by about a hundredth of it. */
export const fine = 1000;

/** Cells for the ranking of lines, which needs two digits and is asked once for each line. */
const coarse = 100;

/**
 * Chance that the losses of a window exceed the budget, and which lines own it: 1 − the chance without the line over the
 * chance with it.
 */
export function missChance(lines: readonly LineLosses[], budget: number, largest: number): MissChance {
  const chance = chanceOfMiss(
    lines.flatMap(({ losses }) => losses),
    budget,
    { steady: sum(lines), cells: fine },
  );
  const rates = lines.map(({ losses }) => lossRates(losses, budget, coarse, 'up'));
  const steadyOfAll = sum(lines);
  const all = roughChance({ rates: rates.reduce(plus, none), steady: steadyOfAll }, budget);
  const others = othersOf(rates);
  const owners = lines
    .map(({ mode, title, steady }, i) => {
      const without = { rates: others[i] as Float64Array, steady: steadyOfAll - steady };
      return { mode, title, share: all > 0 ? Math.max(0, 1 - roughChance(without, budget) / all) : 0 };
    })
    .filter(({ share }) => share > 1e-6)
    .sort((a, b) => b.share - a.share);
  return { chance, largest, met: chance.high <= largest, owners };
}

interface Rough {
  readonly steady: number;
  /** Events of a window by their loss in cells of the budget, rounded up; in the last one all beyond the budget. */
  readonly rates: Float64Array;
}

function roughChance({ rates, steady }: Rough, budget: number): number {
  const left = Math.floor(coarse * (1 - Math.max(0, steady) / budget) * (1 + 1e-12));
  if (left < 0) return 1;
  const within = rates.slice(0, left + 2);
  for (let cell = left + 2; cell < rates.length; cell += 1) {
    within[left + 1] = (within[left + 1] as number) + (rates[cell] as number);
  }
  return chanceBeyond(within);
}

const none = new Float64Array(coarse + 2);

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((rate, cell) => rate + (b[cell] as number));
}

/** For each part the sum of all others, from those before it and those after it: nothing is subtracted. */
function othersOf(parts: readonly Float64Array[]): Float64Array[] {
  const after = sumsBefore([...parts].reverse()).reverse();
  return sumsBefore(parts).map((before, i) => plus(before, after[i] as Float64Array));
}

function sumsBefore(parts: readonly Float64Array[]): Float64Array[] {
  let sum: Float64Array = none;
  return parts.map((part) => {
    const before = sum;
    sum = plus(before, part);
    return before;
  });
}

function sum(lines: readonly Pick<LineLosses, 'steady'>[]): number {
  return lines.reduce((total, { steady }) => total + steady, 0);
}
