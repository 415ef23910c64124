import { formatQuantity } from '../units/format.ts';
import { inCanonicalUnit } from '../units/unit.ts';
import type { Explanation, ObjectDeclaration, Sheet, SheetQuantity } from './types.ts';

/**
 * The tree of formulas behind one quantity or object, down to its origins. `values` are in base units, as from
 * `sheet.evaluate()`. Equal subtrees are the same object, so the tree is small even where paths are many.
 * Throws RangeError for a name that the sheet does not have.
 */
export function explain(sheet: Sheet, values: ReadonlyMap<string, number>, name: string): Explanation {
  const known = new Map<string, Explanation>();
  const build = (current: string): Explanation => {
    const found = known.get(current);
    if (found !== undefined) return found;
    const built = explainOne(sheet, values, current, build);
    known.set(current, built);
    return built;
  };
  return build(name);
}

function explainOne(
  sheet: Sheet,
  values: ReadonlyMap<string, number>,
  name: string,
  build: (input: string) => Explanation,
): Explanation {
  const quantity = sheet.quantities.get(name);
  if (quantity !== undefined) return explainQuantity(quantity, values.get(name), build);
  const object = sheet.objects.get(name);
  if (object !== undefined) return explainObject(object);
  throw new RangeError(`the sheet has no quantity "${name}"`);
}

function explainQuantity(
  { name, meaning, unit: shown, formula, source, origin, inputs }: SheetQuantity,
  value: number | undefined,
  build: (input: string) => Explanation,
): Explanation {
  return {
    name,
    meaning,
    ...(value === undefined
      ? {}
      : { ...inCanonicalUnit(value, shown), display: formatQuantity(value, shown) }),
    ...(formula === undefined ? {} : { formula }),
    ...(source === undefined ? {} : { source }),
    origin,
    inputs: inputs.map(build),
  };
}

function explainObject({ name, meaning, origin }: ObjectDeclaration): Explanation {
  return { name, meaning, origin, inputs: [] };
}
