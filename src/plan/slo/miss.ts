import { chanceOfMiss, type LossMode } from '../../models/slo/miss-chance.ts';
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
  const rough = lines.map(({ mode, title, losses, steady }) => ({
    ...{ mode, title, steady },
    rates: rounded(losses, budget),
  }));
  const chanceOf = (some: typeof rough) => roughChance(some, budget);
  const all = chanceOf(rough);
  const owners = rough
    .filter(({ rates, steady }) => steady > 0 || rates.some((rate) => rate > 0))
    .map((line) => {
      const without = chanceOf(rough.filter((other) => other !== line));
      return { mode: line.mode, title: line.title, share: all > 0 ? Math.max(0, 1 - without / all) : 0 };
    })
    .filter(({ share }) => share > 1e-6)
    .sort((a, b) => b.share - a.share);
  return { chance, largest, met: chance.high <= largest, owners };
}

interface RoughLine {
  readonly steady: number;
  /** Events of a window whose loss, rounded up, is so many cells; in the last one all beyond the budget. */
  readonly rates: Float64Array;
}

function roughChance(lines: readonly RoughLine[], budget: number): number {
  const total = new Float64Array(coarse + 2);
  for (const { rates } of lines) {
    for (let cell = 0; cell < total.length; cell += 1) {
      total[cell] = (total[cell] as number) + (rates[cell] as number);
    }
  }
  const losses = [...total].flatMap((weight, cell) =>
    cell > 0 && weight > 0 ? [{ loss: (cell * budget) / coarse, weight }] : [],
  );
  const perPeriod = losses.reduce((rate, { weight }) => rate + weight, 0);
  const modes = perPeriod > 0 ? [{ perPeriod, losses }] : [];
  return chanceOfMiss(modes, budget, { cells: coarse, steady: sum(lines) }).high;
}

function sum(lines: readonly Pick<LineLosses, 'steady'>[]): number {
  return lines.reduce((total, { steady }) => total + steady, 0);
}

function rounded(modes: readonly LossMode[], budget: number): Float64Array {
  const rates = new Float64Array(coarse + 2);
  for (const { perPeriod, losses } of modes) {
    const weights = losses.reduce((total, { weight }) => total + weight, 0);
    for (const { loss, weight } of losses) {
      const cell = Math.min(coarse + 1, Math.ceil(((loss * coarse) / budget) * (1 - 1e-12)));
      if (cell > 0) rates[cell] = (rates[cell] as number) + (perPeriod * weight) / weights;
    }
  }
  return rates;
}
