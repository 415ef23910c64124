import { durationText } from '../models/slo/duration.ts';
import { steppedTraffic } from '../models/slo/traffic-shape.ts';
import type { Plan } from '../plan/types.ts';
import { InvalidInput } from '../problems/problem.ts';
import { incidentTrace, type TracedIncident } from './incident-trace.ts';
import { listsIncidents, readIncidents } from './read-incidents.ts';
import { readTrace } from './read-trace.ts';
import { type Replay, replay } from './replay.ts';
import { eventsBetween, type Trace } from './trace.ts';
import type { Cadence, ServiceObjective } from './types.ts';

/** A file replayed through the alerts of one objective. */
export interface ReplayReport {
  readonly file: string;
  /** What the file has: intervals with counts, or incidents that were laid over the plan's traffic. */
  readonly kind: 'intervals' | 'incidents';
  readonly objective: Pick<ServiceObjective, 'service' | 'slo' | 'tier' | 'objective' | 'periodSeconds'>;
  readonly stepSeconds: number;
  readonly evaluationSeconds: number;
  readonly replay: Replay;
  /** What of the answer to distrust, one sentence each without a full stop. */
  readonly limits: readonly string[];
}

const daySeconds = 86_400;
/** A year of readings at 15 s is two million. */
const longestSpan = 366 * daySeconds;

/**
 * Replays a CSV file, of intervals or of incidents, through the alerts of an objective. Incidents are laid over the
 * plan's own traffic, with the longest window as history before the first and whole days, so that no hour of the day
 * counts twice; rules are evaluated at the given cadence.
 *
 * Throws InvalidInput with the line of everything in the file that cannot be.
 */
export function replayFile(
  text: string,
  file: string,
  objective: ServiceObjective,
  plan: Plan,
  cadence: Cadence,
): ReplayReport {
  const kind = listsIncidents(text) ? 'incidents' : 'intervals';
  const trace =
    kind === 'incidents'
      ? laidOut(readIncidents(text, file), file, objective, plan, cadence)
      : readTrace(text, file);
  if (!(eventsBetween(trace, 0, trace.good.length - 1).total > 0)) throw new InvalidInput([noEvents(file)]);
  const { service, slo, tier, periodSeconds } = objective;
  return {
    file,
    kind,
    objective: { service, slo, tier, objective: objective.objective, periodSeconds },
    stepSeconds: trace.stepSeconds,
    evaluationSeconds: cadence.evaluationSeconds,
    replay: replay(trace, objective, { evaluationSeconds: cadence.evaluationSeconds }),
    limits: limitsOf(trace, objective),
  };
}

function laidOut(
  incidents: readonly TracedIncident[],
  file: string,
  { alerts }: ServiceObjective,
  plan: Plan,
  { scrapeSeconds }: Cadence,
): Trace {
  const longest = Math.max(...alerts.map(({ longSeconds, forSeconds }) => longSeconds + forSeconds));
  const first = Math.min(...incidents.map(({ start }) => start)) - longest;
  const last = Math.max(...incidents.map(({ end }) => end)) + longest;
  const from = Math.floor(first / daySeconds) * daySeconds;
  const to = Math.ceil(last / daySeconds) * daySeconds;
  if (to - from > longestSpan) throw new InvalidInput([tooLong(file, to - from)]);
  const shape = steppedTraffic(hourlyTraffic(plan));
  const peakRate = (plan.quantities.get('workload.demand')?.value ?? Number.NaN) * shape.peak;
  return incidentTrace(incidents, { shape, peakRate }, { from, to, stepSeconds: scrapeSeconds });
}

function hourlyTraffic(plan: Plan): readonly number[] {
  const traffic = plan.sheet.objects.get('workload.traffic');
  if (traffic === undefined) throw new RangeError('the plan has no workload.traffic');
  return (traffic.object as { readonly hourly: readonly number[] }).hourly;
}

function limitsOf(trace: Trace, { alerts }: ServiceObjective): string[] {
  const step = trace.stepSeconds;
  const span = (trace.good.length - 1) * step;
  const blind = alerts.filter(({ shortSeconds }) => shortSeconds < 2 * step);
  const young = alerts.filter(({ longSeconds }) => longSeconds > span);
  const names = (list: typeof alerts) => list.map(({ name }) => name).join(', ');
  return [
    ...(blind.length === 0
      ? []
      : [
          `readings of ${secondsText(step)} are too far apart for ${names(blind)}: a window needs two of them, so ` +
            'their silence says nothing',
        ]),
    ...(young.length === 0
      ? []
      : [
          `the file holds ${secondsText(span)}, less than the long window of ${names(young)}: they see only what ` +
            'there is, as in a Prometheus that young',
        ]),
  ];
}

function secondsText(seconds: number): string {
  return Number.isSafeInteger(seconds) && seconds > 0 ? durationText(seconds) : `${seconds}s`;
}

function noEvents(file: string) {
  return {
    code: 'bad-file',
    file,
    message: 'the file has no events, so there is no budget to spend',
    advice: 'export the counts of a time with traffic',
  } as const;
}

function tooLong(file: string, seconds: number) {
  return {
    code: 'bad-file',
    file,
    message: `the incidents lie within ${Math.round(seconds / daySeconds)} days, and a replay covers at most 366`,
    advice: 'replay each year from a file of its own',
  } as const;
}
