import { logNormalSurvival, normalHazard } from './distribution-functions.ts';
import { type Lifetime, lifetimeTotals } from './lifetimes.ts';

/**
 * Maximum likelihood for log-location-scale families with right censoring: ln t = μ + σ·ε, where ε has a
 * log-concave density (smallest extreme value for Weibull, normal for lognormal). In a = μ/σ and s = 1/σ the
 * likelihood is concave (Burridge, JRSS B 43, 1981), so Newton's method with halved steps cannot go astray.
 */
export interface StandardError {
  /** Writes ln f(z) (observed) or ln S(z) (censored) and its first and second derivatives into `terms`. */
  readonly write: (z: number, observed: boolean, terms: Float64Array) => void;
}

/** Errors of ln t where t is Weibull: F(z) = 1 − exp(−e^z). */
export const smallestExtremeValue: StandardError = {
  write: (z, observed, terms) => {
    const e = Math.exp(z);
    terms[0] = observed ? z - e : -e;
    terms[1] = observed ? 1 - e : -e;
    terms[2] = -e;
  },
};

const logRootTwoPi = Math.log(2 * Math.PI) / 2;

/** Errors of ln t where t is lognormal. */
export const normalError: StandardError = {
  write: (z, observed, terms) => {
    if (observed) {
      terms[0] = -(z * z) / 2 - logRootTwoPi;
      terms[1] = -z;
      terms[2] = -1;
      return;
    }
    const hazard = normalHazard(z);
    // S = density / hazard, which keeps its digits in both tails but where S is all but 1.
    terms[0] = z < -5 ? logNormalSurvival(z) : -(z * z) / 2 - logRootTwoPi - Math.log(hazard);
    terms[1] = -hazard;
    terms[2] = -hazard * (hazard - z);
  },
};

/** A sample made ready: logarithms of the times, weights, and the sum of ln t over failures. */
export interface LogSample {
  readonly logs: Float64Array;
  readonly weights: Float64Array;
  readonly observed: readonly boolean[];
  readonly failures: number;
  readonly sumLogFailures: number;
}

/** Throws a RangeError with fewer than two distinct failure times, where no maximum exists. */
export function logSample(sample: readonly Lifetime[]): LogSample {
  const totals = lifetimeTotals(sample);
  if (totals.distinctFailureTimes < 2) {
    throw new RangeError(
      `a two-parameter fit needs at least 2 distinct failure times, not ${totals.distinctFailureTimes}`,
    );
  }
  const logs = Float64Array.from(sample, ({ time }) => Math.log(time));
  const weights = Float64Array.from(sample, ({ count = 1 }) => count);
  const observed = sample.map((each) => each.observed);
  let sumLogFailures = 0;
  observed.forEach((seen, i) => {
    if (seen) sumLogFailures += (weights[i] as number) * (logs[i] as number);
  });
  return { logs, weights, observed, failures: totals.failures, sumLogFailures };
}

/** Value, gradient and curvature of the log-likelihood in (a, s). */
export interface Derivatives {
  readonly value: number;
  readonly a: number;
  readonly s: number;
  readonly aa: number;
  readonly as: number;
  readonly ss: number;
}

/** Log-likelihood of the times at (a, s) with its derivatives; z = s·ln t − a. */
export function derivatives(sample: LogSample, error: StandardError, a: number, s: number): Derivatives {
  const terms = new Float64Array(3);
  let value = sample.failures * Math.log(s) - sample.sumLogFailures;
  let ga = 0;
  let gs = sample.failures / s;
  let aa = 0;
  let as = 0;
  let ss = -sample.failures / (s * s);
  for (let i = 0; i < sample.logs.length; i += 1) {
    const y = sample.logs[i] as number;
    const w = sample.weights[i] as number;
    const z = s * y - a;
    error.write(z, sample.observed[i] as boolean, terms);
    const f1 = terms[1] as number;
    const f2 = terms[2] as number;
    value += w * (terms[0] as number);
    ga -= w * f1;
    gs += w * f1 * y;
    aa += w * f2;
    as -= w * f2 * y;
    ss += w * f2 * y * y;
  }
  return { value, a: ga, s: gs, aa, as, ss };
}
