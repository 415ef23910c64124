import type { ServiceClass } from '../../../src/models/queueing/mix.ts';

/** Deterministic uniform numbers in (0, 1): xoshiro128**, its state filled from the seed by a Weyl sequence with mixing. */
export function uniform(seed: number): () => number {
  const state = Int32Array.from([1, 2, 3, 4], (i) =>
    mixed(Math.imul(seed, 0x9e3779b9) + Math.imul(i, 0x6d2b79f5)),
  );
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9);
    state[0] = a ^ d ^ b;
    state[1] = b ^ c ^ a;
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotated(d ^ b, 11);
    return ((result >>> 0) + 0.5) / 4294967296;
  };
}

function rotated(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function mixed(x: number): number {
  const first = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  const second = Math.imul(first ^ (first >>> 15), 0x735a2d97);
  return second ^ (second >>> 15);
}

export interface SimulationResult {
  readonly meanWait: number;
  /** Sorted. */
  readonly responses: Float64Array;
}

/**
 * Response times of `customers` Poisson arrivals at c servers with one queue in order of arrival, after a warm-up.
 * Each customer takes the server that is free first (a heap of the times at which servers become free).
 */
export function simulatePool(
  arrivalRate: number,
  servers: number,
  mix: readonly ServiceClass[],
  customers: number,
  seed: number,
): SimulationResult {
  const random = uniform(seed);
  const free = new Float64Array(servers);
  const responses = new Float64Array(customers);
  const warmUp = Math.round(customers / 5);
  let now = 0;
  let waits = 0;
  for (let i = -warmUp; i < customers; i += 1) {
    now -= Math.log(1 - random()) / arrivalRate;
    const service = drawn(mix, random());
    const start = Math.max(now, free[0] as number);
    replaceFirst(free, start + service);
    if (i < 0) continue;
    waits += start - now;
    responses[i] = start - now + service;
  }
  return { meanWait: waits / customers, responses: responses.sort() };
}

/** Percentile of sorted samples. */
export function percentileOf(sorted: Float64Array, percentile: number): number {
  return sorted[Math.floor(percentile * sorted.length)] as number;
}

function drawn(mix: readonly ServiceClass[], u: number): number {
  let rest = u;
  for (const { serviceTime, share } of mix) {
    if (rest < share) return serviceTime;
    rest -= share;
  }
  return (mix.at(-1) as ServiceClass).serviceTime;
}

/** Replaces the smallest entry of a heap and restores the order. */
function replaceFirst(heap: Float64Array, value: number): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
    if ((heap[child] as number) >= value) break;
    heap[place] = heap[child] as number;
    place = child;
  }
  heap[place] = value;
}
