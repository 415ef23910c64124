import { requireCount } from '../models/reliability/ranges.ts';
import type { Lifetime } from '../models/statistics/lifetimes.ts';
import type { Incident, IncidentLog } from './types.ts';

const secondsPerHour = 3600;

/** How much operation the log speaks for. */
export interface Exposure {
  readonly hours: number;
  readonly components: number;
  /** Components times hours, less the time that they were down. */
  readonly upHours: number;
  /** Component-hours down, whatever the affected share. */
  readonly downHours: number;
  /** Component-hours down, weighted by the affected share. */
  readonly lostHours: number;
  readonly incidents: number;
}

/** Length of an incident in hours, up to the end of observation where it is still open. */
export function incidentHours(incident: Incident, log: IncidentLog): number {
  return ((incident.end ?? log.window.to) - incident.start) / secondsPerHour;
}

/** Length of the observed time in hours. */
export function windowHours(log: IncidentLog): number {
  return (log.window.to - log.window.from) / secondsPerHour;
}

/**
 * Exposure of a fleet of `components`, those that never failed included.
 * Throws a RangeError where the log names more components than there are.
 */
export function exposureOf(log: IncidentLog, components: number): Exposure {
  requireCount('number of components', components, 1);
  const named = new Set(log.incidents.map((incident) => incident.component)).size;
  if (named > components) {
    throw new RangeError(`the log names ${named} components where the fleet has ${components}`);
  }
  let downHours = 0;
  let lostHours = 0;
  for (const incident of log.incidents) {
    const hours = incidentHours(incident, log);
    downHours += hours;
    lostHours += hours * incident.share;
  }
  const hours = windowHours(log);
  return {
    hours,
    components,
    upHours: components * hours - downHours,
    downHours,
    lostHours,
    incidents: log.incidents.length,
  };
}

/**
 * Times to an own failure, in hours. A time that ends in a shared failure or at the end of observation is censored.
 *
 * Without `newAtStart` a component's first failure only starts its clock, since its age at the start of observation is
 * unknown; given that failure, what follows is a fair sample. With it every component starts new, and those that never
 * failed count in full.
 */
export function upTimes(
  log: IncidentLog,
  components: number,
  ownFailures: ReadonlySet<Incident>,
  newAtStart: boolean,
): Lifetime[] {
  const histories = new Map<string, Incident[]>();
  for (const incident of log.incidents) {
    const history = histories.get(incident.component);
    if (history === undefined) histories.set(incident.component, [incident]);
    else history.push(incident);
  }
  const times: Lifetime[] = [];
  const add = (from: number, to: number, observed: boolean) => {
    if (to > from) times.push({ time: (to - from) / secondsPerHour, observed });
  };
  for (const history of histories.values()) {
    let since = newAtStart ? log.window.from : undefined;
    for (const incident of history) {
      if (since !== undefined) add(since, incident.start, ownFailures.has(incident));
      since = incident.end;
    }
    if (since !== undefined) add(since, log.window.to, false);
  }
  const silent = components - histories.size;
  if (newAtStart && silent > 0) times.push({ time: windowHours(log), observed: false, count: silent });
  return times;
}
