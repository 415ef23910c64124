import { requireCount, requirePositive } from '../reliability/ranges.ts';
import { fQuantile, normalQuantile } from './distribution-functions.ts';
import { type Interval, tailOf } from './interval.ts';

/** Steady-state unavailability estimated from times up and times down. */
export interface UnavailabilityEstimate {
  /** D / (U + D). */
  readonly unavailability: number;
  readonly interval: Interval;
}

/**
 * Unavailability with its interval from total up time U with n failures and total down time D over m repairs.
 *
 * With exponential times (D/m·MTTR) / (U/n·MTTF) is F(2m, 2n), so ρ = MTTR/MTTF lies between r/F(α/2, upper) and
 * r/F(α/2, lower) with r = (D/m)/(U/n), and Q = ρ/(1 + ρ). Exact when both are exponential and counted to n and m;
 * Nelson, IEEE Trans. Reliability R-17 (1968). For other repair times use `unavailabilityOfRenewals`.
 * Throws a RangeError for times not above 0 or counts below 1.
 */
export function unavailabilityByF(
  upTime: number,
  failures: number,
  downTime: number,
  repairs: number,
  confidence: number,
): UnavailabilityEstimate {
  requirePositive('up time', upTime);
  requirePositive('down time', downTime);
  requireCount('number of failures', failures, 1);
  requireCount('number of repairs', repairs, 1);
  const ratio = downTime / repairs / (upTime / failures);
  const tail = tailOf(confidence);
  const low = ratio / fQuantile(tail, 2 * repairs, 2 * failures, 'upper');
  const high = ratio / fQuantile(tail, 2 * repairs, 2 * failures, 'lower');
  return estimate(ratio, low, high, confidence);
}

/**
 * Unavailability from complete cycles with any distribution of times: normal interval on ln ρ.
 *
 * Var(ln ρ̂) = c_u²/n + c_d²/m, c the coefficients of variation of up and down times (delta method); near the stated
 * confidence from some 30 cycles on. Throws a RangeError for fewer than 2 times of a kind or times not above 0.
 */
export function unavailabilityOfRenewals(
  upTimes: readonly number[],
  downTimes: readonly number[],
  confidence: number,
): UnavailabilityEstimate {
  const up = meanAndVariation('up time', upTimes);
  const down = meanAndVariation('down time', downTimes);
  const ratio = down.mean / up.mean;
  const z = normalQuantile(tailOf(confidence), 'upper');
  const factor = Math.exp(z * Math.sqrt(up.relativeVariance + down.relativeVariance));
  return estimate(ratio, ratio / factor, ratio * factor, confidence);
}

function estimate(ratio: number, low: number, high: number, confidence: number): UnavailabilityEstimate {
  const share = (x: number) => x / (1 + x);
  return { unavailability: share(ratio), interval: { low: share(low), high: share(high), confidence } };
}

function meanAndVariation(quantity: string, times: readonly number[]) {
  requireCount(`number of ${quantity}s`, times.length, 2);
  for (const time of times) requirePositive(quantity, time);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  const variance = squares / (times.length - 1);
  return { mean, relativeVariance: variance / mean ** 2 / times.length };
}
