import type { Arithmetic, Comparison, Expression } from './expression.ts';

/** A compiled formula: reads the values of quantities, in base units, by their place. */
export type Program = (values: Float64Array) => number;

/** What compilation knows of the sheet. */
export interface Places {
  placeOf(name: string): number;
  objectOf(name: string): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as in SheetFunction, whose signature was checked.
  evaluatorOf(name: string): (...args: any[]) => number;
}

/** Comparisons overlook float noise, as those of mathjs do; without an absolute tolerance, for tiny probabilities. */
const relativeTolerance = 1e-12;

/**
 * Turns a checked formula into a closure on plain numbers. Branches that are not taken are not evaluated. A division
 * by zero is NaN, and so is every expression that reads a NaN: `min(5, 1 / 0)` must not pass for 5.
 */
export function compile(expression: Expression, sheet: Places): Program {
  const next = (part: Expression): Program => compile(part, sheet);
  switch (expression.kind) {
    case 'number':
      return constant(expression.value);
    case 'quantity':
      return reading(sheet.placeOf(expression.name));
    case 'unit':
      return constant(expression.unit.factor);
    case 'negative':
      return negated(next(expression.of));
    case 'not':
      return inverted(next(expression.of));
    case 'arithmetic':
      return arithmetic(expression.operator, next(expression.left), next(expression.right));
    case 'comparison':
      return comparison(expression.operator, next(expression.left), next(expression.right));
    case 'logic':
      return logical(expression.operator === 'and', next(expression.left), next(expression.right));
    case 'choice':
      return choosing(next(expression.condition), next(expression.whenTrue), next(expression.whenFalse));
    case 'call':
      return calling(expression, sheet);
    case 'object':
      throw new TypeError(`the object ${expression.name} is not a number`);
  }
}

function constant(value: number): Program {
  return () => value;
}

function reading(place: number): Program {
  return (values) => values[place] as number;
}

function negated(of: Program): Program {
  return (values) => -of(values);
}

function inverted(of: Program): Program {
  return (values) => negation(of(values));
}

function negation(flag: number): number {
  if (Number.isNaN(flag)) return flag;
  return flag === 0 ? 1 : 0;
}

function arithmetic(operator: Arithmetic, left: Program, right: Program): Program {
  switch (operator) {
    case '+':
      return (values) => left(values) + right(values);
    case '-':
      return (values) => left(values) - right(values);
    case '*':
      return (values) => left(values) * right(values);
    case '/':
      return (values) => divided(left(values), right(values));
    case '^':
      return (values) => left(values) ** right(values);
  }
}

function divided(dividend: number, divisor: number): number {
  return divisor === 0 ? Number.NaN : dividend / divisor;
}

function comparison(operator: Comparison, left: Program, right: Program): Program {
  const compare = comparers[operator];
  return (values) => {
    const [a, b] = [left(values), right(values)];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
    return compare(a, b) ? 1 : 0;
  };
}

const comparers: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b && !nearlyEqual(a, b),
  '<=': (a, b) => a <= b || nearlyEqual(a, b),
  '>': (a, b) => a > b && !nearlyEqual(a, b),
  '>=': (a, b) => a >= b || nearlyEqual(a, b),
  '==': nearlyEqual,
  '!=': (a, b) => !nearlyEqual(a, b),
};

function nearlyEqual(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= relativeTolerance * Math.max(Math.abs(a), Math.abs(b));
}

function logical(both: boolean, left: Program, right: Program): Program {
  const decisive = both ? 0 : 1;
  return (values) => {
    const first = truth(left(values));
    return first === decisive || Number.isNaN(first) ? first : truth(right(values));
  };
}

function truth(flag: number): number {
  if (Number.isNaN(flag)) return flag;
  return flag === 0 ? 0 : 1;
}

function choosing(condition: Program, whenTrue: Program, whenFalse: Program): Program {
  return (values) => {
    const flag = condition(values);
    if (Number.isNaN(flag)) return flag;
    return flag === 0 ? whenFalse(values) : whenTrue(values);
  };
}

function calling({ name, args }: Extract<Expression, { kind: 'call' }>, sheet: Places): Program {
  const evaluate = sheet.evaluatorOf(name);
  const read = args.map((argument): ((values: Float64Array) => unknown) => {
    if (argument.kind !== 'object') return compile(argument, sheet);
    const object = sheet.objectOf(argument.name);
    return () => object;
  });
  const [first, second] = read;
  if (first !== undefined && read.length === 1) return (values) => evaluate(first(values));
  if (first !== undefined && second !== undefined && read.length === 2) {
    return (values) => evaluate(first(values), second(values));
  }
  return (values) => evaluate(...read.map((argument) => argument(values)));
}
