import { nonNegative, positive, whole } from './checks.ts';

/** Steady state of a system with bounded places. Rates in 1/s, times in s. */
export interface FiniteQueue {
  /** Chance of each number in the system, 0 and up. */
  readonly probabilities: readonly number[];
  /** Mean number in the system and waiting. */
  readonly inSystem: number;
  readonly waiting: number;
  /** Requests that are served. */
  readonly throughput: number;
  /** Mean response time of those that are served. */
  readonly responseTime: number;
}

/**
 * M/M/c/K: at most K requests in the system, those that find it full are lost.
 *
 *   p_n / p_(n-1) = λ / (min(n, c) μ)
 *
 * λ: arrivals (1/s); μ: services of one server (1/s). Any λ is allowed. Source: Kleinrock, Queueing Systems I, 3.6.
 * Throws a RangeError for λ <= 0, μ <= 0, c < 1, K < c.
 */
export function boundedQueue(
  arrivalRate: number,
  serviceRate: number,
  servers: number,
  capacity: number,
): FiniteQueue & { readonly lostShare: number; readonly lossRate: number } {
  positive('arrival rate', arrivalRate);
  whole('capacity', capacity, whole('number of servers', servers, 1));
  const queue = birthDeath(capacity, servers, serviceRate, () => arrivalRate);
  const lostShare = queue.probabilities[capacity] as number;
  return { ...queue, lostShare, lossRate: arrivalRate * lostShare };
}

/**
 * Machine repair, M/M/c//K: K machines fail at rate λ each and c repairers mend one machine each at rate μ.
 *
 *   p_n / p_(n-1) = (K - n + 1) λ / (min(n, c) μ),  n: machines down
 *
 * `inSystem` are the machines down, `responseTime` the mean time that a machine is down. Source: Kleinrock, Queueing
 * Systems I, 3.8. Throws a RangeError for λ < 0, μ <= 0, c < 1, K < 1.
 */
export function machineRepair(
  failureRate: number,
  repairRate: number,
  machines: number,
  repairers: number,
): FiniteQueue {
  nonNegative('failure rate', failureRate);
  whole('number of machines', machines, 1);
  whole('number of repairers', repairers, 1);
  return birthDeath(machines, repairers, repairRate, (down) => (machines - down) * failureRate);
}

function birthDeath(
  capacity: number,
  servers: number,
  serviceRate: number,
  arrivalRate: (inSystem: number) => number,
): FiniteQueue {
  positive('service rate', serviceRate);
  const weights = stateWeights(capacity, (n) => arrivalRate(n - 1) / (Math.min(n, servers) * serviceRate));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const probabilities = weights.map((weight) => weight / total);
  const mean = (count: (n: number) => number) => probabilities.reduce((sum, p, n) => sum + p * count(n), 0);
  const inSystem = mean((n) => n);
  const waiting = mean((n) => Math.max(0, n - servers));
  const throughput = mean((n) => Math.min(n, servers) * serviceRate);
  return {
    probabilities,
    inSystem,
    waiting,
    throughput,
    responseTime: throughput > 0 ? inSystem / throughput : 0,
  };
}

/** Unnormalised weights with the largest near 1, so that no product over- or underflows into the others. */
function stateWeights(capacity: number, ratio: (n: number) => number): number[] {
  const logs = [0];
  for (let n = 1; n <= capacity; n += 1) logs.push((logs[n - 1] as number) + Math.log(ratio(n)));
  const top = logs.reduce((a, b) => Math.max(a, b));
  return logs.map((log) => Math.exp(log - top));
}
