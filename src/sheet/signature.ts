import { dimensionText, divide, isPure, multiply, power, pure, sameDimension } from '../units/dimension.ts';
import { readTerms } from '../units/terms.ts';
import type { Dimension } from '../units/types.ts';
import { isUnitSymbol, parseUnit } from '../units/unit.ts';
import { Refusal } from './errors.ts';
import type { SheetFunction } from './types.ts';

/** A product of known units and dimension variables, such as `T/s`. */
interface Pattern {
  readonly fixed: Dimension;
  readonly variables: ReadonlyMap<string, number>;
}

type Parameter = { readonly object: string } | Pattern;

/** The parameters and result of a function, read once. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  /** Whether the last parameter repeats. */
  readonly repeats: boolean;
  readonly result: Pattern;
}

/** What an argument is: an object of a kind, a number of a dimension, or the literal 0, which fits any dimension. */
export type Argument = { readonly object: string } | { readonly dimension: Dimension | undefined };

/** Reads the signature of a function. Throws UnitError where a parameter names no unit. */
export function readSignature({ parameters, result }: SheetFunction): Signature {
  const repeats = parameters.at(-1)?.endsWith('...') ?? false;
  return {
    parameters: parameters.map((text) => readParameter(text.replace(/\.\.\.$/, ''))),
    repeats,
    result: readPattern(result),
  };
}

/** How many arguments a function takes, in words; undefined where `count` is right. */
export function wrongCount({ parameters, repeats }: Signature, count: number): string | undefined {
  const expected = parameters.length;
  if (repeats ? count >= expected : count === expected) return undefined;
  return `takes ${repeats ? 'at least ' : ''}${expected} argument${expected === 1 ? '' : 's'}, got ${count}`;
}

/**
 * The dimension of a call's result; undefined where only literal zeros came in. Variables are bound by the first
 * argument in which nothing else is unbound. Throws Refusal naming the argument that does not fit.
 */
export function resultDimension(
  name: string,
  signature: Signature,
  args: readonly Argument[],
): Dimension | undefined {
  const bound = new Map<string, Dimension>();
  let waiting = args.map((argument, index) => ({ argument, index }));
  for (let before = -1; waiting.length !== before && waiting.length > 0; ) {
    before = waiting.length;
    waiting = waiting.filter(({ argument, index }) => {
      const parameter = signature.parameters[Math.min(index, signature.parameters.length - 1)];
      return parameter !== undefined && !settle(name, index, parameter, argument, bound);
    });
  }
  if (waiting.length > 0)
    throw new Refusal(`the units of ${name} cannot be told apart`, 'give its arguments units');
  return resolve(signature.result, bound);
}

/** Checks one argument, binding at most one variable; false where two or more are still unbound. */
function settle(
  name: string,
  index: number,
  parameter: Parameter,
  argument: Argument,
  bound: Map<string, Dimension>,
): boolean {
  if ('object' in parameter || 'object' in argument) {
    checkObject(name, index, parameter, argument);
    return true;
  }
  const { dimension } = argument;
  if (dimension === undefined) return true;
  const free = [...parameter.variables].filter(([letter]) => !bound.has(letter));
  if (free.length > 1) return false;
  const rest = divide(dimension, resolveBound(parameter, bound));
  const [only] = free;
  if (only !== undefined) bound.set(only[0], power(rest, 1 / only[1]));
  else if (!isPure(rest)) throw mismatch(name, index, resolveBound(parameter, bound), dimension);
  return true;
}

function checkObject(name: string, index: number, parameter: Parameter, argument: Argument): void {
  const wanted = 'object' in parameter ? `a ${parameter.object}` : 'a number';
  const got = 'object' in argument ? `a ${argument.object}` : 'a number';
  if (wanted === got) return;
  throw new Refusal(
    `argument ${index + 1} of ${name} must be ${wanted}, not ${got}`,
    'name an object of the right kind',
  );
}

function mismatch(name: string, index: number, wanted: Dimension, got: Dimension): Refusal {
  return new Refusal(
    `argument ${index + 1} of ${name} must be in ${dimensionText(wanted)} but is in ${dimensionText(got)}`,
    sameDimension(got, pure)
      ? `give the number its unit, ${dimensionText(wanted)}`
      : 'check the units of the arguments',
  );
}

function readParameter(text: string): Parameter {
  return text.startsWith('object:') ? { object: text.slice('object:'.length) } : readPattern(text);
}

function readPattern(text: string): Pattern {
  let fixed = pure;
  const variables = new Map<string, number>();
  for (const { symbol, power: own } of readTerms(text)) {
    if (/^[A-Z]$/.test(symbol) && !isUnitSymbol(symbol)) {
      variables.set(symbol, (variables.get(symbol) ?? 0) + own);
    } else fixed = multiply(fixed, power(parseUnit(symbol).dimension, own));
  }
  return { fixed, variables };
}

function resolve(pattern: Pattern, bound: ReadonlyMap<string, Dimension>): Dimension | undefined {
  const isBound = [...pattern.variables.keys()].every((letter) => bound.has(letter));
  return isBound ? resolveBound(pattern, bound) : undefined;
}

function resolveBound({ fixed, variables }: Pattern, bound: ReadonlyMap<string, Dimension>): Dimension {
  let dimension = fixed;
  for (const [letter, own] of variables) {
    dimension = multiply(dimension, power(bound.get(letter) ?? pure, own));
  }
  return dimension;
}
