import { normalQuantile } from './distribution-functions.ts';
import { type Interval, tailOf } from './interval.ts';
import { rootBetween } from './root.ts';

/** What a profile interval needs; all in one unbounded coordinate x, such as the logarithm of a positive parameter. */
export interface Profile {
  /** Log-likelihood at x, maximised over all other parameters. */
  readonly logLikelihood: (x: number) => number;
  readonly best: number;
  readonly maximum: number;
  /** First guess of the distance from the best x to an end of the interval. */
  readonly step: number;
}

/** Error of the root of the likelihood ratio at an end; moves the end by less than a millionth of its width. */
const accuracy = 1e-6;

/**
 * Likelihood-ratio interval of one parameter: all x with 2(ℓmax − ℓ(x)) <= χ²(α; 1).
 *
 * Wilks, Annals of Mathematical Statistics 9 (1938). Asymptotic: near the stated confidence from some 20 events on.
 * An end that does not exist within 40 widenings of the step is −Infinity or Infinity.
 */
export function profileInterval(profile: Profile, confidence: number): Interval {
  const z = normalQuantile(tailOf(confidence), 'upper');
  // The root of the ratio is nearly linear in x, so that its zero is found in few steps.
  const excess = (x: number) => {
    const ratio = x === profile.best ? 0 : 2 * (profile.maximum - profile.logLikelihood(x));
    return Math.sqrt(Math.max(0, ratio)) - z;
  };
  return { low: end(profile, excess, -1), high: end(profile, excess, 1), confidence };
}

function end(profile: Profile, excess: (x: number) => number, direction: 1 | -1): number {
  let inside = profile.best;
  let width = profile.step;
  for (let widening = 0; widening < 40; widening += 1) {
    const outside = profile.best + direction * width;
    const beyond = excess(outside);
    if (!Number.isFinite(beyond)) break;
    if (beyond > 0) return rootBetween(excess, inside, outside, 1e-10, accuracy);
    inside = outside;
    width *= 1.5;
  }
  return direction * Infinity;
}
