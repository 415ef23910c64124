import { requirePositive } from './ranges.ts';

/** Rates of a chain that moves between neighbours only: `up[i]` from i to i + 1, `down[i]` from i + 1 to i. */
export interface BirthDeath {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

function requireRates({ up, down }: BirthDeath): void {
  if (up.length !== down.length || up.length === 0) {
    throw new RangeError(`rates up and down must be equally many, got ${up.length} and ${down.length}`);
  }
  up.forEach((rate, i) => {
    requirePositive(`rate from ${i} to ${i + 1}`, rate);
  });
  down.forEach((rate, i) => {
    requirePositive(`rate from ${i + 1} to ${i}`, rate);
  });
}

/**
 * Steady state of a birth–death chain: π_k = π_0 Π_{i<k} up_i / down_i.
 *
 * Built from the most probable state outwards, so that nothing overflows and small probabilities keep their
 * relative accuracy. Rates per unit of time, all above 0 (Kleinrock, Queueing Systems I, eq. 3.11).
 * @throws RangeError for a rate that is not positive, or unequal numbers of rates.
 */
export function birthDeathSteadyState(rates: BirthDeath): number[] {
  requireRates(rates);
  const { up, down } = rates;
  const ratio = (i: number): number => (up[i] as number) / (down[i] as number);
  let mode = 0;
  for (let i = 0, log = 0, best = 0; i < up.length; i++) {
    log += Math.log(ratio(i));
    if (log > best) {
      best = log;
      mode = i + 1;
    }
  }
  const weight = new Array<number>(up.length + 1).fill(0);
  weight[mode] = 1;
  for (let i = mode; i < up.length; i++) weight[i + 1] = (weight[i] as number) * ratio(i);
  for (let i = mode; i > 0; i--) weight[i - 1] = (weight[i] as number) / ratio(i - 1);
  const total = [...weight].sort((a, b) => a - b).reduce((sum, w) => sum + w, 0);
  return weight.map((w) => w / total);
}

/**
 * Mean time of a birth–death chain from state 0 to its last state, the last rate down left out.
 *
 * t_0 = 1 / up_0, t_i = (1 + down_{i−1} t_{i−1}) / up_i is the mean time from i to i + 1; the result is their sum.
 * No subtraction, hence accurate at any stiffness. `down` has one entry less than `up`, or as many; 0 there
 * means no repair. @throws RangeError for a rate up that is not positive, or a rate down that is negative.
 */
export function birthDeathPassageTime(up: readonly number[], down: readonly number[]): number {
  let step = 0;
  let total = 0;
  up.forEach((rate, i) => {
    requirePositive(`rate from ${i} to ${i + 1}`, rate);
    const back = i === 0 ? 0 : (down[i - 1] ?? Number.NaN);
    if (i > 0) requirePositive(`rate from ${i} to ${i - 1}`, back, 'zero allowed');
    step = (1 + back * step) / rate;
    total += step;
  });
  if (up.length === 0) throw new RangeError('rates up must not be empty');
  return total;
}
