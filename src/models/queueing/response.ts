import { firstWhere } from './bisection.ts';
import { nonNegative, positive, whole } from './checks.ts';
import { erlangC } from './erlang.ts';
import { type GeneralPool, mgcMeanWait } from './mgc.ts';
import { allowedLate, type Mix, type ServiceClass, serviceMix, waitDecayRate } from './mix.ts';
import { offeredLoad } from './mmc.ts';

/** Poisson arrivals (1/s) to one queue that all servers share, with the service times of a mix. */
export interface CentralQueue {
  readonly arrivalRate: number;
  readonly servers: number;
  readonly mix: readonly ServiceClass[];
  /**
   * Service times of the requests that the answer is about, where these are not all that share the queue: an objective
   * for small payloads only. Their shares add up to 1. Absent: the mix.
   */
  readonly answered?: readonly ServiceClass[];
}

/** Machines with a queue each; a request picks one at random. */
export interface RandomChoice {
  readonly arrivalRate: number;
  readonly queues: number;
  readonly serversPerQueue: number;
  readonly mix: readonly ServiceClass[];
  /** As for CentralQueue. */
  readonly answered?: readonly ServiceClass[];
}

/** P(Wq > t) = min(chance, level e^(-rate t)). */
interface Wait {
  readonly chance: number;
  readonly level: number;
  readonly rate: number;
}

/**
 * Chance that a response, wait and service together, takes longer than t in M/G/c with one queue.
 *
 *   P(R > t) = Σ_i p_i P(Wq > t - s_i),  P(Wq > t) ≈ min(C, θ Wq e^(-θ t)) for t >= 0, 1 for t < 0
 *
 * p_i, s_i: shares and service times (s) of the mix; C: erlangC; Wq: mgcMeanWait (s); θ: waitDecayRate (1/s). The wait
 * does not depend on the request's own service, hence the sum over classes is exact; the wait's tail has the right
 * mean and the exact decay. Source: Tijms, A First Course in Stochastic Models, 9.6. docs/models/queueing.md says how
 * far simulation is from it. Throws a RangeError for impossible input, t < 0 and a >= c.
 */
export function responseTail({ arrivalRate, servers, mix, answered = mix }: CentralQueue, t: number): number {
  const wait = waitOf(serviceMix(mix), arrivalRate, servers);
  return tailOf(serviceMix(answered), wait, nonNegative('time', t));
}

/**
 * Percentile of the response time in M/G/c with one queue, in s: the smallest t with responseTail(t) <= 1 - p.
 *
 * p: percentile as a share, such as 0.99. Not a sum of two percentiles. Throws as responseTail does, and for p outside (0, 1).
 */
export function responsePercentile({
  percentile,
  arrivalRate,
  servers,
  mix,
  answered = mix,
}: CentralQueue & { readonly percentile: number }): number {
  const rest = allowedLate(percentile);
  const times = serviceMix(answered);
  const wait = waitOf(serviceMix(mix), arrivalRate, servers);
  const longest = times.classes.at(-1)?.serviceTime as number;
  // An atom of the mix is often the answer itself; trying the atoms first gives it without the bisection's rounding.
  let below = 0;
  for (const { serviceTime } of times.classes) {
    if (tailOf(times, wait, serviceTime) <= rest) {
      return firstWhere((t) => tailOf(times, wait, t) <= rest, below, serviceTime);
    }
    below = serviceTime;
  }
  return firstWhere((t) => tailOf(times, wait, t) <= rest, below, longest + waitBeyond(wait, rest));
}

/**
 * Percentile of the response time where each request picks one of m machines at random, in s.
 *
 * A random split of Poisson arrivals is Poisson, so every machine is an M/G/c of its own with λ/m. Throws as responsePercentile does.
 */
export function randomResponsePercentile({
  arrivalRate,
  queues,
  serversPerQueue,
  mix,
  answered = mix,
  percentile,
}: RandomChoice & { readonly percentile: number }): number {
  whole('number of queues', queues, 1);
  const each = { arrivalRate: arrivalRate / queues, servers: serversPerQueue };
  return responsePercentile({ ...each, mix, answered, percentile });
}

/**
 * Whether the response percentile is within a bound: responseTail(bound) <= 1 - p, mostly without computing M/D/c.
 *
 * The wait of M/D/c lies between half of and the whole of that of M/M/c, so the mean wait lies between Wq(M/M/c) and
 * (1 + scv)/2 of it; only where these disagree is the exact value needed. Throws as responsePercentile does.
 */
export function responseWithin(
  { arrivalRate, servers, mix, answered = mix, percentile }: CentralQueue & { readonly percentile: number },
  bound: number,
): boolean {
  const late = allowedLate(percentile);
  const times = serviceMix(mix);
  const asked = serviceMix(answered);
  const pool = poolOf(times, arrivalRate, servers);
  const chance = erlangC(servers, offeredLoad(pool));
  const rate = waitDecayRate(times, arrivalRate, servers);
  const exponential = (chance * times.mean) / (servers - offeredLoad(pool));
  const within = (meanWait: number) => tailOf(asked, { chance, rate, level: rate * meanWait }, bound) <= late;
  const other = (exponential * (1 + times.scv)) / 2;
  if (within(Math.max(exponential, other))) return true;
  return within(Math.min(exponential, other)) && within(mgcMeanWait(pool));
}

/**
 * Mean response time in M/G/c with one queue, in s: mgcMeanWait + mean of the mix. Throws as responseTail does.
 */
export function meanResponse({ arrivalRate, servers, mix }: CentralQueue): number {
  const { mean, scv } = serviceMix(mix);
  return mean + mgcMeanWait({ arrivalRate, serviceTime: mean, scv, servers });
}

function waitOf(mix: Mix, arrivalRate: number, servers: number): Wait {
  const pool = poolOf(mix, arrivalRate, servers);
  const chance = erlangC(servers, offeredLoad(pool));
  const rate = waitDecayRate(mix, arrivalRate, servers);
  return { chance, rate, level: rate * mgcMeanWait(pool) };
}

function poolOf(mix: Mix, arrivalRate: number, servers: number): GeneralPool {
  return { arrivalRate: positive('arrival rate', arrivalRate), serviceTime: mix.mean, scv: mix.scv, servers };
}

function tailOf({ classes }: Mix, { chance, level, rate }: Wait, t: number): number {
  let sum = 0;
  for (const { serviceTime, share } of classes) {
    const rest = t - serviceTime;
    sum += share * (rest < 0 ? 1 : Math.min(chance, level * Math.exp(-rate * rest)));
  }
  return sum;
}

/** A wait that is exceeded with less than the given chance. */
function waitBeyond({ level, rate }: Wait, chance: number): number {
  return Math.max(0, Math.log(level / chance)) / rate + 1 / rate;
}
