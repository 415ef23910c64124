import { rateUpperBound } from '../models/statistics/rate.ts';
import type { IncidentLog } from './types.ts';

/** Time in which nothing at all was down: the only hours that prove the service as a whole. */
export interface Operation {
  /** Since the last incident ended, up to the end of observation; 0 while one is open. */
  readonly currentHours: number;
  readonly longestHours: number;
  /** Sum of all stretches without an open incident. */
  readonly totalHours: number;
  readonly stretches: number;
  /** Upper bound of the rate of incidents that the current stretch demonstrates on its own, per hour. */
  readonly demonstratedRate?: number;
}

/** Continuous hours of successful operation, from the gaps between incidents of all components together. */
export function continuousOperation(log: IncidentLog, confidence: number): Operation {
  let clear = log.window.from;
  let longest = 0;
  let total = 0;
  let stretches = 0;
  const close = (until: number) => {
    if (until <= clear) return;
    longest = Math.max(longest, until - clear);
    total += until - clear;
    stretches += 1;
  };
  for (const incident of log.incidents) {
    close(incident.start);
    clear = Math.max(clear, incident.end ?? log.window.to);
  }
  close(log.window.to);
  const currentHours = Math.max(0, log.window.to - clear) / 3600;
  return {
    currentHours,
    longestHours: longest / 3600,
    totalHours: total / 3600,
    stretches,
    ...(currentHours > 0 ? { demonstratedRate: rateUpperBound(0, currentHours, confidence) } : {}),
  };
}
