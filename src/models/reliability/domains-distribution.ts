/** A stretch of neighbouring values: values[i] is the chance of start + i. */
export interface Run {
  readonly start: number;
  readonly values: Float64Array;
}

/**
 * Distribution of a whole number of capacity units, kept as runs around the mass.
 * What was left out adds up to at most `dropped`, so every probability read from it is an interval.
 */
export interface CapacityDistribution {
  /** In rising order, never overlapping. */
  readonly runs: readonly Run[];
  /** Mass that is in no run. */
  readonly dropped: number;
  /** Largest possible value. */
  readonly total: number;
}

/** A probability that is known to lie between two numbers. */
export interface ProbabilityInterval {
  readonly lower: number;
  readonly upper: number;
}

/** Runs closer than this share one array: the bookkeeping of two would cost more than the zeros between them. */
export const smallestGap = 24;

/** All mass at one value. */
export function certain(value: number, total: number): CapacityDistribution {
  return { runs: [{ start: value, values: Float64Array.of(1) }], dropped: 0, total };
}

/** Distribution with the chance values[i] of the capacity i·step. */
export function fromValues(values: Float64Array, step: number): CapacityDistribution {
  const total = (values.length - 1) * step;
  if (step === 1) return { runs: [{ start: 0, values }], dropped: 0, total };
  const spread = new Float64Array(total + 1);
  for (let i = 0; i < values.length; i += 1) spread[i * step] = values[i] as number;
  return { runs: [{ start: 0, values: spread }], dropped: 0, total };
}

/** Distribution that is parts[i] with chance weights[i]; weights that add up to less than 1 count as dropped mass. */
export function mix(
  parts: readonly CapacityDistribution[],
  weights: readonly number[],
  total: number,
): CapacityDistribution {
  const pieces = parts.flatMap((part) =>
    part.runs.map((run) => ({ from: run.start, to: run.start + run.values.length })),
  );
  const runs = emptyRuns(pieces);
  let dropped = 0;
  parts.forEach((part, index) => {
    const weight = weights[index] as number;
    dropped += weight * part.dropped;
    for (const { start, values } of part.runs) addScaled(runs, start, values, weight);
  });
  return { runs, dropped, total };
}

/**
 * Chance that the capacity is below x, as an interval: the mass below x, and that plus what was dropped.
 *
 * x: capacity units. The interval holds up to the rounding of sums of positive terms (relative 1e-12 at most).
 * Throws a RangeError for an x that is not a number.
 */
export function probabilityBelow(distribution: CapacityDistribution, x: number): ProbabilityInterval {
  if (Number.isNaN(x)) throw new RangeError('capacity must be a number, not NaN');
  if (x > distribution.total) return { lower: 1, upper: 1 };
  if (x <= 0) return { lower: 0, upper: 0 };
  let lower = 0;
  for (const { start, values } of distribution.runs) {
    const end = Math.min(values.length, Math.ceil(x) - start);
    for (let i = 0; i < end; i += 1) lower += values[i] as number;
  }
  lower = Math.min(1, lower);
  return { lower, upper: Math.min(1, lower + distribution.dropped) };
}

/** The distribution as one array over 0..total, without the dropped mass. */
export function toArray(distribution: CapacityDistribution): Float64Array {
  const array = new Float64Array(distribution.total + 1);
  for (const { start, values } of distribution.runs) array.set(values, start);
  return array;
}

/** Number of values held: what a convolution with it costs per value of the other. */
export function lengthOf(distribution: CapacityDistribution): number {
  return distribution.runs.reduce((sum, run) => sum + run.values.length, 0);
}

/** Zeroed runs that cover all the pieces (from included, to excluded); near pieces share a run. */
export function emptyRuns(pieces: readonly { readonly from: number; readonly to: number }[]): Run[] {
  const sorted = [...pieces].sort((a, b) => a.from - b.from);
  const spans: { from: number; to: number }[] = [];
  for (const { from, to } of sorted) {
    const last = spans.at(-1);
    if (last !== undefined && from < last.to + smallestGap) last.to = Math.max(last.to, to);
    else spans.push({ from, to });
  }
  return spans.map(({ from, to }) => ({ start: from, values: new Float64Array(to - from) }));
}

/** The run that holds `value`; the runs must cover it. */
export function runAt(runs: readonly Run[], value: number): Run {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle] as Run).start <= value) low = middle;
    else high = middle - 1;
  }
  return runs[low] as Run;
}

/** Adds weight·values, placed at `start`, to runs of one's own that cover them. */
function addScaled(runs: readonly Run[], start: number, values: Float64Array, weight: number): void {
  const target = runAt(runs, start);
  const shift = start - target.start;
  for (let i = 0; i < values.length; i += 1) {
    target.values[shift + i] = (target.values[shift + i] as number) + weight * (values[i] as number);
  }
}
