import type { Arithmetic, Comparison, Logic } from './expression.ts';

/** What a formula may hold, as advice. */
export const language =
  'a formula has numbers with units, names of quantities, + - * / ^, comparisons, and, or, not, a ? b : c, and registered functions';

/** The operators of formulas, by the names that mathjs gives them; any other is refused. */
export const arithmeticOperators: ReadonlyMap<string, Arithmetic> = new Map([
  ['add', '+'],
  ['subtract', '-'],
  ['multiply', '*'],
  ['divide', '/'],
  ['pow', '^'],
]);

export const comparisonOperators: ReadonlyMap<string, Comparison> = new Map([
  ['smaller', '<'],
  ['smallerEq', '<='],
  ['larger', '>'],
  ['largerEq', '>='],
  ['equal', '=='],
  ['unequal', '!='],
]);

export const logicOperators: ReadonlyMap<string, Logic> = new Map([
  ['and', 'and'],
  ['or', 'or'],
]);

/** How a refusal calls the pieces of the mathjs language that formulas do without, by the type of their node. */
export const refusedPieces: ReadonlyMap<string, string> = new Map([
  ['ArrayNode', 'a list'],
  ['AssignmentNode', 'an assignment'],
  ['BlockNode', 'more than one expression'],
  ['FunctionAssignmentNode', 'a definition of a function'],
  ['ObjectNode', 'an object'],
  ['RangeNode', 'a range'],
  ['RelationalNode', 'a chain of comparisons'],
]);
