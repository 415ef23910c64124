import { firstWhere } from '../queueing/bisection.ts';
import { nonNegative, openShare, positive } from '../queueing/checks.ts';
import { normalBelow, normalQuantile } from './normal.ts';

/** ln X is normal with mean mu and standard deviation sigma. */
export interface Lognormal {
  readonly mu: number;
  readonly sigma: number;
}

/** One class of a discretised distribution: its mean value and its share of the cases. */
export interface ValueClass {
  readonly value: number;
  readonly share: number;
}

/**
 * Lognormal through two quantiles: P(X < low) = P(X > high) = (1 - confidence)/2, exactly.
 *
 *   σ = (ln high - ln low)/(2z),  μ = (ln low + ln high)/2,  z = Φ⁻¹((1 + confidence)/2)
 *
 * The median is √(low · high). Throws a RangeError for low <= 0, high < low, or confidence outside (0, 1).
 */
export function lognormalThrough(low: number, high: number, confidence: number): Lognormal {
  positive('low', low);
  if (!(positive('high', high) >= low))
    throw new RangeError(`high must be at least low (${low}), not ${high}`);
  const z = normalQuantile((1 + openShare('confidence', confidence)) / 2);
  return { mu: (Math.log(low) + Math.log(high)) / 2, sigma: Math.log(high / low) / (2 * z) };
}

/** Quantile of a lognormal: e^(μ + σ Φ⁻¹(p)). Throws a RangeError for p outside (0, 1). */
export function lognormalQuantile({ mu, sigma }: Lognormal, p: number): number {
  return Math.exp(mu + nonNegative('sigma', sigma) * normalQuantile(p));
}

/** Chance that a lognormal is below x: Φ((ln x - μ)/σ). */
export function lognormalBelow({ mu, sigma }: Lognormal, x: number): number {
  if (!(x > 0)) return 0;
  return sigma === 0
    ? Number(Math.log(x) >= mu)
    : normalBelow((Math.log(x) - mu) / nonNegative('sigma', sigma));
}

/** Mean of a lognormal: e^(μ + σ²/2). */
export function lognormalMean({ mu, sigma }: Lognormal): number {
  return Math.exp(mu + (nonNegative('sigma', sigma) * sigma) / 2);
}

/** Mean of a lognormal given that it is below max: e^(μ + σ²/2) Φ(z - σ)/Φ(z), z = (ln max - μ)/σ. Throws a RangeError for max <= 0. */
export function truncatedMean({ mu, sigma }: Lognormal, max: number): number {
  const z = (Math.log(positive('maximum', max)) - mu) / positive('sigma', sigma);
  return (lognormalMean({ mu, sigma }) * normalBelow(z - sigma)) / normalBelow(z);
}

/**
 * Lognormal of spread σ that has the given mean once it is cut off at max.
 *
 * Solved by bisection in μ; a cut-off lognormal can have any mean below max, but for means near max Φ underflows.
 * Throws a RangeError for σ <= 0, mean >= max, and a mean that no such lognormal reaches in double precision.
 */
export function lognormalWithMean(mean: number, sigma: number, max: number): Lognormal {
  positive('sigma', sigma);
  if (!(positive('mean', mean) < positive('maximum', max)))
    throw new RangeError(`mean must be below the maximum (${max}), not ${mean}`);
  // z = (ln max - μ)/σ below -35 leaves no mass above the smallest double.
  const top = Math.log(max) + 35 * sigma;
  const mu = firstWhere(
    (m) => truncatedMean({ mu: m, sigma }, max) >= mean,
    Math.log(mean) - sigma * sigma - 1,
    top,
  );
  if (mu >= top) throw new RangeError(`mean ${mean} is too near the maximum ${max} for sigma ${sigma}`);
  return { mu, sigma };
}

/** Shares below the class limits: finer towards the top, where the percentiles of a response are decided. */
const defaultLimits: readonly number[] = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/**
 * A lognormal cut off at max, as classes between the given cumulative shares, each with its conditional mean.
 *
 *   value_k = e^(μ + σ²/2) (Φ(z_k - σ) - Φ(z_(k-1) - σ))/(share_k Φ(z_max)),  z_k = Φ⁻¹(limit_k Φ(z_max))
 *
 * The mean of the classes is that of the cut-off distribution exactly (up to rounding), whatever the limits. Throws a RangeError
 * for σ <= 0, max <= 0, and limits that are not increasing inside (0, 1).
 */
export function discretizeLognormal(
  distribution: Lognormal,
  max: number,
  limits: readonly number[] = defaultLimits,
): ValueClass[] {
  const { mu, sigma } = distribution;
  const top = (Math.log(positive('maximum', max)) - mu) / positive('sigma', sigma);
  const mass = normalBelow(top);
  const whole = lognormalMean(distribution) / mass;
  const edges = [Number.NEGATIVE_INFINITY, ...limits.map((p) => normalQuantile(p * mass)), top];
  return edges.slice(1).map((edge, k) => {
    const share = (limits[k] ?? 1) - (limits[k - 1] ?? 0);
    if (!(share > 0)) throw new RangeError('class limits must increase within (0, 1)');
    const part = whole * (normalBelow(edge - sigma) - normalBelow((edges[k] as number) - sigma));
    return { share, value: part / share };
  });
}
