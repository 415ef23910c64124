import { firstWhole } from './bisection.ts';
import { positive, whole } from './checks.ts';
import { allowedLate, type ServiceClass, serviceMix, servicePercentile, serviceTail } from './mix.ts';
import { responseWithin } from './response.ts';

/** A fleet to be sized: machines of `serversPerMachine` servers that must answer within `bound` seconds at the percentile. */
export interface ResponseObjective {
  readonly arrivalRate: number;
  readonly mix: readonly ServiceClass[];
  /** Service times that the objective is about, where these are not all that share the queue. Absent: the mix. */
  readonly answered?: readonly ServiceClass[];
  readonly percentile: number;
  readonly bound: number;
  readonly serversPerMachine: number;
}

export type ResponseSizing =
  | {
      readonly kind: 'feasible';
      readonly machines: number;
    }
  | {
      /** The percentile of the service time alone is above the bound: no number of machines helps. */
      readonly kind: 'infeasible';
      readonly servicePercentile: number;
    };

/** Above this many machines the search gives up; only a bound that leaves no room for any wait gets here. */
const maxMachines = 2 ** 31;

/**
 * Fewest machines behind one central queue whose response percentile is within the bound.
 *
 * Smallest m with responseTail({servers: m · serversPerMachine}, bound) <= 1 - percentile; rates in 1/s, times in s.
 * Infeasible where the percentile of the service time alone exceeds the bound. Throws a RangeError for impossible input.
 */
export function minServersForResponse(objective: ResponseObjective): ResponseSizing {
  return fewest(objective, (machines) => ({ share: 1, servers: machines * objective.serversPerMachine }));
}

/**
 * Fewest machines with a queue each, picked at random, whose response percentile is within the bound.
 *
 * As minServersForResponse, with the arrival rate split over the machines. The difference to it is what a central queue saves.
 */
export function minServersForRandomResponse(objective: ResponseObjective): ResponseSizing {
  return fewest(objective, (machines) => ({ share: 1 / machines, servers: objective.serversPerMachine }));
}

/** The part of the arrivals that one queue gets, and the servers behind it. */
type Split = (machines: number) => { readonly share: number; readonly servers: number };

function fewest(objective: ResponseObjective, split: Split): ResponseSizing {
  const { arrivalRate, mix, answered = mix, percentile, bound, serversPerMachine } = objective;
  whole('servers per machine', serversPerMachine, 1);
  positive('arrival rate', arrivalRate);
  positive('bound', bound);
  const late = allowedLate(percentile);
  const times = serviceMix(mix);
  const asked = serviceMix(answered);
  const infeasible = { kind: 'infeasible', servicePercentile: servicePercentile(asked, percentile) } as const;
  if (serviceTail(asked, bound) > late) return infeasible;
  const queue = (machines: number) => {
    const { share, servers } = split(machines);
    return { arrivalRate: arrivalRate * share, servers, mix, answered, percentile };
  };
  const offered = arrivalRate * times.mean;
  const meets = (machines: number) => {
    const { share, servers } = split(machines);
    return offered * share < servers && responseWithin(queue(machines), bound);
  };
  const stable = Math.floor(offered / serversPerMachine) + 1;
  const step = Math.max(1, Math.round(Math.sqrt(offered) / serversPerMachine));
  const machines = firstWhole(meets, stable, maxMachines, step);
  if (machines === undefined) return infeasible;
  return { kind: 'feasible', machines };
}
