import { requireCount, requirePositive, requireProbability } from '../reliability/ranges.ts';
import { chiSquareQuantile, poissonTail } from './distribution-functions.ts';
import { outsideOf } from './interval.ts';
import { mtbfLowerBound, rateUpperBound } from './rate.ts';

/**
 * Hours of exposure after which a claimed upper limit of a rate is demonstrated, if at most `failures` happen.
 *
 * T = χ²(1 − α; 2n + 2) / (2λ); λ: claimed rate per hour, n: failures, α: 1 − confidence. Without failures it is
 * −ln(α)/λ: 1e-9 per hour at 95 % takes 3.0e9 hours (Butler and Finelli, IEEE TSE 19, 1993).
 */
export function hoursToSupport(claimedRate: number, confidence: number, failures = 0): number {
  requirePositive('claimed rate', claimedRate);
  requireCount('number of failures', failures);
  return chiSquareQuantile(outsideOf(confidence), 2 * failures + 2, 'upper') / (2 * claimedRate);
}

/** Failure-free trials after which a claimed chance of failure per trial is demonstrated: ln(α) / ln(1 − p), rounded up. */
export function trialsToSupport(claimedChance: number, confidence: number): number {
  requireProbability('claimed chance', claimedChance);
  requirePositive('claimed chance', claimedChance);
  if (claimedChance === 1) return 1;
  return Math.ceil(Math.log(outsideOf(confidence)) / Math.log1p(-claimedChance));
}

/** Whether the exposure supports a claim, and if not, what it does support and what is missing. */
export type Support =
  | { readonly kind: 'supported'; readonly demonstratedRate: number }
  | {
      readonly kind: 'refused';
      /** Upper bound of the rate that the exposure does demonstrate, per hour. */
      readonly demonstratedRate: number;
      readonly hoursNeeded: number;
      /** Exposure that is still missing if no further failure happens. */
      readonly hoursMissing: number;
    };

/**
 * Whether n failures in T hours demonstrate a rate of at most `claimedRate` per hour with the stated confidence.
 *
 * Time-truncated chi-square bound. Throws a RangeError for a claim or exposure that is not above 0.
 */
export function supportOf(claimedRate: number, failures: number, hours: number, confidence: number): Support {
  const demonstratedRate = rateUpperBound(failures, hours, confidence);
  if (demonstratedRate <= claimedRate) return { kind: 'supported', demonstratedRate };
  const hoursNeeded = hoursToSupport(claimedRate, confidence, failures);
  return { kind: 'refused', demonstratedRate, hoursNeeded, hoursMissing: hoursNeeded - hours };
}

/**
 * Chance of surviving a further time without failure after a failure-free time, in the same unit.
 *
 * t / (t + x) under the flat prior of the rate, so 1/2 for as long again. Littlewood and Strigini, CACM 36 (1993).
 */
export function survivalAfterFailureFree(failureFree: number, further: number): number {
  requirePositive('failure-free time', failureFree);
  requirePositive('further time', further, 'zero allowed');
  return failureFree / (failureFree + further);
}

/** A claimed mean time to failure beside what was observed. */
export interface ClaimTest {
  readonly claimedMttf: number;
  /** Failures that the claim predicts for the exposure. */
  readonly expected: number;
  readonly observed: number;
  /** Chance of as many failures or more if the claim were true. */
  readonly chanceOfAsMany: number;
  /** Chance of as few failures or fewer if the claim were true. */
  readonly chanceOfAsFew: number;
  /** Mean time to failure that the observation demonstrates (one-sided lower bound). */
  readonly demonstratedMttf: number;
  readonly verdict: 'contradicted' | 'demonstrated' | 'undecided';
}

/**
 * What n failures in T hours say about a claimed mean time to failure, under a constant rate.
 *
 * The count is Poisson with mean T / MTTF if the claim holds. `contradicted`: so many failures have a chance below
 * α; `demonstrated`: so few have, which is the same as a lower bound above the claim; `undecided` otherwise.
 * Throws a RangeError for a claim or exposure that is not above 0, and for impossible counts.
 */
export function testClaimedMttf(
  claimedMttf: number,
  failures: number,
  hours: number,
  confidence: number,
): ClaimTest {
  requirePositive('claimed mean time to failure', claimedMttf);
  requirePositive('exposure', hours);
  const outside = outsideOf(confidence);
  const expected = hours / claimedMttf;
  const chanceOfAsMany = poissonTail(failures, expected, 'upper');
  const chanceOfAsFew = poissonTail(failures, expected, 'lower');
  const demonstratedMttf = mtbfLowerBound(failures, hours, confidence);
  return {
    claimedMttf,
    expected,
    observed: failures,
    chanceOfAsMany,
    chanceOfAsFew,
    demonstratedMttf,
    verdict: verdict(chanceOfAsMany, demonstratedMttf >= claimedMttf, outside),
  };
}

function verdict(asMany: number, demonstrated: boolean, outside: number): ClaimTest['verdict'] {
  if (asMany < outside) return 'contradicted';
  return demonstrated ? 'demonstrated' : 'undecided';
}
