import { firstWhere } from './bisection.ts';
import { nonNegative, openShare, stable, whole } from './checks.ts';

/**
 * Erlang B: chance that a request finds all c servers busy and is lost (M/G/c/c).
 *
 *   1/B = Σ_{j=0..c} Π_{i<j} (c-i)/a
 *
 * c: servers; a: offered load = arrival rate × mean service time, in servers. Source: Erlang 1917; the sum is the
 * recursion 1/B_k = 1 + (k/a)/B_{k-1} unrolled from its last step, with positive terms that are dropped once they
 * cannot change the sum. Relative error below 1e-11 up to 100,000 servers; 0 where B is below 1e-308.
 * Throws a RangeError for c that is no whole number >= 0 or a < 0.
 */
export function erlangB(servers: number, offered: number): number {
  whole('number of servers', servers, 0);
  nonNegative('offered load', offered);
  return 1 / inverseBlocking(servers, offered);
}

/**
 * Erlang C: chance that a request has to wait (M/M/c).
 *
 *   C = c B / (c - a + a B)
 *
 * c: servers; a: offered load in servers; B: erlangB(c, a). Source: Erlang 1917. Holds for a < c; accuracy as for
 * erlangB. Throws a RangeError for c < 1 or no whole number, a < 0, a >= c.
 */
export function erlangC(servers: number, offered: number): number {
  whole('number of servers', servers, 1);
  stable(nonNegative('offered load', offered), servers);
  return servers / ((servers - offered) * inverseBlocking(servers, offered) + offered);
}

/**
 * Offered load (in servers) at which c servers lose the share `blocking` of the requests: inverse of erlangB in a.
 *
 * Solved by bisection in (0, c/(1 - blocking)], since B >= 1 - c/a. Throws a RangeError for c < 1 or blocking
 * outside (0, 1).
 */
export function offeredForBlocking(servers: number, blocking: number): number {
  whole('number of servers', servers, 1);
  openShare('blocking probability', blocking);
  const enough = 1 / blocking;
  return firstWhere((a) => inverseBlocking(servers, a) <= enough, 0, servers / (1 - blocking));
}

/**
 * Offered load (in servers) at which the share `wait` of the requests has to wait: inverse of erlangC in a.
 *
 * Throws a RangeError for c < 1 or wait outside (0, 1).
 */
export function offeredForWait(servers: number, wait: number): number {
  whole('number of servers', servers, 1);
  openShare('waiting probability', wait);
  return firstWhere((a) => a >= servers || erlangC(servers, a) >= wait, 0, servers);
}

/**
 * Fewest servers that lose at most the share `maxBlocking`: smallest c with erlangB(c, a) <= maxBlocking.
 *
 * One pass of the recursion, time proportional to the answer. Throws a RangeError for a < 0 or maxBlocking outside (0, 1).
 */
export function minServersForBlocking(offered: number, maxBlocking: number): number {
  nonNegative('offered load', offered);
  openShare('maximum blocking probability', maxBlocking);
  if (offered === 0) return 1;
  let inverse = 1;
  let servers = 0;
  while (inverse * maxBlocking < 1) {
    servers += 1;
    inverse = 1 + (inverse * servers) / offered;
  }
  return servers;
}

/**
 * Fewest servers at which at most the share `maxWait` has to wait: smallest c with erlangC(c, a) <= maxWait.
 *
 * One pass of the recursion, time proportional to the answer. Throws a RangeError for a < 0 or maxWait outside (0, 1).
 */
export function minServersForWait(offered: number, maxWait: number): number {
  nonNegative('offered load', offered);
  openShare('maximum waiting probability', maxWait);
  if (offered === 0) return 1;
  let inverse = 1;
  for (let servers = 1; ; servers += 1) {
    inverse = 1 + (inverse * servers) / offered;
    if (servers > offered && servers <= maxWait * ((servers - offered) * inverse + offered)) return servers;
  }
}

function inverseBlocking(servers: number, offered: number): number {
  if (offered === 0) return servers === 0 ? 1 : Number.POSITIVE_INFINITY;
  let term = 1;
  let sum = 1;
  for (let left = servers; left > 0; left -= 1) {
    const ratio = left / offered;
    term *= ratio;
    sum += term;
    // From here on the ratios only fall, so the rest is below a geometric series.
    if (ratio < 1 && term * ratio < 1e-17 * sum * (1 - ratio)) break;
    if (sum === Number.POSITIVE_INFINITY) break;
  }
  return sum;
}
