import type { Unit } from '../units/types.ts';
import { isUnitSymbol, parseUnit } from '../units/unit.ts';
import { UnitError } from '../units/unit-error.ts';
import { Refusal } from './errors.ts';
import { isQuantityName } from './names.ts';
import type {
  Declaration,
  FormulaDeclaration,
  InputDeclaration,
  ObjectDeclaration,
  SheetProblem,
} from './types.ts';
import { readValue } from './value.ts';

export interface InputEntry {
  readonly kind: 'input';
  readonly declaration: InputDeclaration;
  readonly unit: Unit;
  /** In base units. */
  readonly value: number;
}

export interface FormulaEntry {
  readonly kind: 'formula';
  readonly declaration: FormulaDeclaration;
  readonly unit: Unit;
}

/** The declarations of a sheet by name, each checked for itself. */
export interface Collected {
  readonly quantities: ReadonlyMap<string, InputEntry | FormulaEntry>;
  readonly objects: ReadonlyMap<string, ObjectDeclaration>;
}

/** Sorts declarations by kind and reads their units and values; reports names given twice and what cannot be read. */
export function collect(declarations: readonly Declaration[], problems: SheetProblem[]): Collected {
  const quantities = new Map<string, InputEntry | FormulaEntry>();
  const objects = new Map<string, ObjectDeclaration>();
  for (const declaration of declarations) {
    const { name } = declaration;
    try {
      checkName(name, quantities.has(name) || objects.has(name));
      if ('object' in declaration) objects.set(name, declaration);
      else quantities.set(name, readEntry(declaration));
    } catch (error) {
      problems.push(problemOf(declaration, error));
    }
  }
  return { quantities, objects };
}

/** What is wrong with a declaration, and where it was written. Rethrows what is no refusal. */
export function problemOf(declaration: Declaration, error: unknown): SheetProblem {
  if (!(error instanceof Refusal || error instanceof UnitError)) throw error;
  const { message, advice } = error;
  const writtenAt = placeOf(declaration);
  return { quantity: declaration.name, message, advice, ...(writtenAt === undefined ? {} : { writtenAt }) };
}

/** Reads the unit and the value of a declaration. Throws Refusal or UnitError. */
export function readEntry(declaration: InputDeclaration | FormulaDeclaration): InputEntry | FormulaEntry {
  const unit = parseUnit(declaration.unit);
  if ('formula' in declaration) return { kind: 'formula', declaration, unit };
  return { kind: 'input', declaration, unit, value: readValue(declaration.value, unit) };
}

function checkName(name: string, isTaken: boolean): void {
  if (!isQuantityName(name)) {
    throw new Refusal(`"${name}" is no name for a quantity`, 'use dotted words of letters and digits');
  }
  if (isUnitSymbol(name)) throw new Refusal(`"${name}" is a unit`, 'choose a name that is no unit');
  if (isTaken) throw new Refusal(`"${name}" is declared twice`, 'give each quantity its own name');
}

function placeOf(declaration: Declaration): SheetProblem['writtenAt'] {
  if ('formula' in declaration) return declaration.writtenAt;
  const { origin } = declaration;
  if (origin.kind !== 'given' || !('file' in origin)) return undefined;
  return { file: origin.file, line: origin.line, column: origin.column };
}
