import { firstWhere } from '../queueing/bisection.ts';
import { nonNegative, openShare, positive, whole } from '../queueing/checks.ts';
import { offeredForWait } from '../queueing/erlang.ts';
import { ceilSnapped } from './ceil.ts';
import { normalBelow, normalDensity } from './normal.ts';

/**
 * Servers by the square-root rule: ⌈a + β√a⌉.
 *
 * a: offered load in servers; β: service grade. Source: Halfin and Whitt, Operations Research 29(3), 1981. An
 * approximation, off by a server near the target: minServersForWait is exact. Throws a RangeError for negative input.
 */
export function squareRootStaffing(offered: number, grade: number): number {
  return ceilSnapped(
    nonNegative('offered load', offered) + nonNegative('service grade', grade) * Math.sqrt(offered),
  );
}

/**
 * Chance of a wait in the limit of many servers with c = a + β√a: P = 1/(1 + β Φ(β)/φ(β)).
 *
 * φ, Φ: density and distribution of the standard normal. Source: Halfin and Whitt 1981, eq. 2.3. Throws a RangeError for β < 0.
 */
export function halfinWhittWait(grade: number): number {
  nonNegative('service grade', grade);
  return 1 / (1 + (grade * normalBelow(grade)) / normalDensity(grade));
}

/** Service grade β at which the share `wait` waits: inverse of halfinWhittWait. Throws a RangeError for wait outside (0, 1). */
export function halfinWhittGrade(wait: number): number {
  openShare('waiting probability', wait);
  return firstWhere((grade) => halfinWhittWait(grade) <= wait, 0, 40);
}

/** Share of c servers that stays free when the share `wait` of the requests waits: 1 - a/c with erlangC(c, a) = wait, exactly. */
export function freeShareForWait(servers: number, wait: number): number {
  return 1 - offeredForWait(servers, wait) / servers;
}

/**
 * The power law that Netflix's planner uses for the same share: 0.712/c^0.448, less what a buffer already keeps free.
 *
 * c: hardware threads of a hyper-threaded shape, else cores/0.6; buffer b >= 1 turns the free share f into
 * 1 - (1 - f)/b. Source: service-capacity-modeling, cpu_headroom_target; a fit to freeShareForWait(c, 0.3) that is 2 %
 * low at 4 cores and 8 % high at 64. Kept for comparison. Throws a RangeError for cores < 1 or b < 1.
 */
export function powerLawFreeShare(cores: number, hyperThreaded: boolean, buffer = 1): number {
  whole('number of cores', cores, 1);
  if (!(positive('buffer', buffer) >= 1)) throw new RangeError(`buffer must be at least 1, not ${buffer}`);
  const effective = hyperThreaded ? cores : cores / 0.6;
  return 1 - (1 - 0.712 / effective ** 0.448) / buffer;
}

/** Speed of a core: clock (GHz) and instructions per cycle relative to a reference. */
export interface CoreSpeed {
  readonly ghz: number;
  readonly ipc: number;
}

/**
 * Cores of another generation that do the same work: ⌈cores · ghz ipc / (ghz' ipc')⌉.
 *
 * Holds for work bound by the CPU. Throws a RangeError for speeds that are not above 0.
 */
export function equivalentCores(cores: number, from: CoreSpeed, to: CoreSpeed): number {
  const speed = ({ ghz, ipc }: CoreSpeed) => positive('clock', ghz) * positive('instructions per cycle', ipc);
  return ceilSnapped((nonNegative('number of cores', cores) * speed(from)) / speed(to));
}

/** Smallest multiple of `step` that is at least x, such as a count spread evenly over zones. */
export function upToMultiple(x: number, step: number): number {
  whole('step', step, 1);
  return step * ceilSnapped(nonNegative('number of units', x) / step);
}
