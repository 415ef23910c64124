import { milliseconds, type Trace } from './trace.ts';

/** Moments at which rules are evaluated: `first`, and every `step` after it. Seconds. */
export interface Grid {
  readonly first: number;
  readonly stepSeconds: number;
  readonly count: number;
}

/** Which readings a window holds: version 2 of Prometheus takes the one on its left edge, version 3 does not. */
export type PrometheusVersion = 2 | 3;

/** Moments of a trace: from its first reading to its last one. */
export function gridOf(trace: Trace, stepSeconds: number): Grid {
  const span = milliseconds((trace.good.length - 1) * trace.stepSeconds);
  const count = Math.floor(span / milliseconds(stepSeconds)) + 1;
  return { first: trace.start, stepSeconds, count };
}

/**
 * Share of bad events in a window at every moment of a grid, NaN where a rule would give no sample: fewer than two
 * readings in the window, or no traffic.
 *
 * The counts are those of PromQL's `increase`: last reading − first reading in the window, stretched to its edges where
 * the outermost readings are nearer to them than 1.1 intervals (else by half an interval), and to the left never beyond
 * the point where the counter would have been 0. Good and bad are counters of their own, so in a young series their
 * stretches differ. Counters of a trace never reset. (Prometheus, promql/functions.go, extrapolatedRate.)
 * Readings are prefix sums, so a window costs the same whatever its length.
 */
export function windowRatios(
  trace: Trace,
  windowSeconds: number,
  grid: Grid,
  version: PrometheusVersion = 2,
): Float64Array {
  const ratios = new Float64Array(grid.count);
  const step = milliseconds(trace.stepSeconds);
  const window = milliseconds(windowSeconds);
  const offset = milliseconds(grid.first - trace.start);
  const every = milliseconds(grid.stepSeconds);
  const newest = trace.good.length - 1;
  for (let at = 0; at < grid.count; at += 1) {
    // Times count from the first reading, which has index 0.
    const to = offset + at * every;
    const from = to - window;
    const edge = version === 2 ? Math.ceil(from / step) : Math.floor(from / step) + 1;
    const first = Math.max(0, edge);
    const last = Math.min(newest, Math.floor(to / step));
    ratios[at] =
      last > first ? ratio(trace, first, last, first * step - from, to - last * step, step) : Number.NaN;
  }
  return ratios;
}

function ratio(
  trace: Trace,
  first: number,
  last: number,
  toStart: number,
  toEnd: number,
  step: number,
): number {
  const bad = increase(trace.bad, first, last, toStart, toEnd, step);
  const good = increase(trace.good, first, last, toStart, toEnd, step);
  const total = good + bad;
  return total > 0 ? bad / total : Number.NaN;
}

function increase(
  counter: Float64Array,
  first: number,
  last: number,
  toStart: number,
  toEnd: number,
  step: number,
): number {
  const begun = counter[first] as number;
  const raw = (counter[last] as number) - begun;
  if (raw === 0 || (toStart === 0 && toEnd === 0)) return raw;
  const sampled = (last - first) * step;
  const threshold = 1.1 * step;
  // Where the counter would have been 0 on a straight line, nothing was counted before.
  const left = Math.min(toStart, sampled * (begun / raw));
  const covered = sampled + (left < threshold ? left : step / 2) + (toEnd < threshold ? toEnd : step / 2);
  return raw * (covered / sampled);
}
