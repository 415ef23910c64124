import { compileLogic, type Logic } from '../../models/reliability/bdd-logic.ts';
import { evaluatorOf } from '../../models/reliability/bdd-probability.ts';

/** When the service fails in terms of tiers that fail; compiled once. */
export interface ServiceLogic {
  readonly names: readonly string[];
  readonly probability: (q: ArrayLike<number>) => number;
  /** P(failed | name failed) - P(failed | name well), without a subtraction of near-equals. */
  readonly birnbaum: (q: ArrayLike<number>) => ArrayLike<number>;
}

export function serviceLogic(failure: Logic): ServiceLogic {
  const compiled = compileLogic(failure);
  return { names: compiled.names, ...evaluatorOf(compiled) };
}

/** A tier that is a service of its own; without a decision diagram, since nothing is to be decided. */
export function tierLogic(id: string): ServiceLogic {
  return { names: [id], probability: (q) => q[0] as number, birnbaum: () => [1] };
}
