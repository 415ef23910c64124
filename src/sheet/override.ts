import { parseQuantity } from '../units/quantity.ts';
import { parseUnit } from '../units/unit.ts';
import { UnitError } from '../units/unit-error.ts';
import { problemOf, readEntry } from './collect.ts';
import { Refusal, SheetInvalid } from './errors.ts';
import { adviceFor } from './names.ts';
import type {
  Declaration,
  FormulaDeclaration,
  InputDeclaration,
  Origin,
  SheetDeclarations,
  SheetProblem,
  Uncertainty,
} from './types.ts';

/** A new value or formula for a quantity, as text, with the place or flag where it was given. */
export interface SheetSet {
  readonly name: string;
  /** A quantity (`12 req/s/core`) or a formula. */
  readonly text: string;
  readonly origin?: Origin;
  readonly writtenAt?: NonNullable<FormulaDeclaration['writtenAt']>;
  /** In base units. */
  readonly uncertain?: Uncertainty;
}

/**
 * The declarations with some quantities set anew; later sets win over earlier ones. A text that reads as a quantity
 * becomes an input of the same unit and meaning, any other a formula, which `loadSheet` then checks.
 * Throws SheetInvalid for unknown names, values in another dimension and texts that are neither.
 */
export function override(sheet: SheetDeclarations, sets: readonly SheetSet[]): SheetDeclarations {
  const byName = new Map(sheet.declarations.map((declaration) => [declaration.name, declaration]));
  const problems: SheetProblem[] = [];
  for (const set of sets) {
    try {
      byName.set(set.name, replace(byName, set));
    } catch (error) {
      problems.push(problemOf(placed(set), error));
    }
  }
  if (problems.length > 0) throw new SheetInvalid(problems);
  return { ...sheet, declarations: sheet.declarations.map(({ name }) => byName.get(name) as Declaration) };
}

function replace(byName: ReadonlyMap<string, Declaration>, set: SheetSet): Declaration {
  const declaration = byName.get(set.name);
  if (declaration === undefined)
    throw new Refusal(`unknown name "${set.name}"`, adviceFor(set.name, byName.keys()));
  if ('object' in declaration) {
    throw new Refusal(
      `"${set.name}" is a ${declaration.type}, not a number`,
      'set it in the file that gives it',
    );
  }
  const replaced = isQuantityText(set.text, (word) => byName.has(word))
    ? asInput(declaration, set)
    : asFormula(declaration, set);
  readEntry(replaced);
  return replaced;
}

function asInput(
  { name, meaning, unit }: InputDeclaration | FormulaDeclaration,
  set: SheetSet,
): InputDeclaration {
  const { text, uncertain } = set;
  return {
    name,
    meaning,
    unit,
    value: text,
    origin: originOf(set),
    ...(uncertain === undefined ? {} : { uncertain: inUnit(uncertain, unit) }),
  };
}

function inUnit({ low, mid, high, confidence }: Uncertainty, unit: string): Uncertainty {
  const { factor } = parseUnit(unit);
  return { low: low / factor, mid: mid / factor, high: high / factor, confidence };
}

function asFormula(
  { name, meaning, unit }: InputDeclaration | FormulaDeclaration,
  set: SheetSet,
): FormulaDeclaration {
  const { writtenAt } = set;
  return { name, meaning, unit, formula: set.text, ...(writtenAt === undefined ? {} : { writtenAt }) };
}

function originOf({ origin, writtenAt }: SheetSet): Origin {
  if (origin !== undefined) return origin;
  return writtenAt === undefined ? { kind: 'given', flag: '--set' } : { kind: 'given', ...writtenAt };
}

/** A declaration that stands for the set in a problem, so that the problem points to where the set was written. */
function placed(set: SheetSet): Declaration {
  return { name: set.name, meaning: '', unit: '1', value: 0, origin: originOf(set) };
}

/** A number with one word behind it was meant as a quantity, even where the unit is misspelt. */
function isQuantityText(text: string, isName: (word: string) => boolean): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    const words = text.match(/[A-Za-z_][\w.]*/g) ?? [];
    return /^\s*[-+]?[\d.,_]+\s*[A-Za-z%\u00b5][\w%/\u00b5]*\s*$/.test(text) && !words.some(isName);
  }
}
