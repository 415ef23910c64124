import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/**
 * A way to be neither well nor down: a slow disk, a hung process, a partition that lets requests in and no answers
 * out. Times are means in one unit, rates per that unit.
 */
export interface GreyFault {
  readonly name: string;
  /** Occurrences per unit of time of a healthy machine. */
  readonly rate: number;
  /** From the beginning until the machine is taken out of service; infinite where nothing looks for it. */
  readonly detectionTime: number;
  /** From the beginning until it passes by itself; infinite where it does not. */
  readonly passesAfter: number;
  /** From being taken out of service until it is healthy again. */
  readonly repairTime: number;
  /** Share of the requests that reach the machine and are lost. */
  readonly lost: number;
  /** Share of the requests that reach the machine and are answered, but slowly. */
  readonly slow: number;
  /**
   * Requests that such a machine draws, relative to a healthy one; default 1. Above 1 where errors come faster than
   * answers and the balancer prefers short queues, below 1 where a hung machine's queue is long.
   */
  readonly attraction?: number;
}

/** How a fleet of equal machines behind one balancer fares. All are shares of the requests, or of the time. */
export interface GreyBehaviour {
  /** Share of the requests that are lost, retries included. */
  readonly unavailability: number;
  /** Share of the requests that are answered slowly. */
  readonly slowShare: number;
  /** What probes see: share of the time in which a machine is known to be out of service. */
  readonly seenDown: number;
  /** Share of the time in which a machine is in trouble and still gets requests. */
  readonly unseen: number;
  /** Share of the lost requests that each fault owns; they add up to 1 where anything is lost. */
  readonly owners: Readonly<Record<string, number>>;
}

/**
 * What faults that are not simply "down" cost a fleet.
 *
 * A machine alternates between healthy, each fault unseen, and out of service: with T_f = 1 / (1/detection +
 * 1/passing) the share of time in fault f is rate_f T_f π₀, out of service rate_f (T_f / detection) repair π₀. A
 * request meets fault f with probability a_f π_f / (π₀ + Σ a π), is lost there with l_f, and each further attempt
 * goes to another machine: unavailability = (Σ share l)^attempts while a machine is in service, 1 otherwise.
 * Exact for attractions of 1 and one attempt. Other attractions take the shares of a large fleet; further attempts
 * neglect that fewer machines than attempts may be in service.
 * Sources for the states: Huang et al., Gray Failure, HotOS 2017; Gunawi et al., Fail-Slow at Scale, FAST 2018.
 * @throws RangeError naming a rate, time, share or count that is impossible, or for a fault that never ends.
 */
export function greyBehaviour(faults: readonly GreyFault[], machines: number, attempts = 1): GreyBehaviour {
  requireCount('number of machines', machines, 1);
  requireCount('number of attempts', attempts, 1);
  for (const fault of faults) requireFault(fault);
  const stay = faults.map((fault) => 1 / (1 / fault.detectionTime + 1 / fault.passesAfter));
  const unseen = faults.map((fault, i) => fault.rate * (stay[i] as number));
  const out = faults.map(
    (fault, i) => (fault.rate * (stay[i] as number) * fault.repairTime) / fault.detectionTime,
  );
  const cycle = 1 + sum(unseen) + sum(out);
  const drawn = faults.map((fault, i) => (fault.attraction ?? 1) * (unseen[i] as number));
  const share = drawn.map((weight) => weight / (1 + sum(drawn)));
  const lost = faults.map((fault, i) => fault.lost * (share[i] as number));
  const slow = sum(faults.map((fault, i) => fault.slow * (share[i] as number)));
  const tries = Math.min(attempts, machines);
  const noneLeft = (sum(out) / cycle) ** machines;
  const missed = sum(lost) ** tries;
  return {
    unavailability: noneLeft + (1 - noneLeft) * missed,
    slowShare: (1 - noneLeft) * slow * geometric(sum(lost), tries),
    seenDown: sum(out) / cycle,
    unseen: sum(unseen) / cycle,
    owners: Object.fromEntries(faults.map((fault, i) => [fault.name, ownShare(lost, i)])),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** 1 + x + … + x^(n−1): how many attempts are made on average. */
function geometric(x: number, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total = 1 + x * total;
  return total;
}

function ownShare(lost: readonly number[], i: number): number {
  const all = sum(lost);
  return all > 0 ? (lost[i] as number) / all : 0;
}

function requireFault(fault: GreyFault): void {
  requirePositive(`rate of ${fault.name}`, fault.rate, 'zero allowed');
  requireTime(`detection time of ${fault.name}`, fault.detectionTime);
  requireTime(`time after which ${fault.name} passes`, fault.passesAfter);
  requirePositive(`repair time of ${fault.name}`, fault.repairTime, 'zero allowed');
  requireProbability(`share lost by ${fault.name}`, fault.lost);
  requireProbability(`share slowed by ${fault.name}`, fault.slow);
  requireProbability(`share lost or slowed by ${fault.name}`, fault.lost + fault.slow);
  requirePositive(`attraction of ${fault.name}`, fault.attraction ?? 1, 'zero allowed');
  if (fault.rate > 0 && !Number.isFinite(Math.min(fault.detectionTime, fault.passesAfter))) {
    throw new RangeError(`${fault.name} must be detected or pass at some time`);
  }
}

function requireTime(quantity: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`${quantity} must be above 0, not ${value}`);
}
