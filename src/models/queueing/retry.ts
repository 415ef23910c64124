import { nonNegative, share, whole } from './checks.ts';

/**
 * Mean attempts for each request when failures are retried: (1 - f^n)/(1 - f) = Σ_{i<n} f^i.
 *
 * f: chance that an attempt fails, the same for each; n: most attempts. This is the factor on the load.
 * Throws a RangeError for f outside [0, 1] or n < 1.
 */
export function retryAmplification(failure: number, maxAttempts: number): number {
  share('failure probability', failure);
  whole('number of attempts', maxAttempts, 1);
  if (failure === 1) return maxAttempts;
  return -Math.expm1(maxAttempts * Math.log(failure)) / (1 - failure);
}

/**
 * Attempts that reach the bottom of a stack in which every layer retries, when the bottom fails: n^layers.
 *
 * n: attempts of each layer. Source: Amazon Builders' Library, Timeouts, retries, and backoff with jitter (5 layers
 * of 3 attempts make 243). Throws a RangeError for n < 1 or layers < 0.
 */
export function layeredAmplification(attempts: number, layers: number): number {
  return whole('number of attempts', attempts, 1) ** whole('number of layers', layers, 0);
}

/**
 * Factor on the load where retries are limited to a share of the requests: min(amplification, 1 + budget).
 *
 * budget: retries for each first attempt, such as 0.1. Source: Google SRE book, ch. 21 (per-client retry budget).
 * Throws a RangeError for budget < 0 and as retryAmplification does.
 */
export function budgetedAmplification(failure: number, maxAttempts: number, budget: number): number {
  return Math.min(retryAmplification(failure, maxAttempts), 1 + nonNegative('retry budget', budget));
}
