import type { Collected, FormulaEntry, InputEntry } from './collect.ts';
import { compile, type Places, type Program } from './compile.ts';
import { SheetEvaluationError } from './errors.ts';
import { evaluationOrder, type Reads, reachable, readersOf } from './graph.ts';
import type { ReadFormula } from './read.ts';
import type { Registry } from './registry.ts';
import type { ObjectDeclaration, Sheet, SheetFunction, SheetQuantity } from './types.ts';

/** One formula ready to run: where its value goes, and its closure. */
interface Step {
  readonly name: string;
  readonly place: number;
  readonly program: Program;
}

/** A checked sheet. Evaluation runs the compiled formulas in order over one array of plain numbers. */
export class LoadedSheet implements Sheet {
  readonly quantities: ReadonlyMap<string, SheetQuantity>;
  readonly objects: ReadonlyMap<string, ObjectDeclaration>;
  readonly functions: ReadonlyMap<string, SheetFunction>;
  private readonly places: ReadonlyMap<string, number>;
  private readonly given: Float64Array;
  private readonly steps: readonly Step[];
  private readonly reads: Reads;
  private readers: Reads | undefined;

  constructor(sheet: Collected, registry: Registry, formulas: ReadonlyMap<string, ReadFormula>) {
    this.objects = sheet.objects;
    this.functions = registry.functions;
    this.places = new Map([...sheet.quantities.keys()].map((name, place) => [name, place]));
    this.given = Float64Array.from(sheet.quantities.values(), (entry) =>
      entry.kind === 'input' ? entry.value : Number.NaN,
    );
    this.reads = new Map(
      [...sheet.quantities.keys()].map((name) => [name, formulas.get(name)?.inputs ?? []]),
    );
    this.quantities = new Map(
      [...sheet.quantities].map(([name, entry]) => [name, describe(entry, this.reads.get(name) ?? [])]),
    );
    this.steps = this.compileAll(formulas);
  }

  evaluate(overrides: ReadonlyMap<string, number> = new Map()): ReadonlyMap<string, number> {
    const values = this.given.slice();
    const overridden = new Set<number>();
    for (const [name, value] of overrides) {
      const place = this.placeOf(name);
      if (!Number.isFinite(value)) throw new RangeError(`the override of ${name} is not finite: ${value}`);
      values[place] = value;
      overridden.add(place);
    }
    for (const step of this.steps) {
      if (!overridden.has(step.place)) values[step.place] = this.run(step, values);
    }
    const result = new Map<string, number>();
    for (const [name, place] of this.places) result.set(name, values[place] as number);
    return result;
  }

  dependencies(name: string): ReadonlySet<string> {
    this.checkKnown(name);
    return reachable(name, this.reads);
  }

  dependents(name: string): ReadonlySet<string> {
    this.checkKnown(name);
    this.readers ??= readersOf(this.reads);
    return reachable(name, this.readers);
  }

  private compileAll(formulas: ReadonlyMap<string, ReadFormula>): Step[] {
    const places: Places = {
      placeOf: (name) => this.placeOf(name),
      objectOf: (name) => this.objects.get(name)?.object,
      evaluatorOf: (name) => this.functions.get(name)?.evaluate ?? (() => Number.NaN),
    };
    const steps: Step[] = [];
    for (const name of evaluationOrder(this.reads)) {
      const formula = formulas.get(name);
      if (formula === undefined) continue;
      steps.push({ name, place: this.placeOf(name), program: compile(formula.expression, places) });
    }
    return steps;
  }

  private run(step: Step, values: Float64Array): number {
    let value: number;
    try {
      value = step.program(values);
    } catch (error) {
      // Models reject impossible arguments with a RangeError; anything else is a fault of the program.
      if (!(error instanceof RangeError)) throw error;
      throw this.failure(step.name, values, `fails: ${error.message},`);
    }
    if (Number.isFinite(value)) return value;
    const what = Number.isNaN(value)
      ? 'has no value (a division by zero, or a root or logarithm of a negative number)'
      : 'is infinite';
    throw this.failure(step.name, values, what);
  }

  private failure(name: string, values: Float64Array, reason: string): SheetEvaluationError {
    const read = (this.reads.get(name) ?? []).filter((input) => this.places.has(input));
    const inputs = new Map(read.map((input) => [input, values[this.placeOf(input)] as number]));
    return new SheetEvaluationError(name, this.quantities.get(name)?.formula ?? '', inputs, reason);
  }

  private placeOf(name: string): number {
    const place = this.places.get(name);
    if (place === undefined) throw new RangeError(`the sheet has no quantity "${name}"`);
    return place;
  }

  private checkKnown(name: string): void {
    if (!this.places.has(name) && !this.objects.has(name)) {
      throw new RangeError(`the sheet has no quantity "${name}"`);
    }
  }
}

function describe(entry: InputEntry | FormulaEntry, inputs: readonly string[]): SheetQuantity {
  const { name, meaning } = entry.declaration;
  const common = { name, meaning, unit: entry.unit.text, dimension: entry.unit.dimension, inputs };
  if (entry.kind === 'input') {
    const { origin, uncertain } = entry.declaration;
    return { ...common, origin, ...(uncertain === undefined ? {} : { uncertain }) };
  }
  const { formula, source } = entry.declaration;
  return { ...common, formula, ...(source === undefined ? {} : { source }), origin: { kind: 'derived' } };
}
