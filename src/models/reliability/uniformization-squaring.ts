import type { Chain } from './markov.ts';
import type { Transient } from './uniformization.ts';
import { poissonTails, poissonWindow } from './uniformization-poisson.ts';

/** Mass dropped in the short time; it doubles with the time. */
const tolerance = 1e-100;

/**
 * State of a small chain after very many jumps: uniformization of a short time, doubled until the time is reached.
 *
 * P(2h) = P(h)², O(2h) = O(h) + P(h) O(h), with P the transition matrix and O the occupancy over h. Only positive
 * terms; each row is scaled back to a sum of 1, without which rounding would grow with the number of jumps.
 * Costs size³ per doubling.
 */
export function squaredTransient(chain: Chain, p0: Float64Array, time: number, fastest: number): Transient {
  const doublings = Math.max(0, Math.ceil(Math.log2(fastest * time)));
  const n = chain.size;
  let { jump, stayed } = shortTime(chain, time / 2 ** doublings, fastest);
  for (let d = 0; d < doublings; d++) {
    stayed = product(jump, stayed, n).map((x, i) => x + (stayed[i] as number));
    jump = scaledRows(product(jump, jump, n), n);
  }
  const probability = new Float64Array(n);
  const occupancy = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      probability[j] = (probability[j] as number) + (p0[i] as number) * (jump[i * n + j] as number);
      occupancy[j] = (occupancy[j] as number) + (p0[i] as number) * (stayed[i * n + j] as number);
    }
  }
  return { probability, occupancy, errorBound: tolerance * 2 ** doublings };
}

function shortTime(chain: Chain, time: number, fastest: number) {
  const n = chain.size;
  const step = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    step[i * n + i] = (fastest - (chain.exit[i] as number)) / fastest;
    for (let e = chain.rowStart[i] as number; e < (chain.rowStart[i + 1] as number); e++) {
      step[i * n + (chain.column[e] as number)] = (chain.rate[e] as number) / fastest;
    }
  }
  const window = poissonWindow(fastest * time, tolerance);
  const tails = poissonTails(window);
  let power = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  const jump = new Float64Array(n * n);
  const stayed = new Float64Array(n * n);
  // A mean of at most 1 jump: the window starts at 0.
  for (let k = 0; k < window.weight.length; k++) {
    for (let at = 0; at < power.length; at++) {
      jump[at] = (jump[at] as number) + (window.weight[k] as number) * (power[at] as number);
      stayed[at] = (stayed[at] as number) + ((tails[k + 1] as number) * (power[at] as number)) / fastest;
    }
    power = product(power, step, n);
  }
  return { jump, stayed };
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k] as number;
      if (x === 0) continue;
      for (let j = 0; j < n; j++) {
        result[i * n + j] = (result[i * n + j] as number) + x * (b[k * n + j] as number);
      }
    }
  }
  return result;
}

function scaledRows(matrix: Float64Array<ArrayBuffer>, n: number): Float64Array<ArrayBuffer> {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] as number;
    for (let j = 0; j < n; j++) matrix[i * n + j] = (matrix[i * n + j] as number) / sum;
  }
  return matrix;
}
