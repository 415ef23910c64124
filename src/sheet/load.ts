import { checkFormulas } from './check.ts';
import { collect } from './collect.ts';
import { SheetInvalid } from './errors.ts';
import { LoadedSheet } from './loaded.ts';
import { registerFunctions } from './registry.ts';
import type { Sheet, SheetDeclarations, SheetProblem } from './types.ts';

/**
 * Loads a sheet: resolves all names, infers the units of every formula, finds circles, and compiles the formulas to
 * closures on plain numbers. Throws SheetInvalid with everything that is wrong.
 */
export function loadSheet(sheet: SheetDeclarations): Sheet {
  const problems: SheetProblem[] = [];
  const registry = registerFunctions(sheet.functions, problems);
  const collected = collect(sheet.declarations, problems);
  const formulas = checkFormulas(collected, registry, problems);
  if (problems.length > 0) throw new SheetInvalid(inOrder(problems, sheet));
  return new LoadedSheet(collected, registry, formulas);
}

/** Problems of functions first, then those of quantities in the order of their declarations. */
function inOrder(problems: readonly SheetProblem[], { declarations }: SheetDeclarations): SheetProblem[] {
  const places = new Map<string, number>();
  for (const [place, { name }] of declarations.entries()) if (!places.has(name)) places.set(name, place);
  const placeOf = ({ quantity }: SheetProblem): number => places.get(quantity) ?? -1;
  return [...problems].sort((a, b) => placeOf(a) - placeOf(b));
}
