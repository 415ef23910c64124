import type { Position } from './segment.ts';

/**
 * What a landing object is named by: the piece of the log that it holds, so that sending it again is harmless, and
 * the deadlines of its records, so that a reader need not open it to know which days it touches.
 */
export interface LandingObject {
  readonly key: string;
  readonly log: string;
  readonly from: Position;
  /** Where the piece ends in its segment. */
  readonly until: number;
  /** Unix milliseconds, inclusive. */
  readonly earliestDeadline: number;
  readonly latestDeadline: number;
}

export const landingPrefix = 'landing/';

export function landingKey(object: Omit<LandingObject, 'key'>): string {
  const { log, from, until, earliestDeadline, latestDeadline } = object;
  return `${landingPrefix}${log}/${from.segment}-${from.offset}-${until}_${earliestDeadline}-${latestDeadline}.parquet`;
}

/** Undefined where the key is not one of ours. */
export function parseLandingKey(key: string): LandingObject | undefined {
  const match = /^landing\/([^/]+)\/(\d+)-(\d+)-(\d+)_(\d+)-(\d+)\.parquet$/.exec(key);
  if (!match) return undefined;
  const [segment = 0, offset = 0, until = 0, earliest = 0, latest = 0] = match.slice(2).map(Number);
  return {
    key,
    log: match[1] ?? '',
    from: { segment, offset },
    until,
    earliestDeadline: earliest,
    latestDeadline: latest,
  };
}
