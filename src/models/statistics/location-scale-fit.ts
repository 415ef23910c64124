import { type Derivatives, derivatives, type LogSample, type StandardError } from './location-scale.ts';

/** Location and scale where the likelihood is largest, with the covariance from the observed information. */
export interface LocationScale {
  readonly mu: number;
  readonly sigma: number;
  /** Of the times, not of their logarithms. */
  readonly logLikelihood: number;
  readonly varianceMu: number;
  readonly varianceSigma: number;
  readonly covariance: number;
}

/** The largest likelihood over both parameters. */
export function maximise(sample: LogSample, error: StandardError): LocationScale {
  // Centred and scaled logarithms keep the 2 x 2 system well conditioned whatever the unit of time.
  const { centre, spread, standard } = standardised(sample);
  let a = 0;
  let s = 1;
  let at = derivatives(standard, error, a, s);
  for (let step = 0; step < 200; step += 1) {
    const determinant = at.aa * at.ss - at.as * at.as;
    const da = -(at.ss * at.a - at.as * at.s) / determinant;
    const ds = -(at.aa * at.s - at.as * at.a) / determinant;
    let length = Math.min(1, ds < 0 ? (0.9 * s) / -ds : 1);
    let next = derivatives(standard, error, a + length * da, s + length * ds);
    while (!(next.value >= at.value - 1e-12 * Math.abs(at.value)) && length > 1e-10) {
      length /= 2;
      next = derivatives(standard, error, a + length * da, s + length * ds);
    }
    a += length * da;
    s += length * ds;
    at = next;
    if (Math.abs(length * da) < 1e-12 * (1 + Math.abs(a)) && Math.abs(length * ds) < 1e-12 * s) break;
  }
  return unstandardised(at, a, s, centre, spread, sample.failures);
}

/**
 * The largest log-likelihood with μ held fixed, as a function of μ; concave in s = 1/σ alone. Each call begins where
 * the one before ended, since the ends of an interval are approached in small steps.
 */
export function profileOverMu(
  sample: LogSample,
  error: StandardError,
  guess: number,
): (mu: number) => number {
  let start = 1 / guess;
  return (mu) => {
    // With y shifted by μ the location is 0, and s alone is left.
    const top = climb(
      (s) => {
        const at = derivatives(sample, error, mu * s, s);
        return [at.value, at.s + mu * at.a, at.ss + 2 * mu * at.as + mu * mu * at.aa];
      },
      start,
      0,
    );
    start = top.x;
    return top.value;
  };
}

/** The largest log-likelihood with σ held fixed, as a function of σ; concave in a = μ/σ alone. */
export function profileOverSigma(
  sample: LogSample,
  error: StandardError,
  guess: number,
): (sigma: number) => number {
  let mu = guess;
  return (sigma) => {
    const top = climb((a) => {
      const at = derivatives(sample, error, a, 1 / sigma);
      return [at.value, at.a, at.aa];
    }, mu / sigma);
    mu = top.x * sigma;
    return top.value;
  };
}

/** Largest value of a concave function of one coordinate, by Newton with halved steps; `floor` bounds it below. */
function climb(
  derive: (x: number) => readonly [value: number, slope: number, curvature: number],
  start: number,
  floor = -Infinity,
): { readonly x: number; readonly value: number } {
  let x = start;
  let [value, slope, curvature] = derive(x);
  // The gain that Newton's step promises; below this the value is as good as at the top.
  for (let step = 0; step < 100 && slope * slope > -2e-10 * curvature; step += 1) {
    let move = -slope / curvature;
    if (x + move <= floor) move = 0.7 * (floor - x);
    let next = derive(x + move);
    while (!(next[0] >= value - 1e-12 * Math.abs(value)) && Math.abs(move) > 1e-12 * Math.abs(x)) {
      move /= 2;
      next = derive(x + move);
    }
    x += move;
    [value, slope, curvature] = next;
  }
  return { x, value };
}

function standardised(sample: LogSample): { centre: number; spread: number; standard: LogSample } {
  const observed = sample.logs.filter((_, i) => sample.observed[i]);
  const centre = observed.reduce((sum, y) => sum + y, 0) / observed.length;
  const squares = observed.reduce((sum, y) => sum + (y - centre) ** 2, 0) / observed.length;
  const spread = Math.sqrt(squares);
  const logs = sample.logs.map((y) => (y - centre) / spread);
  return { centre, spread, standard: { ...sample, logs } };
}

/** Back to (μ, σ) of ln t; the covariance goes through the Jacobian of (a, s) to (a/s, 1/s). */
function unstandardised(
  at: Derivatives,
  a: number,
  s: number,
  centre: number,
  spread: number,
  failures: number,
): LocationScale {
  const determinant = at.aa * at.ss - at.as * at.as;
  const vaa = -at.ss / determinant;
  const vss = -at.aa / determinant;
  const vas = at.as / determinant;
  const ma = 1 / s;
  const ms = -a / (s * s);
  const ss = -1 / (s * s);
  return {
    mu: centre + (spread * a) / s,
    sigma: spread / s,
    logLikelihood: at.value - failures * Math.log(spread),
    varianceMu: spread ** 2 * (ma * ma * vaa + 2 * ma * ms * vas + ms * ms * vss),
    varianceSigma: spread ** 2 * ss * ss * vss,
    covariance: spread ** 2 * (ma * ss * vas + ms * ss * vss),
  };
}
