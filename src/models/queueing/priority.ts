import { nonNegative, positive, stable } from './checks.ts';

/** One class of requests; the first in the list goes first. */
export interface PriorityClass {
  readonly arrivalRate: number;
  /** Mean, in s. */
  readonly serviceTime: number;
  /** Squared coefficient of variation of the service time. */
  readonly scv: number;
}

/**
 * Mean waits of the classes of a non-preemptive priority queue with one server, in s.
 *
 *   W_k = W0 / ((1 - σ_(k-1)) (1 - σ_k)),  W0 = Σ λ_i s_i² (1 + scv_i)/2,  σ_k = Σ_{i<=k} λ_i s_i
 *
 * λ in 1/s, s in s. Source: Cobham 1954. Exact for M/G/1 with Σ λ s < 1. Throws a RangeError for impossible input and
 * for a total load of 1 or more.
 */
export function priorityMeanWaits(classes: readonly PriorityClass[]): number[] {
  let residual = 0;
  for (const { arrivalRate, serviceTime, scv } of classes) {
    nonNegative('arrival rate', arrivalRate);
    positive('service time', serviceTime);
    nonNegative('squared coefficient of variation', scv);
    residual += (arrivalRate * serviceTime ** 2 * (1 + scv)) / 2;
  }
  let before = 0;
  return classes.map(({ arrivalRate, serviceTime }) => {
    const upTo = stable(before + arrivalRate * serviceTime, 1);
    const wait = residual / ((1 - before) * (1 - upTo));
    before = upTo;
    return wait;
  });
}
