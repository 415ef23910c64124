import { nonNegative, openShare } from './checks.ts';
import { erlangC } from './erlang.ts';
import { mdcMeanWait } from './mdc.ts';
import { mmcMeanWait, offeredLoad, type Pool } from './mmc.ts';

/** A pool whose service time has the squared coefficient of variation scv = variance / mean². */
export interface GeneralPool extends Pool {
  readonly scv: number;
}

/**
 * Mean wait in queue of M/G/c from two moments, in s: Wq = scv Wq(M/M/c) + (1 - scv) Wq(M/D/c).
 *
 * scv: squared coefficient of variation of the service time; both ends are exact (Erlang C and Crommelin).
 * Source: Page 1972, surveyed by Kimura, Queueing Systems 17, 1994; here with the exact M/D/c. Exact for c = 1
 * (Pollaczek-Khinchine), scv = 0 and exponential service. Within 5 % of simulation for scv up to 1.05 at 8 and 32
 * servers, within 10 % for a lognormal of scv 1; above scv 1 two moments do not decide the wait (15 % too high at scv
 * 2.25 and c = 32, ρ = 0.78; docs/models/queueing.md has the table).
 * Throws a RangeError for impossible input and for a >= c.
 */
export function mgcMeanWait(pool: GeneralPool): number {
  nonNegative('squared coefficient of variation', pool.scv);
  const exponential = mmcMeanWait(pool);
  if (pool.scv === 1 || exponential === 0) return exponential;
  const deterministic = mdcMeanWait(pool);
  return deterministic + pool.scv * (exponential - deterministic);
}

/**
 * Chance that an M/G/c wait exceeds t, from two moments: P(Wq > t) = C e^(-C t/Wq).
 *
 * C: erlangC(c, a), which M/G/c meets closely; Wq: mgcMeanWait (s); t in s. Source: Tijms, A First Course in
 * Stochastic Models, 9.6 (the wait of those who wait is nearly exponential). Exact for M/M/c.
 * Throws a RangeError for impossible input, a >= c, t < 0.
 */
export function mgcWaitTail(pool: GeneralPool, t: number): number {
  nonNegative('time', t);
  const wait = erlangC(pool.servers, offeredLoad(pool));
  const mean = mgcMeanWait(pool);
  return mean === 0 ? 0 : wait * Math.exp((-wait * t) / mean);
}

/** Percentile of the M/G/c wait from two moments, in s: Wq ln(C/(1 - p))/C, or 0. Throws as mgcWaitTail does. */
export function mgcWaitPercentile(pool: GeneralPool, percentile: number): number {
  openShare('percentile', percentile);
  const wait = erlangC(pool.servers, offeredLoad(pool));
  const excess = wait / (1 - percentile);
  return excess <= 1 ? 0 : (mgcMeanWait(pool) * Math.log(excess)) / wait;
}
