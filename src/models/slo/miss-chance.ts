import { requireCount, requirePositive } from '../reliability/ranges.ts';
import { compoundPoisson } from './compound-poisson.ts';

/** A failure mode as it spends a budget: events as a Poisson process, each with a loss of the given spread. */
export interface LossMode {
  /** Expected events in the period. */
  readonly perPeriod: number;
  /** What one event costs, in any unit, each value with its weight: of the hour of the day, of the outcome, ... */
  readonly losses: readonly { readonly loss: number; readonly weight: number }[];
}

/** A probability between rigorous bounds. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Chance that the losses of a period exceed a limit: P(Σ losses > limit), between bounds that hold for certain.
 *
 * Modes are independent, so their sum is one compound Poisson process: rate Σ λ_i, losses mixed by λ_i. Losses are
 * rounded to cells of limit / `cells`, once up and once down, and the recursion of Panjer (ASTIN Bulletin 12, 1981) sums
 * positive terms alone. Events are few and large, so the mean says little: with a mean of 0.7 budgets in events of
 * 1.4 budgets, every second month in which the mean is met is met by chance.
 * steady: loss that every period has for sure. Throws a RangeError for negative rates, losses or weights.
 */
export function chanceOfMiss(
  modes: readonly LossMode[],
  limit: number,
  options: { readonly cells?: number; readonly steady?: number } = {},
): Bounds {
  const { cells = 2000, steady = 0 } = options;
  requirePositive('limit of the losses', limit);
  requirePositive('steady loss', steady, 'zero allowed');
  requireCount('number of cells', cells, 1);
  const left = limit - steady;
  if (left < 0) return { low: 1, high: 1 };
  // Nothing is left: any event with a loss is one too many.
  if (left === 0) return sure(anyLoss(modes));
  return {
    low: chanceBeyond(lossRates(modes, left, cells, 'down')),
    high: chanceBeyond(lossRates(modes, left, cells, 'up')),
  };
}

/**
 * Rates of events by their loss in cells of limit / `cells`, rounded up or down: element j for j cells, and in the last one,
 * `cells` + 1, all beyond the limit. Rates of independent modes add up.
 */
export function lossRates(
  modes: readonly LossMode[],
  limit: number,
  cells: number,
  rounded: 'up' | 'down',
): Float64Array {
  const rates = new Float64Array(cells + 2);
  const perCell = cells / limit;
  for (const mode of modes) {
    const perWeight = mode.perPeriod / requireMode(mode);
    for (const { loss, weight } of mode.losses) {
      // What lies on an edge up to rounding belongs to it.
      const cell =
        rounded === 'up' ? Math.ceil(loss * perCell * (1 - 1e-12)) : Math.floor(loss * perCell * (1 + 1e-12));
      const at = Math.min(cells + 1, cell);
      rates[at] = (rates[at] as number) + perWeight * weight;
    }
  }
  return rates;
}

/** Chance that the losses of a period exceed the limit of rates as `lossRates` gives them. */
export function chanceBeyond(rates: Float64Array): number {
  const { exceeds } = compoundPoisson(rates.subarray(0, -1));
  const beyond = rates.at(-1) as number;
  // One event beyond the limit is enough; without any, the others decide.
  return -Math.expm1(-beyond) + Math.exp(-beyond) * exceeds;
}

/** Mean loss of a period: Σ λ_i E[loss_i]. */
export function expectedLoss(modes: readonly LossMode[]): number {
  return modes.reduce((sum, mode) => {
    const weights = requireMode(mode);
    const mean = mode.losses.reduce((total, { loss, weight }) => total + (loss * weight) / weights, 0);
    return sum + mode.perPeriod * mean;
  }, 0);
}

function anyLoss(modes: readonly LossMode[]): number {
  let rate = 0;
  for (const mode of modes) {
    const weights = requireMode(mode);
    for (const { loss, weight } of mode.losses) if (loss > 0) rate += (mode.perPeriod * weight) / weights;
  }
  return -Math.expm1(-rate);
}

function requireMode(mode: LossMode): number {
  requirePositive('events of a period', mode.perPeriod, 'zero allowed');
  let weights = 0;
  for (const { loss, weight } of mode.losses) {
    requirePositive('loss of an event', loss, 'zero allowed');
    requirePositive('weight of a loss', weight, 'zero allowed');
    weights += weight;
  }
  requirePositive('sum of the weights', weights);
  return weights;
}

function sure(value: number): Bounds {
  return { low: value, high: value };
}
