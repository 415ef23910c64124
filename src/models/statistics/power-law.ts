import { chiSquareQuantile, normalQuantile } from './distribution-functions.ts';
import { testExponential } from './goodness.ts';
import { type Interval, tailOf } from './interval.ts';
import { observation, powerLawTrend, type TrendTest } from './trend.ts';

/** A power-law (Crow-AMSAA, Duane) process fitted to failure times. */
export interface PowerLawFit {
  /** Growth exponent by maximum likelihood: below 1 failures become rarer, above 1 more frequent. */
  readonly exponent: number;
  /** Exponent without its small-sample bias. */
  readonly unbiasedExponent: number;
  readonly exponentInterval: Interval;
  /** Expected failures up to time 1: N(t) = scale · t^exponent. */
  readonly scale: number;
  /** Rate at the end of the observation, per unit of time. */
  readonly intensityNow: number;
  readonly intensityNowInterval: Interval;
  readonly trend: TrendTest;
  /** Chance of a worse fit if the power law held; absent with fewer than 5 failures. */
  readonly fitPValue?: number;
}

/**
 * Growth of reliability as a non-homogeneous Poisson process with E N(t) = λ t^β, rate λ β t^(β−1).
 *
 * β = n / Σ ln(T/t_i), λ = n/T^β; interval of β exact from 2nβ̂⁻¹β ~ χ²(2m), m = n for an observation that ended at
 * time T and n − 1 for one that ended with the last failure; interval of the rate from Fisher's information on its
 * logarithm, variance 2/n. Given n the values ln(T/t_i) are exponential, which gives the test of fit.
 * Crow, in Reliability and Biometry, SIAM (1974); MIL-HDBK-189C. Throws a RangeError as `laplaceTrend`, and for
 * fewer than 3 failures.
 */
export function fitPowerLaw(times: readonly number[], confidence: number, end?: number): PowerLawFit {
  const { inner, total } = observation(times, end);
  const n = times.length;
  if (n < 3) throw new RangeError(`a power law needs at least 3 failure times, not ${n}`);
  const logs = inner.map((time) => Math.log(total / time)).filter((log) => log > 0);
  const sum = logs.reduce((all, log) => all + log, 0);
  const exponent = n / sum;
  const tail = tailOf(confidence);
  const degrees = 2 * inner.length;
  const quantile = (side: 'lower' | 'upper') => chiSquareQuantile(tail, degrees, side) / (2 * sum);
  const intensityNow = (n * exponent) / total;
  const factor = Math.exp(normalQuantile(tail, 'upper') * Math.sqrt(2 / n));
  return {
    exponent,
    unbiasedExponent: (exponent * (inner.length - 1)) / n,
    exponentInterval: { low: quantile('lower'), high: quantile('upper'), confidence },
    scale: n / total ** exponent,
    intensityNow,
    intensityNowInterval: { low: intensityNow / factor, high: intensityNow * factor, confidence },
    trend: powerLawTrend(times, end),
    ...(logs.length < 5
      ? {}
      : { fitPValue: testExponential(logs.map((time) => ({ time, observed: true }))) }),
  };
}
