import { requirePositive, requireProbability } from '../reliability/ranges.ts';
import { logGamma, logNormalSurvival, normalQuantile } from './distribution-functions.ts';

/** A distribution of times to an event; times in any one unit. */
export type LifetimeModel =
  | { readonly family: 'exponential'; readonly mean: number }
  | { readonly family: 'weibull'; readonly scale: number; readonly shape: number }
  | { readonly family: 'lognormal'; readonly mu: number; readonly sigma: number };

/**
 * Cumulative hazard H(t) = −ln S(t) of a model at t >= 0: t/mean, (t/scale)^shape, or −ln Φ((μ − ln t)/σ).
 * Throws a RangeError for a negative time.
 */
export function cumulativeHazard(model: LifetimeModel, time: number): number {
  requirePositive('time', time, 'zero allowed');
  switch (model.family) {
    case 'exponential':
      return time / model.mean;
    case 'weibull':
      return (time / model.scale) ** model.shape;
    case 'lognormal':
      return time === 0 ? 0 : -logNormalSurvival((Math.log(time) - model.mu) / model.sigma);
  }
}

/** Chance to outlive a time, S(t) = exp(−H(t)). */
export function survival(model: LifetimeModel, time: number): number {
  return Math.exp(-cumulativeHazard(model, time));
}

/** Time by which a share p in [0, 1) has failed: the solution of S(t) = 1 − p. */
export function lifetimeQuantile(model: LifetimeModel, p: number): number {
  requireProbability('share', p);
  const hazard = -Math.log1p(-p);
  switch (model.family) {
    case 'exponential':
      return model.mean * hazard;
    case 'weibull':
      return model.scale * hazard ** (1 / model.shape);
    case 'lognormal':
      return Math.exp(model.mu + model.sigma * normalQuantile(p, 'lower'));
  }
}

/** Mean of a model: mean, scale·Γ(1 + 1/shape), or exp(μ + σ²/2). */
export function meanLifetime(model: LifetimeModel): number {
  switch (model.family) {
    case 'exponential':
      return model.mean;
    case 'weibull':
      return model.scale * Math.exp(logGamma(1 + 1 / model.shape));
    case 'lognormal':
      return Math.exp(model.mu + model.sigma ** 2 / 2);
  }
}

/** Standard deviation of a model. */
export function lifetimeDeviation(model: LifetimeModel): number {
  switch (model.family) {
    case 'exponential':
      return model.mean;
    case 'weibull': {
      const first = logGamma(1 + 1 / model.shape);
      const second = logGamma(1 + 2 / model.shape);
      return model.scale * Math.exp(first) * Math.sqrt(Math.expm1(second - 2 * first));
    }
    case 'lognormal':
      return meanLifetime(model) * Math.sqrt(Math.expm1(model.sigma ** 2));
  }
}
