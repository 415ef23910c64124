import { describe, expect, it } from 'vitest';
import { planSheet } from '../../src/plan/build.ts';
import { SheetEvaluationError } from '../../src/sheet/errors.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import type { Declaration, Sheet } from '../../src/sheet/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import { sheetFunctions } from '../../src/tiers/functions.ts';

const sheet = planSheet({ spec: exampleSpec(), sets: [] });
const inputs = [...sheet.quantities.values()].filter((quantity) => quantity.formula === undefined);
const base = sheet.evaluate();

const formulas = [...sheet.quantities.values()].filter((quantity) => quantity.formula !== undefined);

function moved(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): readonly string[] {
  return [...to].filter(([name, value]) => value !== from.get(name)).map(([name]) => name);
}

/** A sheet in another world; undefined where the world is one that a model refuses. */
function tryEvaluate(of: Sheet, world: ReadonlyMap<string, number>): ReadonlyMap<string, number> | undefined {
  try {
    return of.evaluate(world);
  } catch (error) {
    if (error instanceof SheetEvaluationError) return undefined;
    throw error;
  }
}

/** A number that is the same in every run, in [0, 1) (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Another value of the kind that a quantity has: flags flip, shares stay shares, whole numbers stay whole. */
function another(name: string, value: number, random: () => number, range = 30): number {
  if (name.startsWith('policy.survive.')) return 1 - value;
  if (sheet.quantities.get(name)?.unit === '%') return random();
  const scaled = (value === 0 ? 1 : value) * range ** (2 * random() - 1);
  return Number.isInteger(value) ? Math.max(1, Math.round(scaled)) : scaled;
}

describe('perturbing an origin', () => {
  it.each(inputs.map((input) => input.name))('%s moves what depends on it, and nothing else', (name) => {
    const random = generator(1);
    const dependents = sheet.dependents(name);
    const changed = new Set<string>();
    for (let attempt = 0; attempt < 12; attempt++) {
      const world = tryEvaluate(sheet, new Map([[name, another(name, base.get(name) ?? 0, random)]]));
      for (const each of world === undefined ? [] : moved(base, world)) changed.add(each);
    }
    changed.delete(name);
    for (const each of changed)
      expect(dependents, `${each} moved without depending on ${name}`).toContain(each);
    if (dependents.size > 0) expect(changed.size, `nothing moved with ${name}`).toBeGreaterThan(0);
  });

  it('changes nothing when nothing is perturbed', () => {
    expect(moved(base, sheet.evaluate())).toEqual([]);
  });
});

/** One formula with its inputs as a sheet of their own, so that any world of the inputs can be tried. */
function alone(name: string, formula: string, reads: readonly string[]): Sheet {
  const own = sheet.quantities.get(name);
  const declarations = reads.map((each): Declaration => {
    const read = sheet.quantities.get(each);
    const object = sheet.objects.get(each);
    if (object !== undefined) return object;
    return {
      name: each,
      unit: read?.unit ?? '1',
      meaning: each,
      value: 1,
      origin: { kind: 'assumed', why: 'a test' },
    };
  });
  const quantity = { name, unit: own?.unit ?? '1', meaning: name, formula };
  return loadSheet({ declarations: [...declarations, quantity], functions: sheetFunctions });
}

/** Whether a formula reacts to an input in some world: a maximum or a ceiling may hide it in the present one. */
function reacts(of: Sheet, name: string, reads: readonly string[], input: string): boolean {
  const random = generator(7);
  for (let attempt = 0; attempt < 1000; attempt++) {
    const move = (each: string) => another(each, base.get(each) ?? 0, random, attempt % 2 === 0 ? 30 : 1e5);
    const world = new Map(reads.map((each) => [each, random() < 0.4 ? (base.get(each) ?? 0) : move(each)]));
    const before = tryEvaluate(of, world);
    const after = before && tryEvaluate(of, new Map([...world, [input, move(input)]]));
    if (after && before.get(name) !== after.get(name)) return true;
  }
  return false;
}

describe('every formula reacts to each input that it reads', () => {
  it.each(formulas.map((quantity) => quantity.name))('%s', (name) => {
    const { formula = '', inputs: read } = sheet.quantities.get(name) ?? { inputs: [] };
    const own = alone(name, formula, read);
    const numbers = read.filter((each) => base.has(each));
    for (const input of numbers) {
      expect(reacts(own, name, numbers, input), `${name} reads ${input} and never moved`).toBe(true);
    }
  });
});
