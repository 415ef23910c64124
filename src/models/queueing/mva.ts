import { nonNegative, positive, whole } from './checks.ts';

/** A closed network: `population` users, each thinks and then visits the stations. Times in s. */
export interface ClosedNetwork {
  readonly population: number;
  readonly thinkTime: number;
  /** Service demand of each station: visits × service time. */
  readonly demands: readonly number[];
}

/** Several classes of users; `demands[class][station]`. */
export interface ClosedNetworkOfClasses {
  readonly populations: readonly number[];
  readonly thinkTimes: readonly number[];
  readonly demands: readonly (readonly number[])[];
}

export interface ClosedNetworkState {
  /** Of each class: requests/s and mean response time (s). */
  readonly throughput: readonly number[];
  readonly responseTime: readonly number[];
  /** Of each station, over all classes. */
  readonly utilization: readonly number[];
  readonly queueLength: readonly number[];
}

/** States that are visited at most; beyond, memory and time run out before the answer. */
const maxStates = 5_000_000;

/**
 * Throughput (1/s), response time (s) and queue lengths of a closed network with one class; see meanValueAnalysis.
 */
export function closedNetwork({ population, thinkTime, demands }: ClosedNetwork): {
  readonly throughput: number;
  readonly responseTime: number;
  readonly utilization: readonly number[];
  readonly queueLength: readonly number[];
} {
  const state = meanValueAnalysis({ populations: [population], thinkTimes: [thinkTime], demands: [demands] });
  return {
    ...state,
    throughput: state.throughput[0] as number,
    responseTime: state.responseTime[0] as number,
  };
}

/**
 * Exact mean value analysis of a closed network with several classes of users.
 *
 *   R_rk(n) = D_rk (1 + Q_k(n - e_r)),  X_r(n) = n_r / (Z_r + Σ_k R_rk),  Q_k(n) = Σ_r X_r R_rk
 *
 * D_rk: demand of class r at station k (s); Z_r: think time (s); n: population vector. Stations have one server
 * (or infinitely many: put their demand into Z). Source: Reiser and Lavenberg, JACM 27(2), 1980. Cost:
 * Π(N_r + 1) states. Throws a RangeError for impossible input, ragged tables and more than five million states.
 */
export function meanValueAnalysis(network: ClosedNetworkOfClasses): ClosedNetworkState {
  const { populations, thinkTimes, demands } = network;
  const stations = checked(network);
  const strides = populations.map((_, r) => populations.slice(0, r).reduce((size, n) => size * (n + 1), 1));
  const states = populations.reduce((size, n) => size * (n + 1), 1);
  if (states > maxStates)
    throw new RangeError(`populations make ${states} states; at most ${maxStates} are solved`);
  const queues = new Float64Array(states * stations);
  let throughput: number[] = populations.map(() => 0);
  let responseTime: number[] = populations.map(() => 0);
  for (let state = 1; state < states; state += 1) {
    const users = populations.map((n, r) => Math.floor(state / (strides[r] as number)) % (n + 1));
    const residence = demands.map((row, r) =>
      row.map((demand, k) =>
        users[r] === 0
          ? 0
          : demand * (1 + (queues[(state - (strides[r] as number)) * stations + k] as number)),
      ),
    );
    responseTime = residence.map((row) => row.reduce((sum, x) => sum + x, 0));
    throughput = users.map((n, r) =>
      n === 0 ? 0 : n / ((thinkTimes[r] as number) + (responseTime[r] as number)),
    );
    for (let k = 0; k < stations; k += 1) {
      let length = 0;
      for (const [r, row] of residence.entries()) length += (throughput[r] as number) * (row[k] as number);
      queues[state * stations + k] = length;
    }
  }
  const each = Array.from({ length: stations }, (_, k) => k);
  return {
    throughput,
    responseTime,
    utilization: each.map((k) =>
      demands.reduce((sum, row, r) => sum + (throughput[r] as number) * (row[k] as number), 0),
    ),
    queueLength: each.map((k) => queues[(states - 1) * stations + k] as number),
  };
}

function checked({ populations, thinkTimes, demands }: ClosedNetworkOfClasses): number {
  const stations = demands[0]?.length ?? 0;
  whole('number of stations', stations, 1);
  if (thinkTimes.length !== populations.length || demands.length !== populations.length)
    throw new RangeError('populations, think times and demands must have one entry for each class');
  for (const n of populations) whole('population', n, 0);
  for (const z of thinkTimes) nonNegative('think time', z);
  for (const row of demands) {
    if (row.length !== stations) throw new RangeError('demands must have one entry for each station');
    for (const demand of row) nonNegative('service demand', demand);
    positive(
      'sum of service demands',
      row.reduce((sum, demand) => sum + demand, 0),
    );
  }
  return stations;
}
