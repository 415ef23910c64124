import { requireCount } from '../reliability/ranges.ts';
import { derivatives, type FailedOf, type Slopes } from './beta-binomial-likelihood.ts';
import { chiSquareTail } from './distribution-functions.ts';
import type { Estimated } from './interval.ts';
import { profileInterval } from './profile.ts';
import { rootBetween } from './root.ts';

/** Beta-binomial parameters of groups whose members fail together more often than chance. */
export interface BetaBinomialFit {
  /** Chance that a member is down. */
  readonly p: Estimated;
  /** Correlation between two members of a group, 1/(a + b + 1); 0 is independence. */
  readonly rho: Estimated;
  readonly logLikelihood: number;
  /** Chance of so much clustering if members were independent (likelihood ratio, half a χ²(1) at the edge). */
  readonly chanceIndependent: number;
  /** Mean over observations of n/(1 + (n − 1)ρ): how many independent members a group is worth. */
  readonly effectiveMembers: number;
}

/** ln θ beyond this is complete correlation or none for any double. */
const edge = 30;

/**
 * Mean p and correlation ρ of beta-binomial counts by maximum likelihood with profile-likelihood intervals.
 *
 * In θ = ρ/(1 − ρ): P(k of n) ∝ Π_{i<k}(p + iθ) Π_{i<n−k}(1 − p + iθ) / Π_{i<n}(1 + iθ). ρ = 0 is on the edge of the
 * range and is the estimate where counts vary no more than binomially. Standard errors from the observed information.
 * Observations must be independent of each other. Griffiths, Biometrics 29 (1973).
 * Throws a RangeError for no observations, counts above n, or data in which nothing or everything failed.
 */
export function fitBetaBinomial(observations: readonly FailedOf[], confidence: number): BetaBinomialFit {
  check(observations);
  const at = (p: number, theta: number) => derivatives(observations, p, theta);
  const bestP = (theta: number) => maximumOver((x) => slopeOverLogit(at(expit(x), theta), expit(x)));
  const bestTheta = (p: number) => {
    if (at(p, 0).theta <= 0) return 0;
    return Math.exp(maximumOver((x) => at(p, Math.exp(x)).theta));
  };
  const thetaHat = jointTheta(at, (theta) => expit(bestP(theta)));
  const pHat = expit(bestP(thetaHat));
  const best = at(pHat, thetaHat);
  const errors = standardErrors(best, thetaHat);
  const independent = at(expit(bestP(0)), 0).value;
  const gain = Math.max(0, 2 * (best.value - independent));
  const limitsOfP = profileInterval(
    {
      logLikelihood: (x) => at(expit(x), bestTheta(expit(x))).value,
      best: logit(pHat),
      maximum: best.value,
      step: Math.min(3, (2.2 * errors.p) / (pHat * (1 - pHat))),
    },
    confidence,
  );
  const profileTheta = (x: number) => {
    const theta = Math.exp(Math.min(x, edge));
    return at(expit(bestP(theta)), theta).value;
  };
  const limitsOfTheta = profileInterval(
    {
      logLikelihood: (x) => (x < -edge ? independent : profileTheta(x)),
      best: thetaHat === 0 ? -edge : Math.log(thetaHat),
      maximum: best.value,
      step: thetaHat === 0 ? edge / 8 : Math.min(3, (2.2 * errors.theta) / thetaHat),
    },
    confidence,
  );
  const rhoOf = (theta: number) => theta / (1 + theta);
  const rho = rhoOf(thetaHat);
  return {
    p: {
      value: pHat,
      standardError: errors.p,
      interval: { low: expit(limitsOfP.low), high: expit(limitsOfP.high), confidence },
    },
    rho: {
      value: rho,
      standardError: errors.theta / (1 + thetaHat) ** 2,
      interval: {
        low: limitsOfTheta.low < -edge ? 0 : rhoOf(Math.exp(limitsOfTheta.low)),
        high: limitsOfTheta.high > edge ? 1 : rhoOf(Math.exp(limitsOfTheta.high)),
        confidence,
      },
    },
    logLikelihood: best.value,
    chanceIndependent: gain === 0 ? 1 : chiSquareTail(gain, 1, 'upper') / 2,
    effectiveMembers: effectiveMembers(observations, rho),
  };
}

function check(observations: readonly FailedOf[]): void {
  let failed = 0;
  let working = 0;
  for (const each of observations) {
    requireCount('number of members', each.of, 1);
    requireCount('number of failed members', each.failed);
    requireCount('number of observations', each.count ?? 1, 1);
    if (each.failed > each.of)
      throw new RangeError(`${each.failed} failed members exceed the group of ${each.of}`);
    failed += each.failed;
    working += each.of - each.failed;
  }
  if (failed === 0 || working === 0) {
    throw new RangeError('a beta-binomial fit needs both failed and working members among the observations');
  }
}

/** θ at the joint maximum; the slope of the profile over θ is the partial slope at the best p. */
function jointTheta(at: (p: number, theta: number) => Slopes, bestP: (theta: number) => number): number {
  if (at(bestP(0), 0).theta <= 0) return 0;
  return Math.exp(maximumOver((x) => at(bestP(Math.exp(x)), Math.exp(x)).theta));
}

/** Where a slope crosses zero between −30 and 30, or the edge that it rises to. */
function maximumOver(slope: (x: number) => number): number {
  if (slope(edge) >= 0) return edge;
  if (slope(-edge) <= 0) return -edge;
  return rootBetween(slope, -edge, edge, 1e-12);
}

function slopeOverLogit(slopes: Slopes, p: number): number {
  return slopes.p * p * (1 - p);
}

function standardErrors(best: Slopes, theta: number): { p: number; theta: number } {
  if (theta === 0) return { p: Math.sqrt(-1 / best.pp), theta: Math.sqrt(1 / Math.abs(best.thetaTheta)) };
  const determinant = best.pp * best.thetaTheta - best.pTheta ** 2;
  return { p: Math.sqrt(-best.thetaTheta / determinant), theta: Math.sqrt(-best.pp / determinant) };
}

function effectiveMembers(observations: readonly FailedOf[], rho: number): number {
  let sum = 0;
  let count = 0;
  for (const each of observations) {
    sum += ((each.count ?? 1) * each.of) / (1 + (each.of - 1) * rho);
    count += each.count ?? 1;
  }
  return sum / count;
}

function expit(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}
