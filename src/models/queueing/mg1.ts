import { nonNegative } from './checks.ts';
import { offeredLoad } from './mmc.ts';

/**
 * Mean wait in queue of M/G/1, in s: Wq = ρ s (1 + scv) / (2 (1 - ρ)).
 *
 * ρ = λ s; s: mean service time (s); scv: its squared coefficient of variation. Source: Pollaczek 1930, Khinchine
 * 1932. Exact for ρ < 1. Throws a RangeError for impossible input and for ρ >= 1.
 */
export function mg1MeanWait(arrivalRate: number, serviceTime: number, scv: number): number {
  nonNegative('squared coefficient of variation', scv);
  const rho = offeredLoad({ arrivalRate, serviceTime, servers: 1 });
  return (rho * serviceTime * (1 + scv)) / (2 * (1 - rho));
}
