import { type BirthDeath, birthDeathPassageTime, birthDeathSteadyState } from './birth-death.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/** A group of equal units with repair. Rates per unit of time, the same unit everywhere (per hour as a rule). */
export interface RepairableGroup {
  /** Units in service while nothing is broken. */
  readonly units: number;
  /** Working units that the group needs to do its work. */
  readonly needed: number;
  /** Failures per unit of time of one unit in service. */
  readonly failureRate: number;
  /** Repairs per unit of time of one crew that works. */
  readonly repairRate: number;
  /** Crews: so many units are repaired at once; absent means a crew for each unit. */
  readonly crews?: number;
  /** Units in reserve that take the place of a broken one at once; failover.ts has the ones that do not. */
  readonly spares?: number;
  /** Failure rate of a unit in reserve relative to one in service: 0 cold, 1 hot, warm between. Default 0. */
  readonly dormancy?: number;
}

/** What a repairable group does in the long run. Times in the unit of the rates. */
export interface GroupBehaviour {
  readonly unavailability: number;
  /** Outages per unit of time. */
  readonly frequency: number;
  readonly meanOutage: number;
  /** Mean time from all units working to the first outage. */
  readonly meanTimeToOutage: number;
  /** Probability of 0, 1, … broken units. */
  readonly broken: readonly number[];
}

/** Rates of the number of broken units: reserve units step in, crews repair. */
export function ratesOf(group: RepairableGroup): BirthDeath {
  const { units, failureRate, repairRate, spares = 0, dormancy = 0 } = group;
  const total = units + spares;
  const crews = group.crews ?? total;
  const up = Array.from({ length: total }, (_, broken) => {
    const serving = Math.min(units, total - broken);
    return (serving + dormancy * (total - broken - serving)) * failureRate;
  });
  const down = Array.from({ length: total }, (_, i) => Math.min(i + 1, crews) * repairRate);
  return { up, down };
}

/**
 * Steady state, frequency and duration of outages of a group with shared repair crews and spares.
 *
 * A birth–death chain over the number of broken units: failures (serving + dormancy · reserve) λ, repairs
 * min(broken, crews) μ; it is down with fewer than `needed` working units, during which the others go on failing.
 * unavailability U = Σ_{down} π, frequency w = π_{last up} · rate down from it, mean outage U / w
 * (Billinton and Allan, Reliability Evaluation of Engineering Systems, ch. 9). Exponential times.
 * One crew instead of one each doubles the unavailability of a pair: independent repair is an assumption.
 * @throws RangeError naming a count, rate or dormancy that is impossible, or `needed` above `units`.
 */
export function repairableGroup(group: RepairableGroup): GroupBehaviour {
  requireGroup(group);
  const total = group.units + (group.spares ?? 0);
  const rates = ratesOf(group);
  const broken = birthDeathSteadyState(rates);
  const firstDown = total - group.needed + 1;
  const unavailability = broken.slice(firstDown).reduceRight((sum, p) => sum + p, 0);
  const frequency = (broken[firstDown - 1] as number) * (rates.up[firstDown - 1] as number);
  return {
    unavailability,
    frequency,
    meanOutage: unavailability / frequency,
    meanTimeToOutage: birthDeathPassageTime(rates.up.slice(0, firstDown), rates.down),
    broken,
  };
}

function requireGroup(group: RepairableGroup): void {
  requireCount('number of units', group.units, 1);
  requireCount('number of needed units', group.needed, 1);
  if (group.needed > group.units) {
    throw new RangeError(
      `number of needed units must not exceed the ${group.units} units, got ${group.needed}`,
    );
  }
  requirePositive('failure rate', group.failureRate);
  requirePositive('repair rate', group.repairRate);
  requireCount('number of repair crews', group.crews ?? 1, 1);
  requireCount('number of spares', group.spares ?? 0);
  requireProbability('dormancy', group.dormancy ?? 0);
}

/** How replicas are repaired: one after the other, or all at once. */
export type RepairMode = 'serial' | 'parallel';

/**
 * Mean time until all of N replicas are lost, exactly, from all working; unit of time as in the rates.
 *
 * Recursion over the number of lost replicas with repairs at μ (serial) or broken · μ (parallel).
 * @throws RangeError for a count below 1 or a rate that is not positive.
 */
export function meanTimeToLossOfAll(
  replicas: number,
  failureRate: number,
  repairRate: number,
  mode: RepairMode,
): number {
  requireCount('number of replicas', replicas, 1);
  const crews = mode === 'serial' ? 1 : replicas;
  return repairableGroup({ units: replicas, needed: 1, failureRate, repairRate, crews }).meanTimeToOutage;
}

/**
 * Leading term of the mean time until all of N replicas are lost, for repair much faster than failure:
 * μ^(N−1) / (N! λ^N) with serial repair, (N−1)! times that with parallel repair.
 *
 * The first form circulates as if it held for both. Unit of time as in the rates.
 * @throws RangeError for a count below 1 or a rate that is not positive.
 */
export function leadingTimeToLossOfAll(
  replicas: number,
  failureRate: number,
  repairRate: number,
  mode: RepairMode,
): number {
  requireCount('number of replicas', replicas, 1);
  requirePositive('failure rate', failureRate);
  requirePositive('repair rate', repairRate);
  let time = 1 / (replicas * failureRate);
  for (let broken = 1; broken < replicas; broken++) {
    const repairs = (mode === 'serial' ? 1 : broken) * repairRate;
    time *= repairs / ((replicas - broken) * failureRate);
  }
  return time;
}

/**
 * Unavailability of one part that fails and is repaired: λ / (λ + μ) = MTTR / (MTTF + MTTR); times in one unit.
 * @throws RangeError for a negative repair time, or a time to failure that is not positive.
 */
export function partUnavailability(meanTimeToFailure: number, meanTimeToRepair: number): number {
  requirePositive('mean time to failure', meanTimeToFailure);
  requirePositive('mean time to repair', meanTimeToRepair, 'zero allowed');
  return meanTimeToRepair / (meanTimeToFailure + meanTimeToRepair);
}
