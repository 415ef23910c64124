import { firstWhere } from './bisection.ts';
import { openShare, positive, share } from './checks.ts';

/** One class of a service-time mix: requests that all take `serviceTime` seconds. */
export interface ServiceClass {
  readonly serviceTime: number;
  /** Share of the requests, 0 to 1; the classes add up to 1. */
  readonly share: number;
}

/** Service times that are sorted, with shares that add up to 1 exactly, and their moments. */
export interface Mix {
  readonly classes: readonly ServiceClass[];
  /** Mean, s. */
  readonly mean: number;
  /** Squared coefficient of variation. */
  readonly scv: number;
}

/** How far shares may be from adding up to 1 before they are refused. */
const shareTolerance = 1e-6;

/**
 * A mix ready for the models: sorted by service time, classes of share 0 dropped, shares scaled to a sum of 1.
 *
 * Throws a RangeError for no class, service times <= 0, shares outside [0, 1], and shares that miss 1 by more than 1e-6.
 */
export function serviceMix(classes: readonly ServiceClass[]): Mix {
  let sum = 0;
  for (const entry of classes) {
    positive('service time', entry.serviceTime);
    sum += share('share of a class', entry.share);
  }
  if (!(Math.abs(sum - 1) <= shareTolerance))
    throw new RangeError(`shares of the mix must add up to 1, not ${sum}`);
  const sorted = classes
    .filter((entry) => entry.share > 0)
    .map(({ serviceTime, share: part }) => ({ serviceTime, share: part / sum }))
    .sort((a, b) => a.serviceTime - b.serviceTime);
  const mean = sorted.reduce((total, entry) => total + entry.share * entry.serviceTime, 0);
  const variance = sorted.reduce((total, entry) => total + entry.share * (entry.serviceTime - mean) ** 2, 0);
  return { classes: sorted, mean, scv: variance / mean ** 2 };
}

/** Share of the mix that takes longer than t. */
export function serviceTail({ classes }: Mix, t: number): number {
  return classes.reduce((sum, entry) => (entry.serviceTime > t ? sum + entry.share : sum), 0);
}

/**
 * Percentile of the service time alone, in s: the least that a response can take at that percentile, however many
 * servers there are. Throws a RangeError for a percentile outside (0, 1).
 */
export function servicePercentile(mix: Mix, percentile: number): number {
  const rest = allowedLate(percentile);
  const met = mix.classes.find((entry) => serviceTail(mix, entry.serviceTime) <= rest);
  return (met ?? (mix.classes.at(-1) as ServiceClass)).serviceTime;
}

/** 1 - p with a slack of 1e-9, so that a class of exactly 1 % may miss a p99. */
export function allowedLate(percentile: number): number {
  return (1 - openShare('percentile', percentile)) * (1 + 1e-9);
}

/**
 * Decay rate of the wait in M/G/c, in 1/s: P(Wq > t) ~ e^(-c θ t) where λ (E[e^(θ S)] - 1) = c θ, returned as c θ.
 *
 * λ: arrivals (1/s); S: service time of the mix (s). Source: Cramér-Lundberg for c = 1; Tijms, A First Course in
 * Stochastic Models, 9.6.2 for c servers. Exact for any c with a < c.
 */
export function waitDecayRate({ classes, mean, scv }: Mix, arrivalRate: number, servers: number): number {
  // (E[e^(θS)] - 1)/θ grows with θ from E[S]; e^x >= 1 + x + x²/2 bounds the root from above.
  const spare = servers - arrivalRate * mean;
  const most = (2 * spare) / (arrivalRate * mean ** 2 * (1 + scv));
  const grown = (theta: number) =>
    classes.reduce((sum, entry) => sum + (entry.share * Math.expm1(theta * entry.serviceTime)) / theta, 0);
  return servers * firstWhere((theta) => arrivalRate * grown(theta) >= servers, 0, most);
}
