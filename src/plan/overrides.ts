import { InvalidInput, type Problem } from '../problems/problem.ts';
import { SheetEvaluationError, SheetInvalid } from '../sheet/errors.ts';
import { loadSheet } from '../sheet/load.ts';
import { override, type SheetSet } from '../sheet/override.ts';
import type { Sheet, SheetDeclarations, SheetProblem } from '../sheet/types.ts';
import type { Spec, UserQuantity } from '../spec/types.ts';
import { rangeProblems } from './ranges.ts';

/** What a user set on the command line. */
export interface FlagSet {
  readonly name: string;
  readonly text: string;
}

/** The declarations with the overrides of the spec, then those of the command line. Throws InvalidInput. */
export function overridden(
  sheet: SheetDeclarations,
  spec: Spec,
  sets: readonly FlagSet[],
): SheetDeclarations {
  const ofSpec = spec.tiers.flatMap((tier) => tier.overrides.map(specSet));
  const ofFlags = sets.map(
    ({ name, text }): SheetSet => ({ name, text, origin: { kind: 'given', flag: `--set ${name}` } }),
  );
  const set = checked(() => override(override(sheet, ofSpec), ofFlags), ofFlags);
  const names = new Set([...ofSpec, ...ofFlags].map(({ name }) => name));
  const problems = rangeProblems(set.declarations, names);
  if (problems.length > 0) throw new InvalidInput(problems);
  return set;
}

/** Loads and evaluates a sheet that user input went into. Throws InvalidInput where the input cannot be used. */
export function loadChecked(
  sheet: SheetDeclarations,
  sets: readonly FlagSet[],
): { readonly sheet: Sheet; readonly values: ReadonlyMap<string, number> } {
  return checked(() => {
    const loaded = loadSheet(sheet);
    return { sheet: loaded, values: loaded.evaluate() };
  }, sets);
}

/** A quantity goes over as it was written, so that a refusal quotes it so. */
function specSet({ name, value, text = '', formula = '', writtenAt }: UserQuantity): SheetSet {
  if (value === undefined) return { name, text: formula, writtenAt };
  const { uncertain } = value;
  return { name, text, origin: value.origin, writtenAt, ...(uncertain === undefined ? {} : { uncertain }) };
}

function checked<T>(work: () => T, sets: readonly FlagSet[]): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SheetInvalid)
      throw new InvalidInput(error.problems.map((one) => problemOf(one, sets)));
    if (error instanceof SheetEvaluationError) throw new InvalidInput([evaluationProblem(error)]);
    throw error;
  }
}

function problemOf(
  { quantity, message, advice, writtenAt }: SheetProblem,
  sets: readonly FlagSet[],
): Problem {
  if (writtenAt !== undefined)
    return { code: 'bad-formula', ...writtenAt, message: `${quantity}: ${message}`, advice };
  const code = sets.some(({ name }) => name === quantity) ? 'bad-flag' : 'bad-formula';
  return { code, message: `${quantity}: ${message}`, advice };
}

function evaluationProblem(error: SheetEvaluationError): Problem {
  return {
    code: 'bad-formula',
    message: error.message,
    advice: `change what ${error.quantity} is computed from; headroom explain ${error.quantity} shows it for the built-in example`,
  };
}
