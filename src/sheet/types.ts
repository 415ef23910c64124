import type { Dimension } from '../units/types.ts';

/** Where a number comes from. Every number that is shown carries one. */
export type Origin =
  | { readonly kind: 'measured'; readonly file: string; readonly run: string }
  | { readonly kind: 'given'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'given'; readonly flag: string }
  | { readonly kind: 'assumed'; readonly why: string; readonly source?: string }
  | { readonly kind: 'cited'; readonly source: string };

/** An uncertain value: `confidence` is the chance that the truth lies between low and high (all in the quantity's unit). */
export interface Uncertainty {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
  readonly confidence: number;
}

interface Named {
  /** Dotted, such as `worker.machines.count`. */
  readonly name: string;
  /** One line: what the quantity is, as a noun phrase. */
  readonly meaning: string;
}

/** A quantity whose value comes from outside the sheet. */
export interface InputDeclaration extends Named {
  /** Unit in which it is shown, such as `Gbit/s`; `1` for a pure number, `%` for a share. */
  readonly unit: string;
  /** A number in `unit`, or a text with its own unit of the same dimension (`25 Gbit/s`). */
  readonly value: number | string;
  readonly origin: Origin;
  readonly uncertain?: Uncertainty;
}

/** A quantity computed from others. */
export interface FormulaDeclaration extends Named {
  readonly unit: string;
  /** mathjs syntax over other names and registered functions. */
  readonly formula: string;
  /** Law or paper behind the formula, where there is one. */
  readonly source?: string;
  /** Where the formula itself was written, when a user wrote it; errors point there. */
  readonly writtenAt?: { readonly file: string; readonly line: number; readonly column: number };
}

/** A structured input (traffic profile, size mix) that only registered functions read. */
export interface ObjectDeclaration extends Named {
  /** Kind of object; a function's parameter names the kind it takes. */
  readonly type: string;
  readonly object: unknown;
  readonly origin: Origin;
}

export type Declaration = InputDeclaration | FormulaDeclaration | ObjectDeclaration;

/**
 * A function that formulas may call. Dimensions are inferred over the whole formula from these signatures.
 * A parameter or result is a unit text (`s`, `req/s`, `1`), a dimension variable (`T`, `U`: one capital letter,
 * bound at its first use), a product of such (`T/s`, `T*U`), or `object:TYPE` for a structured input.
 * `...` at the end of the last parameter (`T...`) repeats it.
 */
export interface SheetFunction {
  readonly name: string;
  readonly meaning: string;
  readonly parameters: readonly string[];
  readonly result: string;
  /** Law, paper or book of the computation. */
  readonly source?: string;
  /** LaTeX command for the name, where the default `\operatorname{name}` does not do. */
  readonly latex?: string;
  /** Numbers arrive and leave in base units; objects as they were declared. */
  // biome-ignore lint/suspicious/noExplicitAny: each function knows its own object types; the signature is checked when the sheet is loaded.
  readonly evaluate: (...args: any[]) => number;
}

/** Everything a sheet is made of. Functions besides the built-in arithmetic come with the tiers. */
export interface SheetDeclarations {
  readonly declarations: readonly Declaration[];
  readonly functions: readonly SheetFunction[];
}

/** One quantity of a loaded sheet. */
export interface SheetQuantity {
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  readonly dimension: Dimension;
  readonly formula?: string;
  readonly source?: string;
  readonly origin: Origin | { readonly kind: 'derived' };
  readonly uncertain?: Uncertainty;
  /** Names that the formula reads directly (quantities and objects), in order of appearance. */
  readonly inputs: readonly string[];
}

/** A sheet whose names resolve, whose units agree and which has no circle. Immutable. */
export interface Sheet {
  readonly quantities: ReadonlyMap<string, SheetQuantity>;
  readonly objects: ReadonlyMap<string, ObjectDeclaration>;
  /** Functions that formulas may call, the built-in ones included. */
  readonly functions: ReadonlyMap<string, SheetFunction>;
  /** Values of all quantities in base units; `overrides` (base units) replace a quantity's value or formula. */
  evaluate(overrides?: ReadonlyMap<string, number>): ReadonlyMap<string, number>;
  /** All names that `name` depends on, however indirectly. */
  dependencies(name: string): ReadonlySet<string>;
  /** All quantities that depend on `name`, however indirectly. */
  dependents(name: string): ReadonlySet<string>;
}

/** A refusal of the sheet: which quantity, what is wrong, how to mend it. */
export interface SheetProblem {
  readonly quantity: string;
  readonly message: string;
  readonly advice: string;
  readonly writtenAt?: { readonly file: string; readonly line: number; readonly column: number };
}

/** The tree behind one number, down to its origins. */
export interface Explanation {
  readonly name: string;
  readonly meaning: string;
  /** In `unit`, which is prefix-free: `bit/s` for a quantity shown in Gbit/s, `B`, `s`, `req/s`, `1`. Absent for objects. */
  readonly value?: number;
  readonly unit?: string;
  /** For people: three significant digits and the shown unit. */
  readonly display?: string;
  /** In `unit`, as `value`; absent where the value is certain. */
  readonly uncertain?: Uncertainty;
  /** The interval for people. */
  readonly interval?: { readonly low: string; readonly high: string; readonly confidence: string };
  /** Kind of a structured input, and the data itself; absent for quantities. */
  readonly type?: string;
  readonly object?: unknown;
  /** What the number answers, where the same words are asked in several ways. */
  readonly question?: string;
  /** The formula in a sentence, where it takes more than its inputs' names to say it. */
  readonly law?: string;
  readonly formula?: string;
  readonly source?: string;
  readonly origin: SheetQuantity['origin'];
  readonly inputs: readonly Explanation[];
}
