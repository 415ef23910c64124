import { requirePositive } from '../reliability/ranges.ts';

/** What lies between the moment an alert's condition is true and the moment somebody is told. Seconds. */
export interface Monitoring {
  readonly scrapeInterval: number;
  readonly evaluationInterval: number;
  /** Alertmanager waits this long for other alerts of the group; 0 where left out. */
  readonly groupWait?: number;
}

export interface Lag {
  readonly least: number;
  readonly mean: number;
  readonly worst: number;
}

/**
 * Delay added to the closed form of detection: the crossing waits for the next scrape, U(0, scrape), which waits for the
 * next evaluation, U(0, evaluation), and the group wait follows.
 *
 * `for` ends at an evaluation, so a wait that is no multiple of the interval is rounded up: its surplus is added.
 * Holds for scrapes and evaluations that are not synchronised. Throws a RangeError for intervals that are not above 0.
 */
export function detectionLag(monitoring: Monitoring, forSeconds = 0): Lag {
  const { scrapeInterval, evaluationInterval, groupWait = 0 } = monitoring;
  requirePositive('scrape interval', scrapeInterval);
  requirePositive('evaluation interval', evaluationInterval);
  requirePositive('group wait', groupWait, 'zero allowed');
  requirePositive('waiting time', forSeconds, 'zero allowed');
  const rounded = Math.ceil(forSeconds / evaluationInterval) * evaluationInterval - forSeconds;
  const fixed = groupWait + rounded;
  return {
    least: fixed,
    mean: fixed + (scrapeInterval + evaluationInterval) / 2,
    worst: fixed + scrapeInterval + evaluationInterval,
  };
}
