/** Evenly distributed numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Half-width of the interval that holds an estimated share in 99.99 % of runs. */
export function monteCarloMargin(share: number, runs: number): number {
  return 3.9 * Math.sqrt((share * (1 - share)) / runs) + 1 / runs;
}
