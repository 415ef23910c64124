import { nearest } from '../problems/nearest.ts';
import { regionSlug } from '../rules/name-slug.ts';
import type { Region } from '../spec/types.ts';
import { readExpression, readRange } from './expression.ts';
import { type Fact, factsOf } from './facts.ts';
import type { Recorder } from './recorder.ts';
import type { EmitInput, MadeText, Value } from './types.ts';
import { formatValue } from './value-format.ts';

/**
 * The names that a template may use: quantities of the plan, facts about the service and its regions, and the
 * variables of loops. Notes what was said from quantities. A name that does not exist is an error.
 */
export interface Scope {
  /** Tells scopes of the same input and region apart: its variables. */
  readonly variables: string;
  /**
   * `worker.deadline as seconds`, `worker.deadline as display` (for people), `region.name`, or a variable;
   * `local.port.api + node` is the sum of pure numbers. Throws a RangeError with what is wrong.
   */
  value(expression: string): Value;
  /** Whether a value is as asked: what is said is the answer, and not the value. */
  holds(expression: string, condition: Condition): boolean;
  /** Items of `zones`, `regions` (as in paths), or 1 ... n for a quantity that is a count; `NAME from 0` gives 0 ... n - 1. */
  list(expression: string): readonly Value[];
  /** A scope with one more variable. */
  with(name: string, value: Value): Scope;
  /** The same, whose answers are noted elsewhere. */
  notedBy(recorder: Recorder): Scope;
  /** A text made elsewhere, taken whole. */
  made(name: string): MadeText;
}

export interface Condition {
  /** Told apart from others by it: `is 1`. */
  readonly name: string;
  holds(value: Value): boolean;
}

export function createScope(input: EmitInput, region: Region, recorder: Recorder): Scope {
  return scopeOf(groundOf(input, region), new Map(), recorder);
}

interface Ground {
  readonly input: EmitInput;
  readonly region: Region;
  readonly facts: ReadonlyMap<string, Fact>;
  readonly lists: ReadonlyMap<string, readonly Value[]>;
}

type Variables = ReadonlyMap<string, Value>;

/** A value with the quantities that it is made from. */
interface Answer {
  readonly value: Value;
  readonly names: readonly string[];
}

function groundOf(input: EmitInput, region: Region): Ground {
  return { input, region, facts: factsOf(input, region), lists: listsOf(input, region) };
}

function scopeOf(ground: Ground, variables: Variables, recorder: Recorder): Scope {
  const key = [...variables].map(([name, value]) => `${name}=${value}`).join();
  /** Asks, and notes how to ask another plan the same. */
  const ask = <T extends Answer>(what: string, answer: (from: Ground) => T): T => {
    const given = answer(ground);
    if (given.names.length > 0) {
      recorder.note(`${what} ${key}`, {
        names: given.names,
        text: String(given.value),
        again: (input) => String(answer(sameGround(ground, input)).value),
      });
    }
    return given;
  };
  return {
    variables: key,
    value: (expression) => ask(expression, (from) => answered(from, variables, expression)).value,
    holds: (expression, condition) =>
      ask(`${expression} ${condition.name}`, (from) => {
        const { value, names } = answered(from, variables, expression);
        return { value: condition.holds(value), names };
      }).value,
    list(expression) {
      const known = ground.lists.get(expression);
      if (known !== undefined) return known;
      const { name, first } = readRange(expression);
      const { value } = ask(`list ${name}`, (from) => ({ value: countOf(from, name), names: [name] }));
      return Array.from({ length: value }, (_, index) => index + first);
    },
    with: (name, value) => scopeOf(ground, new Map([...variables, [name, value]]), recorder),
    notedBy: (other) => scopeOf(ground, variables, other),
    made(name) {
      const { made } = ground.input;
      const found = made.find((each) => each.name === name);
      if (found === undefined) {
        const names = made.map((each) => each.name);
        throw new RangeError(unknown(name, names));
      }
      for (const [said, one] of found.said) recorder.note(`${name} ${said}`, one);
      return found;
    },
  };
}

/** What another input gives in the same region. */
function sameGround({ region }: Ground, input: EmitInput): Ground {
  const { value } = input.spec.regions;
  return groundOf(input, value.find(({ name }) => name === region.name) ?? region);
}

function answered(ground: Ground, variables: Variables, expression: string): Answer {
  const { name, format } = readExpression(expression);
  if (format === 'display') return { value: quantityOf(ground, name).display, names: [name] };
  if (name.includes(' + ')) {
    const terms = name.split(/\s+\+\s+/).map((each) => termOf(ground, variables, each));
    const total = terms.reduce((sum, { value }) => sum + value, 0);
    return { value: formatValue(total, '1', format), names: terms.flatMap(({ names }) => names) };
  }
  const known = knownAs(ground, variables, name);
  if (known !== undefined && format === undefined) return known;
  if (typeof known?.value === 'number') return { ...known, value: formatValue(known.value, '1', format) };
  if (known !== undefined) throw new RangeError(`${name} is a text, which no format applies to`);
  const { value, unit } = quantityOf(ground, name);
  return { value: formatValue(value, unit, format), names: [name] };
}

function knownAs({ facts }: Ground, variables: Variables, name: string): Answer | undefined {
  const variable = variables.get(name);
  if (variable !== undefined) return { value: variable, names: [] };
  const fact = facts.get(name);
  return fact && { value: fact.value(), names: fact.names() };
}

/** A term of a sum: ports and other pure numbers. */
function termOf(ground: Ground, variables: Variables, name: string): Answer & { readonly value: number } {
  const known = knownAs(ground, variables, name);
  if (typeof known?.value === 'number') return { value: known.value, names: known.names };
  if (known !== undefined) throw new RangeError(`${name} is a text, and a sum is of numbers`);
  const { value, unit } = quantityOf(ground, name);
  if (unit !== '1') throw new RangeError(`${name} is in ${unit}, and a sum is of pure numbers`);
  return { value, names: [name] };
}

function countOf(ground: Ground, name: string): number {
  return Number(formatValue(quantityOf(ground, name).value, '1', 'count'));
}

function quantityOf({ input, facts, lists }: Ground, name: string) {
  const quantity = input.plan.quantities.get(name);
  if (quantity === undefined) {
    throw new RangeError(unknown(name, [...input.plan.quantities.keys(), ...facts.keys(), ...lists.keys()]));
  }
  return quantity;
}

function unknown(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `the plan has no "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function listsOf({ plan, spec }: EmitInput, region: Region): Map<string, readonly Value[]> {
  return new Map([
    ['regions', spec.regions.value.map(({ name }) => regionSlug(name))],
    ['zones', region.zones],
    ['tiers', plan.tiers.map(({ id }) => id)],
  ]);
}
