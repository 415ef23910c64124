/** A range that holds the truth with the stated confidence, for instance 0.95. `high` may be Infinity. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/** An estimate with its standard error (from Fisher's information) and an interval. */
export interface Estimated {
  readonly value: number;
  readonly standardError: number;
  readonly interval: Interval;
}

/** Chance left outside on each side of a two-sided interval; throws a RangeError unless confidence lies in (0, 1). */
export function tailOf(confidence: number): number {
  return outsideOf(confidence) / 2;
}

/** Chance left outside of a one-sided bound; throws a RangeError unless confidence lies in (0, 1). */
export function outsideOf(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence must lie between 0 and 1, not ${confidence}`);
  }
  return 1 - confidence;
}
