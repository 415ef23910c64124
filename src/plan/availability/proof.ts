import { rateUpperBound } from '../../models/statistics/rate.ts';
import { unavailabilityByF } from '../../models/statistics/unavailability-interval.ts';
import { confidence, failureFree, type Observation, type Proof } from './demonstrated.ts';

/**
 * What an observation proves with 95 % confidence: the chi-square bound of the mean number of outages, and where their
 * length was seen the F-interval for MTTR / MTTF. Throws a RangeError for hours that are not above 0.
 */
export function proofOf(seen: Observation): Proof {
  const { hours, outages, downHours = 0 } = seen;
  if (outages === 0) return failureFree(seen);
  // For one hour the bound of the rate is that of the mean number.
  const proof = { ...seen, outagesAtMost: rateUpperBound(outages, 1, confidence) };
  if (downHours === 0) return proof;
  // The upper end of a two-sided interval at 90 % is the one-sided bound at 95 %.
  const sides = 2 * confidence - 1;
  const { interval } = unavailabilityByF(hours - downHours, outages, downHours, outages, sides);
  return { ...proof, unavailability: interval.high };
}
