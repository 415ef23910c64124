import { requireCount } from '../reliability/ranges.ts';
import { chiSquareTail } from './distribution-functions.ts';
import { kaplanMeier, type SurvivalStep } from './kaplan-meier.ts';
import { fitExponential, fitLognormal, fitWeibull, type LifetimeFit } from './lifetime-fit.ts';
import { cumulativeHazard, type LifetimeModel, lifetimeQuantile } from './lifetime-model.ts';
import type { Lifetime } from './lifetimes.ts';

/**
 * Chance of so large a gain from one free parameter if the simpler model held: 2(ℓ_wider − ℓ_simpler) ~ χ²(1).
 * Both fits must be of the same sample and the simpler one a case of the wider, as exponential is of Weibull.
 */
export function chanceOfGain(simpler: LifetimeFit, wider: LifetimeFit): number {
  return chiSquareTail(Math.max(0, 2 * (wider.logLikelihood - simpler.logLikelihood)), 1, 'upper');
}

/**
 * Likelihood-ratio test of exponential lifetimes against Weibull ones: the chance of so much departure in shape.
 * Holds with censoring; near exact from some 10 failures on. Throws a RangeError with fewer than two distinct failure
 * times.
 */
export function testExponential(sample: readonly Lifetime[]): number {
  return chanceOfGain(fitExponential(sample, 0.95), fitWeibull(sample, 0.95));
}

/** How far a fitted model is from the data, and how often chance alone would put it so far. */
export interface GoodnessOfFit {
  /** Largest distance between the survival curve of the Cox-Snell residuals and exp(−r). */
  readonly distance: number;
  readonly pValue: number;
  readonly replicates: number;
}

/**
 * Kolmogorov-Smirnov distance of a fit under censoring, with its chance from a parametric bootstrap.
 *
 * Cox-Snell residuals r_i = H(t_i) of the right model are censored unit-exponential lifetimes (Cox and Snell, JRSS B
 * 30, 1968); D = max |S_KM(r) − exp(−r)|. Tables for D do not hold with fitted parameters or censoring, so D is
 * recomputed on `replicates` samples drawn from the fit, each with as many censored units at the same times as
 * were seen, and each fitted anew. `random` gives uniform numbers in [0, 1). A unit that failed has no known
 * censoring time; it gets the largest time of the sample, which holds for a common end of observation.
 */
export function goodnessOfFit(
  sample: readonly Lifetime[],
  fit: LifetimeFit,
  replicates: number,
  random: () => number,
): GoodnessOfFit {
  requireCount('number of replicates', replicates, 1);
  const distance = residualDistance(sample, fit.model);
  const limits = censoringLimits(sample);
  let asFar = 0;
  let drawn = 0;
  for (let attempt = 0; drawn < replicates && attempt < 2 * replicates; attempt += 1) {
    const model = refit(
      limits.map((limit) => draw(fit.model, limit, random)),
      fit.model.family,
    );
    if (model === undefined) continue;
    drawn += 1;
    if (residualDistance(model.sample, model.fit.model) >= distance) asFar += 1;
  }
  return { distance, pValue: (asFar + 1) / (drawn + 1), replicates: drawn };
}

/** The fit with the smallest corrected Akaike criterion; ties go to the earlier one. Undefined for no fits. */
export function bestFit(fits: readonly LifetimeFit[]): LifetimeFit | undefined {
  return fits.reduce<LifetimeFit | undefined>(
    (best, fit) => (best === undefined || fit.aicc < best.aicc ? fit : best),
    undefined,
  );
}

function residualDistance(sample: readonly Lifetime[], model: LifetimeModel): number {
  const residuals = sample.map((each) => ({
    ...each,
    time: Math.max(cumulativeHazard(model, each.time), 1e-300),
  }));
  let before = 1;
  let distance = 0;
  for (const { time, survival } of kaplanMeier(residuals) as SurvivalStep[]) {
    const expected = Math.exp(-time);
    distance = Math.max(distance, Math.abs(before - expected), Math.abs(survival - expected));
    before = survival;
  }
  return distance;
}

function censoringLimits(sample: readonly Lifetime[]): number[] {
  const censored = sample.some((each) => !each.observed);
  const last = Math.max(...sample.map((each) => each.time));
  return sample.flatMap(({ time, observed, count = 1 }) =>
    new Array<number>(count).fill(observed ? (censored ? last : Infinity) : time),
  );
}

function draw(model: LifetimeModel, limit: number, random: () => number): Lifetime {
  const time = Math.max(lifetimeQuantile(model, random()), Number.MIN_VALUE);
  return time > limit ? { time: limit, observed: false } : { time, observed: true };
}

function refit(sample: readonly Lifetime[], family: LifetimeModel['family']) {
  // A replicate without two distinct failures has no fit; it is drawn again.
  if (new Set(sample.filter((each) => each.observed).map((each) => each.time)).size < 2) return undefined;
  const fitters = { exponential: fitExponential, weibull: fitWeibull, lognormal: fitLognormal };
  return { sample, fit: fitters[family](sample, 0.95) };
}
