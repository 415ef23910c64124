import { requirePositive } from './ranges.ts';

/** Poisson probabilities of `first`, `first` + 1, …; what lies outside adds up to no more than `dropped`. */
export interface PoissonWindow {
  readonly first: number;
  readonly weight: Float64Array;
  readonly dropped: number;
}

/**
 * Window of the Poisson distribution that holds all but `tolerance` of the mass.
 *
 * The default is so small that chances of 1e-80 keep their digits; it costs some 40 √m entries instead of 20 √m.
 * weight_k = m^k e^−m / k!, built from the mode in both directions by ratios of neighbours, so that nothing
 * underflows where it matters, and scaled by the sum (the idea of Fox and Glynn, CACM 31(4), 1988). The tails are
 * bounded by geometric series. Valid for means up to 1e9.
 * @throws RangeError for a negative or infinite mean.
 */
export function poissonWindow(mean: number, tolerance = 1e-100): PoissonWindow {
  requirePositive('mean number of jumps', mean, 'zero allowed');
  if (mean === 0) return { first: 0, weight: Float64Array.of(1), dropped: 0 };
  const mode = Math.floor(mean);
  // Relative to the weight of the mode; the whole mass is at least that weight, so the tails are no larger.
  const above: number[] = [1];
  for (let k = mode + 1, w = 1; ; k++) {
    w *= mean / k;
    if (w / (1 - mean / (k + 1)) <= tolerance / 2) break;
    above.push(w);
  }
  const below: number[] = [];
  for (let k = mode - 1, w = 1; k >= 0; k--) {
    w *= (k + 1) / mean;
    if (w / (1 - k / mean) <= tolerance / 2) break;
    below.push(w);
  }
  const weight = Float64Array.from([...below.reverse(), ...above]);
  const total = sumFromSmall(weight);
  return { first: mode - below.length, weight: weight.map((w) => w / total), dropped: tolerance };
}

/** Sum of a hump: from both ends towards the middle, small numbers first. */
function sumFromSmall(hump: Float64Array): number {
  return [...hump].sort((a, b) => a - b).reduce((sum, w) => sum + w, 0);
}

/** Chance that more than k events happen, for k = first − 1 … last, from a window; index 0 is k = first − 1. */
export function poissonTails({ weight }: PoissonWindow): Float64Array {
  const tail = new Float64Array(weight.length + 1);
  for (let k = weight.length - 1; k >= 0; k--) tail[k] = (tail[k + 1] as number) + (weight[k] as number);
  return tail;
}
