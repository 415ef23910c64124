import { requirePositive, requireProbability } from '../models/reliability/ranges.ts';
import { dayHours, type TrafficShape } from '../models/slo/traffic-shape.ts';
import { type Trace, traceOfCounts } from './trace.ts';

/** Errors at a constant ratio for a time. Unix seconds. */
export interface TracedIncident {
  readonly start: number;
  readonly end: number;
  readonly errorRatio: number;
}

/** The traffic over which listed incidents are laid. */
export interface TraceTraffic {
  readonly shape: TrafficShape;
  /** Requests per second at the peak of the shape. */
  readonly peakRate: number;
  /** Share of bad events at all other times; 0 where left out. */
  readonly baseline?: number;
}

/** From when until when, in Unix seconds, and at which distance. */
export interface TraceSpan {
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/**
 * The trace that a list of incidents makes over a traffic of every day, hours counted in UTC: in each interval the events
 * are the integral of the traffic, and of those in an incident its ratio is bad. Of overlapping incidents each takes its
 * share of what the others leave.
 *
 * Give the longest window as history before the first incident. Throws a RangeError for a span or rate that is not above 0.
 */
export function incidentTrace(
  incidents: readonly TracedIncident[],
  { shape, peakRate, baseline = 0 }: TraceTraffic,
  { from, to, stepSeconds }: TraceSpan,
): Trace {
  requirePositive('peak request rate', peakRate);
  requireProbability('baseline error ratio', baseline);
  requirePositive('step of the trace', stepSeconds);
  requirePositive('span of the trace', to - from);
  const count = Math.ceil((to - from) / stepSeconds);
  const total = new Float64Array(count);
  const bad = new Float64Array(count);
  const perHour = (peakRate / shape.peak) * 3600;
  const events = (begin: number, end: number) => perHour * hours(shape, begin / 3600, end / 3600);
  for (let i = 0; i < count; i += 1) {
    const begin = from + i * stepSeconds;
    total[i] = events(begin, begin + stepSeconds);
    bad[i] = (total[i] as number) * baseline;
  }
  for (const { start, end, errorRatio } of incidents) {
    requireProbability('error ratio', errorRatio);
    const first = Math.max(0, Math.floor((start - from) / stepSeconds));
    const last = Math.min(count, Math.ceil((end - from) / stepSeconds));
    for (let i = first; i < last; i += 1) {
      const begin = from + i * stepSeconds;
      const hit = events(Math.max(begin, start), Math.min(begin + stepSeconds, end));
      const all = total[i] as number;
      const good = all - (bad[i] as number);
      bad[i] = all - good * (1 - (all > 0 ? (hit / all) * errorRatio : 0));
    }
  }
  return traceOfCounts(from + stepSeconds, stepSeconds, total, bad);
}

/** Integral of the shape between two times in hours, which may lie in different days. */
function hours(shape: TrafficShape, from: number, to: number): number {
  const day = Math.floor(from / dayHours) * dayHours;
  const end = Math.min(to, day + dayHours);
  const own = shape.within(from - day, end - from);
  return to > end ? own + hours(shape, end, to) : own;
}
