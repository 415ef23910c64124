/** Uniform numbers in (0, 1) from a seed: Marsaglia's xorshift on 32 bits, mixed so that small seeds differ at once. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 20; i += 1) next();
  return next;
}

export function exponential(random: () => number, mean: number): number {
  return -mean * Math.log(random());
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

export function lognormal(random: () => number, mu: number, sigma: number): number {
  return Math.exp(mu + sigma * normal(random));
}

export function weibull(random: () => number, scale: number, shape: number): number {
  return scale * (-Math.log(random())) ** (1 / shape);
}

/** Gamma variable by Marsaglia and Tsang, ACM TOMS 26 (2000), with the boost for shapes below 1. */
export function gamma(random: () => number, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** One outage of a simulation; times in hours since the start of observation. */
export interface Outage {
  readonly start: number;
  readonly end: number;
  readonly component: string;
  readonly domain?: string;
  readonly cause?: string;
}

export const origin = Date.UTC(2026, 0, 1);

export function timestamp(hours: number): string {
  return new Date(origin + hours * 3_600_000).toISOString();
}

/** The outages as a CSV file; what lasts beyond the end of observation is written as still open. */
export function csvOf(outages: readonly Outage[], hours: number): string {
  const rows = outages.map(({ start, end, component, domain = '', cause = '' }) => {
    const closed = end < hours ? timestamp(end) : '';
    return `${timestamp(start)},${closed},${component},${domain},${cause},1`;
  });
  return ['start,end,component,domain,cause,share', ...rows].join('\n');
}
