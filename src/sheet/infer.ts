import { dimensionText, divide, isPure, multiply, power, pure, sameDimension } from '../units/dimension.ts';
import type { Dimension } from '../units/types.ts';
import { Refusal } from './errors.ts';
import { type Expression, literalValue } from './expression.ts';
import { type Argument, resultDimension, type Signature, wrongCount } from './signature.ts';

/** What inference knows of the sheet. */
export interface Dimensions {
  ofQuantity(name: string): Dimension;
  typeOfObject(name: string): string;
  signatureOf(name: string): Signature;
}

/** Undefined stands for the literal 0, which fits any dimension. */
type Inferred = Dimension | undefined;

/**
 * The dimension of a formula's value, inferred from the units of what it reads and the signatures of what it calls.
 * Undefined for the literal 0. Throws Refusal that names the sub-expression in which units do not agree.
 */
export function inferDimension(expression: Expression, sheet: Dimensions): Inferred {
  const infer = (part: Expression): Inferred => inferDimension(part, sheet);
  switch (expression.kind) {
    case 'number':
      return expression.value === 0 ? undefined : pure;
    case 'quantity':
      return sheet.ofQuantity(expression.name);
    case 'object':
      throw objectAlone(expression.name, sheet);
    case 'unit':
      return expression.unit.dimension;
    case 'negative':
      return infer(expression.of);
    case 'not':
      return flag(expression.of, infer);
    case 'arithmetic':
      return ofArithmetic(expression, infer);
    case 'comparison':
      agree('compare', infer(expression.left), infer(expression.right), expression);
      return pure;
    case 'logic':
      flag(expression.left, infer);
      return flag(expression.right, infer);
    case 'choice':
      flag(expression.condition, infer);
      return agree('choose between', infer(expression.whenTrue), infer(expression.whenFalse), expression);
    case 'call':
      return ofCall(expression, sheet, infer);
  }
}

function ofArithmetic(
  expression: Extract<Expression, { kind: 'arithmetic' }>,
  infer: (part: Expression) => Inferred,
): Inferred {
  const { operator } = expression;
  const left = infer(expression.left);
  const right = infer(expression.right);
  switch (operator) {
    case '+':
      return agree('add', left, right, expression);
    case '-':
      return agree('subtract', left, right, expression);
    case '*':
      return left === undefined || right === undefined ? undefined : multiply(left, right);
    case '/':
      return left === undefined ? undefined : divide(left, right ?? pure);
    case '^':
      return raise(left ?? pure, right ?? pure, expression);
  }
}

function raise(
  base: Dimension,
  exponent: Dimension,
  expression: Extract<Expression, { kind: 'arithmetic' }>,
): Dimension {
  const where = `in "${expression.text()}"`;
  if (!isPure(exponent)) {
    throw new Refusal(
      `the exponent must be a pure number, not ${named(exponent)} ${where}`,
      'divide its unit away',
    );
  }
  if (isPure(base)) return pure;
  const literal = literalValue(expression.right);
  if (literal !== undefined && Number.isFinite(literal)) return power(base, literal);
  throw new Refusal(
    `the exponent of ${named(base)} must be a literal number ${where}`,
    'write the exponent as a number, such as 2 or 0.5',
  );
}

function ofCall(
  { name, args, text }: Extract<Expression, { kind: 'call' }>,
  sheet: Dimensions,
  infer: (part: Expression) => Inferred,
): Inferred {
  const signature = sheet.signatureOf(name);
  const wrong = wrongCount(signature, args.length);
  if (wrong !== undefined)
    throw new Refusal(`${name} ${wrong} in "${text()}"`, 'give the arguments that it takes');
  const known = args.map(
    (argument): Argument =>
      argument.kind === 'object'
        ? { object: sheet.typeOfObject(argument.name) }
        : { dimension: infer(argument) },
  );
  try {
    return resultDimension(name, signature, known);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`${error.message} in "${text()}"`, error.advice);
  }
}

function agree(verb: string, left: Inferred, right: Inferred, expression: Expression): Inferred {
  if (left === undefined || right === undefined) return left ?? right;
  if (sameDimension(left, right)) return left;
  const joint = { add: 'to', subtract: 'from', compare: 'with' }[verb] ?? 'and';
  const swapped = verb === 'add' || verb === 'subtract';
  const [first, second] = swapped ? [right, left] : [left, right];
  const lone = isPure(left) ? right : isPure(right) ? left : undefined;
  throw new Refusal(
    `cannot ${verb} ${named(first)} ${joint} ${named(second)} in "${expression.text()}"`,
    lone === undefined
      ? 'both sides need the same unit'
      : `give the number its unit: write 1 ${dimensionText(lone)} for 1`,
  );
}

function flag(expression: Expression, infer: (part: Expression) => Inferred): Dimension {
  const dimension = infer(expression) ?? pure;
  if (isPure(dimension)) return pure;
  throw new Refusal(
    `a condition cannot be ${named(dimension)} in "${expression.text()}"`,
    'compare it with something, such as x > 0',
  );
}

function objectAlone(name: string, sheet: Dimensions): Refusal {
  return new Refusal(
    `"${name}" is a ${sheet.typeOfObject(name)}, not a number`,
    'pass it to a function that takes such an object',
  );
}

function named(dimension: Dimension): string {
  return isPure(dimension) ? 'a pure number' : dimensionText(dimension);
}
