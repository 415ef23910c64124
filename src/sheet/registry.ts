import { UnitError } from '../units/unit-error.ts';
import { builtInFunctions } from './functions.ts';
import { readSignature, type Signature } from './signature.ts';
import type { SheetFunction, SheetProblem } from './types.ts';

/** The functions of a sheet with their signatures read. */
export interface Registry {
  readonly functions: ReadonlyMap<string, SheetFunction>;
  readonly signatures: ReadonlyMap<string, Signature>;
}

/** Collects the built-in functions and those that come with the tiers; reports names given twice and bad signatures. */
export function registerFunctions(own: readonly SheetFunction[], problems: SheetProblem[]): Registry {
  const functions = new Map<string, SheetFunction>();
  const signatures = new Map<string, Signature>();
  for (const declared of [...builtInFunctions, ...own]) {
    const quantity = `function ${declared.name}`;
    if (functions.has(declared.name)) {
      problems.push({ quantity, message: 'is registered twice', advice: 'give each function its own name' });
      continue;
    }
    functions.set(declared.name, declared);
    try {
      signatures.set(declared.name, readSignature(declared));
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      problems.push({ quantity, message: error.message, advice: error.advice });
    }
  }
  return { functions, signatures };
}
