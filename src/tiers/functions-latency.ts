import type { ServiceClass } from '../models/queueing/mix.ts';
import { serviceMix, servicePercentile } from '../models/queueing/mix.ts';
import { randomResponsePercentile, responsePercentile } from '../models/queueing/response.ts';
import {
  minServersForRandomResponse,
  minServersForResponse,
  type ResponseObjective,
  type ResponseSizing,
} from '../models/queueing/response-sizing.ts';
import { interpolate } from '../models/sizing/curve.ts';
import type { SheetFunction } from '../sheet/types.ts';
import type { CostCurve, PayloadClasses } from './functions-mix.ts';

/** Payloads, CPU time by payload, stretch to the bought machine, spread within a size, largest payload of the objective. */
const mixParameters = ['object:payloadMix', 'object:costCurve', '1', '1', 'B/req', '1'] as const;
type MixArguments = [
  PayloadClasses,
  CostCurve,
  stretch: number,
  spread: number,
  payloadBelow: number,
  percentile: number,
];

/** Percentiles of waiting and resizing together, and the machines that they need. */
export const latencyFunctions: readonly SheetFunction[] = [
  {
    name: 'responseCentral',
    meaning:
      'percentile of waiting and service together, one central queue before all cores; 0 where they cannot carry the load',
    parameters: ['req/s', 'core', ...mixParameters],
    result: 's',
    source: 'Erlang C, two-moment correction of Cosmetatos 1976, tail of Tijms 2003',
    evaluate: (arrivalRate: number, cores: number, ...mix: MixArguments) => {
      const times = services(mix);
      const servers = Math.floor(cores);
      return saturated(arrivalRate, servers, times.mix)
        ? 0
        : responsePercentile({ arrivalRate, servers, ...times, percentile: mix[5] });
    },
  },
  {
    name: 'responseRandom',
    meaning:
      'the same percentile if requests choose a machine at random and wait there; 0 where they cannot carry the load',
    parameters: ['req/s', 'machine', 'core/machine', ...mixParameters],
    result: 's',
    source: 'one M/G/c queue per machine, Poisson arrivals split evenly',
    evaluate: (arrivalRate: number, queues: number, cores: number, ...mix: MixArguments) => {
      const times = services(mix);
      const serversPerQueue = Math.floor(cores);
      return saturated(arrivalRate, queues * serversPerQueue, times.mix)
        ? 0
        : randomResponsePercentile({ arrivalRate, queues, serversPerQueue, ...times, percentile: mix[5] });
    },
  },
  {
    name: 'responseFloor',
    meaning: 'percentile of the service alone',
    parameters: [...mixParameters],
    result: 's',
    evaluate: (...mix: MixArguments) => servicePercentile(serviceMix(services(mix).answered), mix[5]),
  },
  {
    name: 'machinesForLatency',
    meaning: 'fewest machines behind one queue that keep a percentile within a bound; 0 where no number does',
    parameters: ['req/s', 'core/machine', ...mixParameters, 's'],
    result: 'machine',
    evaluate: sizing(minServersForResponse),
  },
  {
    name: 'machinesForLatencyRandom',
    meaning: 'fewest machines chosen at random that keep a percentile within a bound; 0 where no number does',
    parameters: ['req/s', 'core/machine', ...mixParameters, 's'],
    result: 'machine',
    evaluate: sizing(minServersForRandomResponse),
  },
];

/** Without a steady state there is no percentile; a finding of the plan says so. */
function saturated(arrivalRate: number, servers: number, mix: readonly ServiceClass[]): boolean {
  return arrivalRate * serviceMix(mix).mean >= servers;
}

function sizing(solve: (objective: ResponseObjective) => ResponseSizing) {
  return (arrivalRate: number, cores: number, ...rest: [...MixArguments, bound: number]): number => {
    const [payload, curve, stretch, spread, payloadBelow, percentile, bound] = rest;
    if (bound <= 0) return 0;
    const times = services([payload, curve, stretch, spread, payloadBelow, percentile]);
    const sized = solve({ arrivalRate, ...times, percentile, bound, serversPerMachine: Math.floor(cores) });
    return sized.kind === 'feasible' ? sized.machines : 0;
  };
}

/** Share of the jobs of one size that take the spread times their mean: the slow fiftieth. The others keep the mean as it is. */
const slowShare = 0.02;

/**
 * Service times of all payloads, which make the wait, and of those that the objective is about. An objective below the
 * smallest payload is about nothing; then the smallest class stands for it.
 */
export function services([{ classes }, { points }, stretch, spread, payloadBelow]: MixArguments): {
  readonly mix: readonly ServiceClass[];
  readonly answered: readonly ServiceClass[];
} {
  const times = (of: PayloadClasses['classes']): readonly ServiceClass[] =>
    of.flatMap(({ bytes, share }) => {
      const mean = interpolate(points, bytes) * stretch;
      const fast = (mean * (1 - slowShare * spread)) / (1 - slowShare);
      return [
        { serviceTime: fast, share: share * (1 - slowShare) },
        { serviceTime: mean * spread, share: share * slowShare },
      ];
    });
  const small = classes.filter(({ bytes }) => bytes <= payloadBelow);
  const within = small.length === 0 ? classes.slice(0, 1) : small;
  const total = within.reduce((sum, { share }) => sum + share, 0);
  return {
    mix: times(classes),
    answered: times(within.map((one) => ({ ...one, share: one.share / total }))),
  };
}
