import { dimensionText, sameDimension } from '../units/dimension.ts';
import { type Collected, type FormulaEntry, problemOf } from './collect.ts';
import { Refusal } from './errors.ts';
import { findCircles } from './graph.ts';
import { type Dimensions, inferDimension } from './infer.ts';
import type { Scope } from './names.ts';
import { type ReadFormula, readFormula } from './read.ts';
import type { Registry } from './registry.ts';
import type { SheetProblem } from './types.ts';

/**
 * Reads every formula, checks that its units agree with each other and with the declared unit, and that no quantity
 * depends on itself. Reports all that is wrong; the result is sound only if nothing was reported.
 */
export function checkFormulas(
  sheet: Collected,
  registry: Registry,
  problems: SheetProblem[],
): ReadonlyMap<string, ReadFormula> {
  const scope = scopeOf(sheet, registry);
  const dimensions = dimensionsOf(sheet, registry);
  const formulas = new Map<string, ReadFormula>();
  for (const [name, entry] of sheet.quantities) {
    if (entry.kind !== 'formula') continue;
    const formula = readFormula(entry.declaration.formula, scope);
    formulas.set(name, formula);
    const refusals = formula.refusals.length > 0 ? formula.refusals : refuseUnits(formula, entry, dimensions);
    for (const refusal of refusals) problems.push(problemOf(entry.declaration, refusal));
  }
  reportCircles(sheet, formulas, problems);
  return formulas;
}

function refuseUnits(
  { expression }: ReadFormula,
  { declaration, unit }: FormulaEntry,
  dimensions: Dimensions,
): Refusal[] {
  try {
    const inferred = inferDimension(expression, dimensions);
    if (inferred === undefined || sameDimension(inferred, unit.dimension)) return [];
    return [
      new Refusal(
        `the formula "${declaration.formula}" is in ${dimensionText(inferred)}, but the quantity is declared in ${unit.text}`,
        `correct the formula, or declare a unit of ${dimensionText(inferred)}`,
      ),
    ];
  } catch (error) {
    if (error instanceof Refusal) return [error];
    throw error;
  }
}

function reportCircles(
  sheet: Collected,
  formulas: ReadonlyMap<string, ReadFormula>,
  problems: SheetProblem[],
): void {
  const reads = new Map([...formulas].map(([name, { inputs }]) => [name, inputs]));
  for (const circle of findCircles(reads)) {
    const entry = sheet.quantities.get(circle[0] as string);
    const refusal = new Refusal(
      `depends on itself: ${circle.join(' -> ')}`,
      'break the circle at one of these names',
    );
    if (entry !== undefined) problems.push(problemOf(entry.declaration, refusal));
  }
}

function scopeOf({ quantities, objects }: Collected, { functions }: Registry): Scope {
  return {
    kindOf: (name) => (quantities.has(name) ? 'quantity' : objects.has(name) ? 'object' : undefined),
    isFunction: (name) => functions.has(name),
    names: [...quantities.keys(), ...objects.keys()],
    functionNames: [...functions.keys()],
  };
}

function dimensionsOf({ quantities, objects }: Collected, { signatures }: Registry): Dimensions {
  return {
    ofQuantity: (name) => known(quantities.get(name), name).unit.dimension,
    typeOfObject: (name) => known(objects.get(name), name).type,
    signatureOf: (name) => known(signatures.get(name), name),
  };
}

/** Names were resolved when the formula was read; a miss here is a fault of the loader. */
function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new TypeError(`${name} was not resolved`);
  return found;
}
