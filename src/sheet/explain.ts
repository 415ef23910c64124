import { formatQuantity } from '../units/format.ts';
import { inCanonicalUnit, parseUnit } from '../units/unit.ts';
import type { Explanation, ObjectDeclaration, Sheet, SheetQuantity, Uncertainty } from './types.ts';

/**
 * The tree of formulas behind one quantity or object, down to its origins. `values` are in base units, as from
 * `sheet.evaluate()`. Equal subtrees are the same object, so the tree is small even where paths are many.
 * `known`: trees that are there already, added to. Throws RangeError for a name that the sheet does not have.
 */
export function explain(
  sheet: Sheet,
  values: ReadonlyMap<string, number>,
  name: string,
  known = new Map<string, Explanation>(),
): Explanation {
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
  { name, meaning, unit: shown, formula, source, origin, inputs, uncertain }: SheetQuantity,
  value: number | undefined,
  build: (input: string) => Explanation,
): Explanation {
  return {
    name,
    meaning,
    ...(value === undefined
      ? {}
      : { ...inCanonicalUnit(value, shown), display: formatQuantity(value, shown) }),
    ...(uncertain === undefined ? {} : interval(uncertain, shown)),
    ...(formula === undefined ? {} : { formula }),
    ...(source === undefined ? {} : { source }),
    origin,
    inputs: inputs.map(build),
  };
}

/** The interval in the unit of the explained value, and for people. */
function interval(
  { low, mid, high, confidence }: Uncertainty,
  shown: string,
): Pick<Explanation, 'uncertain' | 'interval'> {
  const base = (value: number) => value * parseUnit(shown).factor;
  const exact = (value: number) => inCanonicalUnit(base(value), shown).value;
  const text = (value: number) => formatQuantity(base(value), shown);
  return {
    uncertain: { low: exact(low), mid: exact(mid), high: exact(high), confidence },
    interval: { low: text(low), high: text(high), confidence: formatQuantity(confidence, '%') },
  };
}

function explainObject({ name, meaning, type, object, origin }: ObjectDeclaration): Explanation {
  return { name, meaning, type, object, origin, inputs: [] };
}
