import { requireCount } from '../reliability/ranges.ts';
import { logGamma, normalQuantile } from './distribution-functions.ts';
import { type Estimated, tailOf } from './interval.ts';
import type { LifetimeModel } from './lifetime-model.ts';
import { type Lifetime, lifetimeTotals } from './lifetimes.ts';
import {
  type LogSample,
  logSample,
  normalError,
  type StandardError,
  smallestExtremeValue,
} from './location-scale.ts';
import { type LocationScale, maximise, profileOverMu, profileOverSigma } from './location-scale-fit.ts';
import { type Profile, profileInterval } from './profile.ts';
import { mtbfInterval, type Truncation } from './rate.ts';

/** A distribution fitted to lifetimes by maximum likelihood. */
export interface LifetimeFit {
  readonly model: LifetimeModel;
  readonly parameters: Readonly<Record<string, Estimated>>;
  readonly mean: Estimated;
  readonly failures: number;
  readonly units: number;
  readonly logLikelihood: number;
  /** Akaike's criterion 2k − 2ℓ; smaller is better, and only differences mean anything. */
  readonly aic: number;
  /** With Hurvich and Tsai's correction for few failures; Infinity where they are too few for the family. */
  readonly aicc: number;
}

/**
 * Exponential lifetimes: mean = total time / failures, with the exact chi-square interval.
 *
 * Censored or not. Epstein and Sobel, JASA 48 (1953). Time-truncated samples take the wider interval (2r + 2 degrees
 * of freedom below); failure-truncated ones 2r. Throws a RangeError without any failure: use a bound instead.
 */
export function fitExponential(
  sample: readonly Lifetime[],
  confidence: number,
  truncation: Truncation = 'time',
): LifetimeFit {
  const { failures, units, exposure } = lifetimeTotals(sample);
  requireCount('number of failures', failures, 1);
  const mean = exposure / failures;
  const estimated = {
    value: mean,
    standardError: mean / Math.sqrt(failures),
    interval: mtbfInterval(failures, exposure, confidence, truncation),
  };
  const logLikelihood = -failures * Math.log(mean) - failures;
  return {
    model: { family: 'exponential', mean },
    parameters: { mean: estimated },
    mean: estimated,
    failures,
    units,
    ...criteria(logLikelihood, 1, failures),
  };
}

/**
 * Weibull lifetimes, S(t) = exp(−(t/scale)^shape), by censored maximum likelihood.
 *
 * Standard errors from the observed information, intervals by profile likelihood, the interval of the mean by the
 * delta method on its logarithm. Meeker and Escobar, Statistical Methods for Reliability Data (1998), ch. 8.
 * Throws a RangeError with fewer than two distinct failure times.
 */
export function fitWeibull(sample: readonly Lifetime[], confidence: number): LifetimeFit {
  const logs = logSample(sample);
  const best = maximise(logs, smallestExtremeValue);
  const { location, spread } = parameterIntervals(logs, smallestExtremeValue, best, confidence);
  const scale = Math.exp(best.mu);
  const shape = 1 / best.sigma;
  const logMean = (sigma: number) => logGamma(1 + sigma);
  const step = 1e-5 * best.sigma;
  const slope = (logMean(best.sigma + step) - logMean(best.sigma - step)) / (2 * step);
  return {
    model: { family: 'weibull', scale, shape },
    parameters: {
      scale: {
        value: scale,
        standardError: scale * Math.sqrt(best.varianceMu),
        interval: { low: Math.exp(location.low), high: Math.exp(location.high), confidence },
      },
      shape: {
        value: shape,
        standardError: shape ** 2 * Math.sqrt(best.varianceSigma),
        interval: { low: 1 / spread.high, high: 1 / spread.low, confidence },
      },
    },
    mean: estimatedMean(best.mu + logMean(best.sigma), slope, best, confidence),
    failures: logs.failures,
    units: lifetimeTotals(sample).units,
    ...criteria(best.logLikelihood, 2, logs.failures),
  };
}

/**
 * Lognormal lifetimes, ln t ~ N(mu, sigma²), by censored maximum likelihood.
 *
 * Standard errors, intervals and exceptions as for `fitWeibull`. The usual shape of repair times.
 */
export function fitLognormal(sample: readonly Lifetime[], confidence: number): LifetimeFit {
  const logs = logSample(sample);
  const best = maximise(logs, normalError);
  const { location, spread } = parameterIntervals(logs, normalError, best, confidence);
  return {
    model: { family: 'lognormal', mu: best.mu, sigma: best.sigma },
    parameters: {
      mu: { value: best.mu, standardError: Math.sqrt(best.varianceMu), interval: location },
      sigma: { value: best.sigma, standardError: Math.sqrt(best.varianceSigma), interval: spread },
    },
    mean: estimatedMean(best.mu + best.sigma ** 2 / 2, best.sigma, best, confidence),
    failures: logs.failures,
    units: lifetimeTotals(sample).units,
    ...criteria(best.logLikelihood, 2, logs.failures),
  };
}

function parameterIntervals(
  logs: LogSample,
  error: StandardError,
  best: LocationScale,
  confidence: number,
): { location: Estimated['interval']; spread: Estimated['interval'] } {
  const z = normalQuantile(tailOf(confidence), 'upper');
  const location: Profile = {
    logLikelihood: profileOverMu(logs, error, best.sigma),
    best: best.mu,
    maximum: best.logLikelihood,
    step: 1.1 * z * Math.sqrt(best.varianceMu),
  };
  const overSigma = profileOverSigma(logs, error, best.mu);
  const logSpread: Profile = {
    logLikelihood: (x) => overSigma(Math.exp(x)),
    best: Math.log(best.sigma),
    maximum: best.logLikelihood,
    step: (1.1 * z * Math.sqrt(best.varianceSigma)) / best.sigma,
  };
  const spread = profileInterval(logSpread, confidence);
  return {
    location: profileInterval(location, confidence),
    spread: { low: Math.exp(spread.low), high: Math.exp(spread.high), confidence },
  };
}

/** Delta method on ln mean, whose derivatives by (μ, σ) are (1, slope). */
function estimatedMean(logMean: number, slope: number, best: LocationScale, confidence: number): Estimated {
  const variance = best.varianceMu + 2 * slope * best.covariance + slope ** 2 * best.varianceSigma;
  const deviation = Math.sqrt(variance);
  const factor = Math.exp(normalQuantile(tailOf(confidence), 'upper') * deviation);
  const value = Math.exp(logMean);
  return {
    value,
    standardError: value * deviation,
    interval: { low: value / factor, high: value * factor, confidence },
  };
}

function criteria(logLikelihood: number, parameters: number, failures: number) {
  const aic = 2 * parameters - 2 * logLikelihood;
  const spare = failures - parameters - 1;
  const correction = spare > 0 ? (2 * parameters * (parameters + 1)) / spare : Infinity;
  return { logLikelihood, aic, aicc: aic + correction };
}
