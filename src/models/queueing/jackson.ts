import { nonNegative, positive, share } from './checks.ts';
import { solveLinear } from './linear-system.ts';
import { mmcMeanResponse } from './mmc.ts';

/** Shares such as 0.1 + 0.2 + 0.7 may exceed 1 by rounding. */
const roundingSlack = 1e-9;

/** An open network of M/M/c stations. Rates in 1/s, times in s. */
export interface OpenNetwork {
  /** Arrivals from outside at each station. */
  readonly arrivals: readonly number[];
  /** routing[i][j]: share of what leaves station i that goes to j; the rest leaves the network. */
  readonly routing: readonly (readonly number[])[];
  readonly serviceTimes: readonly number[];
  /** Servers of each station; one each where absent. */
  readonly servers?: readonly number[];
}

export interface OpenNetworkState {
  /** Of each station. */
  readonly arrivalRate: readonly number[];
  readonly utilization: readonly number[];
  readonly queueLength: readonly number[];
  /** Time in the station over all visits of one request, s. */
  readonly residenceTime: readonly number[];
  /** Mean time from arrival to departure, s. */
  readonly responseTime: number;
}

/**
 * Steady state of an open network with feedback: λ_j = γ_j + Σ_i λ_i r_ij, each station as an M/M/c queue.
 *
 * γ: arrivals from outside (1/s); r: routing; residence time of a station = (λ_j/Σγ) · its response time. Source: Jackson,
 * Operations Research 5(4), 1957; exact for exponential service in order of arrival. Throws a RangeError for
 * impossible input, a network that nothing leaves, and a station with load of all its servers or more.
 */
export function openNetwork({ arrivals, routing, serviceTimes, servers }: OpenNetwork): OpenNetworkState {
  for (const rate of arrivals) nonNegative('arrival rate', rate);
  const outside = positive(
    'sum of arrival rates',
    arrivals.reduce((sum, rate) => sum + rate, 0),
  );
  const arrivalRate = trafficRates(arrivals, routing);
  const stations = arrivalRate.map((rate, i) => {
    const count = servers?.[i] ?? 1;
    const serviceTime = positive('service time', serviceTimes[i] ?? Number.NaN);
    const response = mmcMeanResponse({ arrivalRate: rate, serviceTime, servers: count });
    return { utilization: (rate * serviceTime) / count, inStation: rate * response };
  });
  const residenceTime = stations.map(({ inStation }) => inStation / outside);
  return {
    arrivalRate,
    utilization: stations.map((station) => station.utilization),
    queueLength: stations.map((station) => station.inStation),
    residenceTime,
    responseTime: residenceTime.reduce((sum, time) => sum + time, 0),
  };
}

function trafficRates(arrivals: readonly number[], routing: readonly (readonly number[])[]): number[] {
  if (routing.length !== arrivals.length || routing.some((row) => row.length !== arrivals.length))
    throw new RangeError('routing must have one row and one column for each station');
  for (const row of routing) {
    for (const part of row) share('routing share', part);
    const leaving = row.reduce((sum, part) => sum + part, 0);
    if (leaving > 1 + roundingSlack)
      throw new RangeError(`routing shares of a station must add up to at most 1, not ${leaving}`);
  }
  const balance = arrivals.map((_, j) =>
    arrivals.map((_, i) => (i === j ? 1 : 0) - (routing[i]?.[j] as number)),
  );
  return solveLinear(balance, arrivals);
}
