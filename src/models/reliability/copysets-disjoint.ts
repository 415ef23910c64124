import { binomialPmf } from '../statistics/poisson-binomial.ts';
import type { MassLoss } from './copysets.ts';
import { requireCount, requireProbability } from './ranges.ts';

/**
 * Exact chance of loss for sets that do not overlap: machines in groups of R, a loss when `fatal` of a group are lost.
 *
 * The number of lost machines is drawn group by group as Binomial(R, F / N) and conditioned on the sum F, which does
 * not depend on the share used; the groups are joined by repeated doubling, "some group lost" kept beside "none", so
 * that small chances keep their digits. The product formula treats these sets as independent; they are not quite.
 * @throws RangeError for counts that are impossible, or machines that are no multiple of the pieces.
 */
export function disjointLoss({ machines, lostMachines, pieces, fatal }: MassLoss): number {
  requireCount('number of pieces', pieces, 1);
  requireCount('number of fatal pieces', fatal, 1);
  if (machines % pieces !== 0) {
    throw new RangeError(`number of machines must be a multiple of the ${pieces} pieces, not ${machines}`);
  }
  requireProbability('share of machines lost', lostMachines / machines);
  const group = [...binomialPmf(pieces, lostMachines / machines)];
  const one: Outcome = {
    none: group.map((p, k) => (k < fatal ? p : 0)),
    some: group.map((p, k) => (k < fatal ? 0 : p)),
  };
  let all: Outcome = { none: [1], some: [0] };
  let power = one;
  for (let n = machines / pieces; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) all = joined(all, power, lostMachines);
    if (n > 1) power = joined(power, power, lostMachines);
  }
  const some = all.some[lostMachines] ?? 0;
  return some / (some + (all.none[lostMachines] ?? 0));
}

/** Chance of 0, 1, … lost machines together with no lost group, and with at least one. */
interface Outcome {
  readonly none: readonly number[];
  readonly some: readonly number[];
}

function joined(a: Outcome, b: Outcome, most: number): Outcome {
  const whole = b.none.map((p, k) => p + (b.some[k] as number));
  const first = convolved(a.some, whole, most);
  const second = convolved(a.none, b.some, most);
  return {
    none: convolved(a.none, b.none, most),
    some: first.map((p, k) => p + (second[k] as number)),
  };
}

function convolved(a: readonly number[], b: readonly number[], most: number): number[] {
  const result = new Array<number>(Math.min(most, a.length + b.length - 2) + 1).fill(0);
  a.forEach((p, i) => {
    if (p === 0) return;
    for (let j = 0; j < b.length && i + j < result.length; j++) {
      result[i + j] = (result[i + j] as number) + p * (b[j] as number);
    }
  });
  return result;
}
