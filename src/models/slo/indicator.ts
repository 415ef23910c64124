import { requireCount, requireProbability } from '../reliability/ranges.ts';

/** Good events over all of them, from the total and either of its parts. */
export type Counts =
  | { readonly good: number; readonly total: number }
  | { readonly bad: number; readonly total: number };

/**
 * Share of good events: good / total or 1 − bad / total; undefined where nothing was asked.
 *
 * Throws a RangeError for counts that are negative or a part above the total: those are errors of the measurement.
 */
export function indicator(counts: Counts): number | undefined {
  const part = 'good' in counts ? counts.good : counts.bad;
  if (!(part >= 0 && counts.total >= part)) {
    throw new RangeError(`counted part must lie in [0, total ${counts.total}], not ${part}`);
  }
  if (counts.total === 0) return undefined;
  return ('good' in counts ? part : counts.total - part) / counts.total;
}

/**
 * The indicator of a report that may lack one of its two series; undefined where it may not be published.
 *
 * A series without data counts as zero events, since counters appear with their first event; both without data, or
 * fewer events than `minimum`, say nothing. After the report of google/slo-generator (MIN_VALID_EVENTS).
 */
export function reportedIndicator(
  good: number | undefined,
  bad: number | undefined,
  minimum: number,
): number | undefined {
  requireCount('least number of events', minimum, 1);
  const total = (good ?? 0) + (bad ?? 0);
  return total < minimum ? undefined : indicator({ good: good ?? 0, total });
}

/**
 * Composite of indicators by weight: 1 minus what the parts lack, Σ w_i / (Σ w / n) (1 − s_i).
 *
 * OpenSLO v1: with equal weights the missing parts add up, so two times 0.95 give 0.90. Negative results are 0.
 * Throws a RangeError for an indicator outside [0, 1] or weights that are not above 0.
 */
export function compositeIndicator(
  parts: readonly { readonly indicator: number; readonly weight: number }[],
): number {
  const mean = parts.reduce((sum, { weight }) => sum + weight, 0) / parts.length;
  let missing = 0;
  for (const part of parts) {
    requireProbability('indicator', part.indicator);
    if (!(part.weight > 0)) throw new RangeError(`weight must be above 0, not ${part.weight}`);
    missing += (part.weight / mean) * (1 - part.indicator);
  }
  return Math.max(0, 1 - missing);
}
