import { firstWhere, firstWhole } from './bisection.ts';
import { nonNegative, openShare, positive, stable, whole } from './checks.ts';
import { erlangC } from './erlang.ts';

/** A pool with one queue in order of arrival. Rates in 1/s, times in s. */
export interface Pool {
  readonly arrivalRate: number;
  /** Mean. */
  readonly serviceTime: number;
  readonly servers: number;
}

/**
 * Offered load of a pool in servers: a = λ s. λ: arrival rate (1/s); s: mean service time (s).
 *
 * Throws a RangeError for impossible input or a >= c, where the queue grows without end.
 */
export function offeredLoad({ arrivalRate, serviceTime, servers }: Pool): number {
  nonNegative('arrival rate', arrivalRate);
  positive('service time', serviceTime);
  whole('number of servers', servers, 1);
  return stable(arrivalRate * serviceTime, servers);
}

/**
 * Mean wait in queue of M/M/c: Wq = C s / (c - a), in s.
 *
 * C: erlangC(c, a). Source: Kleinrock, Queueing Systems I, 3.5. Throws as offeredLoad does.
 */
export function mmcMeanWait(pool: Pool): number {
  const a = offeredLoad(pool);
  return (erlangC(pool.servers, a) * pool.serviceTime) / (pool.servers - a);
}

/** Mean response time of M/M/c: W = Wq + s, in s. Throws as offeredLoad does. */
export function mmcMeanResponse(pool: Pool): number {
  return mmcMeanWait(pool) + pool.serviceTime;
}

/** Mean number of requests that wait in M/M/c: Lq = λ Wq (Little). Throws as offeredLoad does. */
export function mmcQueueLength(pool: Pool): number {
  return pool.arrivalRate * mmcMeanWait(pool);
}

/**
 * Chance that n or more requests are in an M/M/c system: C ρ^(n-c) for n >= c; below, the states j < c are added.
 *
 * ρ = a/c. p_c = C (1 - ρ) and p_(j-1) = p_j j/a, positive terms. Throws as offeredLoad does, and for n < 0.
 */
export function mmcAtLeast(pool: Pool, n: number): number {
  whole('number in the system', n, 0);
  const a = offeredLoad(pool);
  const c = pool.servers;
  if (n === 0) return 1;
  const wait = erlangC(c, a);
  if (n >= c) return wait * (a / c) ** (n - c);
  let state = wait * (1 - a / c);
  let sum = wait;
  for (let j = c; j > n; j -= 1) {
    state *= j / a;
    sum += state;
  }
  return sum;
}

/** Chance that an M/M/c wait exceeds t: P(Wq > t) = C e^(-(c - a) t/s). t in s. Throws as offeredLoad does, and for t < 0. */
export function mmcWaitTail(pool: Pool, t: number): number {
  nonNegative('time', t);
  const a = offeredLoad(pool);
  return erlangC(pool.servers, a) * Math.exp((-(pool.servers - a) * t) / pool.serviceTime);
}

/**
 * Percentile of the M/M/c wait, in s: the smallest t with P(Wq > t) <= 1 - p; 0 where fewer than 1 - p wait.
 *
 * p: percentile as a share, such as 0.99. Throws as offeredLoad does, and for p outside (0, 1).
 */
export function mmcWaitPercentile(pool: Pool, percentile: number): number {
  openShare('percentile', percentile);
  const a = offeredLoad(pool);
  const excess = erlangC(pool.servers, a) / (1 - percentile);
  return excess <= 1 ? 0 : (Math.log(excess) * pool.serviceTime) / (pool.servers - a);
}

/**
 * Chance that an M/M/c response (wait and exponential service together) exceeds t.
 *
 *   P(T > t) = e^-x + C (e^-x - e^(-(k+1) x)) / k,  x = t/s,  k = c - 1 - a  (limit C x e^-x at k = 0)
 *
 * t in s. Source: Kleinrock, Queueing Systems I; the sum of an exponential and a wait with an atom at 0.
 * Throws as offeredLoad does, and for t < 0.
 */
export function mmcResponseTail(pool: Pool, t: number): number {
  nonNegative('time', t);
  const a = offeredLoad(pool);
  const x = t / pool.serviceTime;
  return Math.exp(-x) + erlangC(pool.servers, a) * convolved(x, pool.servers - 1 - a);
}

/** (e^-x - e^(-(k+1)x))/k without the loss of digits near k = 0. */
function convolved(x: number, k: number): number {
  if (k === 0) return x * Math.exp(-x);
  return k > 0 ? (Math.exp(-x) * -Math.expm1(-x * k)) / k : (Math.exp(-x * (k + 1)) * Math.expm1(x * k)) / k;
}

/** Percentile of the M/M/c response time, in s: the smallest t with mmcResponseTail(t) <= 1 - p. Throws as mmcWaitPercentile does. */
export function mmcResponsePercentile(pool: Pool, percentile: number): number {
  const rest = 1 - openShare('percentile', percentile);
  let high = pool.serviceTime * -Math.log(rest) + mmcWaitPercentile(pool, percentile);
  while (mmcResponseTail(pool, high) > rest) high *= 2;
  return firstWhere((t) => mmcResponseTail(pool, t) <= rest, 0, high);
}

/**
 * Fewest servers with which the share `level` of the requests waits at most `within`: smallest c with
 * P(Wq > within) <= 1 - level.
 *
 * within in s. The pool's own number of servers is not read. Throws a RangeError for impossible input.
 */
export function mmcMinServers(
  demand: Omit<Pool, 'servers'>,
  { within, level }: { readonly within: number; readonly level: number },
): number {
  openShare('service level', level);
  const fewest = Math.floor(nonNegative('arrival rate', demand.arrivalRate) * demand.serviceTime) + 1;
  const meets = (servers: number) => mmcWaitTail({ ...demand, servers }, within) <= 1 - level;
  return firstWhole(meets, fewest, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
}
