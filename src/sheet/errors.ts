import type { SheetProblem } from './types.ts';

/** Thrown when a sheet is loaded or overridden, with everything that is wrong with it. */
export class SheetInvalid extends Error {
  readonly problems: readonly SheetProblem[];

  constructor(problems: readonly SheetProblem[]) {
    super(problems.map(({ quantity, message }) => `${quantity}: ${message}`).join('\n'));
    this.name = 'SheetInvalid';
    this.problems = problems;
  }
}

/** Thrown when a formula gives no finite number, or a model rejects its arguments. */
export class SheetEvaluationError extends Error {
  readonly quantity: string;
  readonly formula: string;
  /** What the formula read, in base units. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly reason: string;

  constructor(quantity: string, formula: string, inputs: ReadonlyMap<string, number>, reason: string) {
    const read = [...inputs].map(([name, value]) => `${name} = ${value}`).join(', ');
    super(`${quantity} = ${formula} ${reason}${read === '' ? '' : ` with ${read} (base units)`}`);
    this.name = 'SheetEvaluationError';
    this.quantity = quantity;
    this.formula = formula;
    this.inputs = inputs;
    this.reason = reason;
  }
}

/** Why one formula is refused, before it is known whose formula it is. */
export class Refusal extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'Refusal';
    this.advice = advice;
  }
}
