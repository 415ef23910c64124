import { nonNegative, positive, stable } from './checks.ts';

/**
 * Mean number of requests in a system: L = λ W.
 *
 * λ: throughput (1/s); W: mean time in the system (s). Source: Little 1961; holds for every stable system.
 * Throws a RangeError for negative input.
 */
export function concurrency(arrivalRate: number, responseTime: number): number {
  return nonNegative('arrival rate', arrivalRate) * nonNegative('response time', responseTime);
}

/** Share of time that a server is busy: ρ = λ s / c. s in s. Throws a RangeError for negative input or c <= 0. */
export function utilization(arrivalRate: number, serviceTime: number, servers: number): number {
  return concurrency(arrivalRate, serviceTime) / positive('number of servers', servers);
}

/**
 * Requests that gather while nothing is served: λ · pause. Pause in s, such as the election of a leader.
 *
 * Throws a RangeError for negative input.
 */
export function pauseBacklog(arrivalRate: number, pause: number): number {
  return nonNegative('arrival rate', arrivalRate) * nonNegative('pause', pause);
}

/**
 * Time to work off what gathered in a pause, in s: pause · ρ/(1 - ρ).
 *
 * The backlog λ·pause shrinks at the rate μ - λ; ρ = λ/μ. Throws a RangeError for pause < 0, ρ < 0 or ρ >= 1.
 */
export function drainTime(pause: number, load: number): number {
  stable(nonNegative('utilization', load), 1);
  return (nonNegative('pause', pause) * load) / (1 - load);
}

/**
 * Share of requests that are caught in pauses: frequency · pause, at most 1.
 *
 * frequency: pauses per second; pause: mean length (s). Throws a RangeError for negative input.
 */
export function caughtInPause(frequency: number, pause: number): number {
  return Math.min(1, nonNegative('frequency of pauses', frequency) * nonNegative('pause', pause));
}
