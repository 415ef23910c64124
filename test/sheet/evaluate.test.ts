import fc from 'fast-check';
import { evaluate as mathjs } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { SheetEvaluationError } from '../../src/sheet/errors.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import type { FormulaDeclaration, SheetFunction } from '../../src/sheet/types.ts';
import { formula, input, withMore, workers } from './fixtures.ts';

const variables = ['x1', 'x2', 'x3', 'x4'];

/** Formulas that mathjs computes over real numbers: no division by zero, no root or logarithm of a negative. */
const { formulas } = fc.letrec<{ formulas: string }>((tie) => ({
  formulas: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'formula' },
    fc.constantFrom(...variables),
    fc.double({ min: 0, max: 50, noNaN: true }).map((value) => value.toPrecision(4)),
    join(tie('formulas'), ' + ', tie('formulas')),
    join(tie('formulas'), ' - ', tie('formulas')),
    join(tie('formulas'), ' * ', tie('formulas')),
    tie('formulas').map((text) => `(${text})`),
    tie('formulas').map((text) => `-${text}`),
    fc.tuple(tie('formulas'), tie('formulas')).map(([a, b]) => `${a} / (1 + abs(${b}))`),
    fc
      .tuple(fc.constantFrom(...variables), fc.integer({ min: 0, max: 3 }))
      .map(([a, n]) => `${a} ^ ${n} ^ 2`),
    fc.tuple(tie('formulas'), tie('formulas')).map(([a, b]) => `max(${a}, ${b}, 3) - min(${b}, 2)`),
    tie('formulas').map((text) => `sqrt(abs(${text})) + log1p(abs(${text}))`),
    tie('formulas').map((text) => `log2(1 + abs(${text})) * log10(2 + abs(${text}))`),
    fc
      .tuple(tie('formulas'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('formulas'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b} ? ${b} : ${a})`),
    fc
      .tuple(fc.constantFrom(...variables), fc.constantFrom('and', 'or'), tie('formulas'))
      .map(([a, operator, b]) => `(${a} > 5 ${operator} not (${b} > 1))`),
  ),
}));

function join(
  left: fc.Arbitrary<string>,
  operator: string,
  right: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  return fc.tuple(left, right).map(([a, b]) => a + operator + b);
}

describe('evaluation', () => {
  it('gives what mathjs gives', () => {
    const values = fc.tuple(...variables.map(() => fc.double({ min: 0.1, max: 20, noNaN: true })));
    let compared = 0;
    fc.assert(
      fc.property(formulas, values, (text, numbers) => {
        fc.pre(text.length < 2000);
        const scope = Object.fromEntries(variables.map((name, place) => [name, numbers[place] ?? 1]));
        const expected = Number(mathjs(text, scope));
        fc.pre(Number.isFinite(expected));
        const declarations = [...Object.entries(scope).map(([name, value]) => input(name, value, '1'))];
        const sheet = loadSheet({
          functions: [],
          declarations: [...declarations, formula('probe', '1', text)],
        });
        const got = sheet.evaluate().get('probe') ?? Number.NaN;
        expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
        compared += 1;
      }),
      { numRuns: 400 },
    );
    expect(compared).toBe(400);
  });

  it('replaces values and formulas by overrides in base units', () => {
    const sheet = loadSheet(workers);
    const changed = sheet.evaluate(new Map([['policy.headroom', 0.3]]));
    expect(changed.get('worker.machines.headroom')).toBe(45);
    const replaced = sheet.evaluate(new Map([['worker.busyCores', 2100]]));
    expect(replaced.get('worker.machines.throughput')).toBe(66);
    expect(sheet.evaluate().get('worker.machines.headroom')).toBe(40);
  });

  it('moves exactly the dependents of the input that is perturbed', () => {
    const names = Array.from({ length: 12 }, (_, place) => `q.n${place}`);
    const shapes = fc.tuple(
      ...names.map((_, place) => fc.subarray(names.slice(0, place), { maxLength: Math.min(place, 3) })),
    );
    fc.assert(
      fc.property(shapes, fc.nat(), (reads, pick) => {
        const declarations = names.map((name, place) => {
          const terms = (reads[place] ?? []).map((read, weight) => `${weight + 1.37} * ${read}`);
          return terms.length === 0 ? input(name, place + 1, '1') : formula(name, '1', terms.join(' + '));
        });
        const sheet = loadSheet({ functions: [], declarations });
        const moved = names[pick % names.length] as string;
        const before = sheet.evaluate();
        const after = sheet.evaluate(new Map([[moved, (before.get(moved) ?? 0) * 1.5]]));
        const changed = names.filter((name) => name !== moved && before.get(name) !== after.get(name));
        expect(new Set(changed)).toEqual(sheet.dependents(moved));
        for (const name of changed) expect(sheet.dependencies(name).has(moved)).toBe(true);
      }),
    );
  });

  it('counts objects among the dependencies', () => {
    const sheet = loadSheet(workers);
    expect(sheet.dependents('payload.mix')).toEqual(new Set(['payload.scaled']));
    expect(sheet.dependencies('payload.scaled')).toEqual(new Set(['payload.mix', 'workload.payload']));
  });

  it('evaluates only the branch that is taken', () => {
    const guarded = 'policy.headroom == 0 ? 0 : 1 / policy.headroom';
    const sheet = loadSheet(withMore(formula('probe', '1', guarded)));
    expect(sheet.evaluate(new Map([['policy.headroom', 0]])).get('probe')).toBe(0);
    expect(sheet.evaluate().get('probe')).toBe(5);
  });

  it('overlooks float noise in comparisons and keeps tiny probabilities apart', () => {
    const sheet = (text: string) =>
      loadSheet(withMore(formula('probe', '1', text)))
        .evaluate()
        .get('probe');
    expect(sheet('0.1 + 0.2 <= 0.3')).toBe(1);
    expect(sheet('0.1 + 0.2 > 0.3')).toBe(0);
    expect(sheet('1e-20 == 2e-20')).toBe(0);
    expect(sheet('1e-20 < 2e-20')).toBe(1);
  });

  it.each([
    ['1 / (policy.headroom - 0.2)', 'has no value'],
    ['min(5, 1 / (policy.headroom - 0.2))', 'has no value'],
    ['1 / (policy.headroom - 0.2) > 3 ? 1 : 2', 'has no value'],
    ['not (0 / 0)', 'has no value'],
    ['(0 / 0) or 0', 'has no value'],
    ['sqrt(-policy.headroom)', 'has no value'],
    ['log(policy.headroom - 0.2)', 'is infinite'],
    ['ceil(1e300 * 1e300)', 'is infinite'],
    ['clamp(1, 3, 2)', 'clamp: low 3 is above high 2'],
  ])('names quantity, formula and inputs where %s gives no number', (text, reason) => {
    const error = failureOf([formula('probe', '1', text)]);
    expect(error.quantity).toBe('probe');
    expect(error.formula).toBe(text);
    expect(error.message).toContain(reason);
    if (text.includes('policy.headroom')) {
      expect(error.inputs).toEqual(new Map([['policy.headroom', 0.2]]));
      expect(error.message).toContain('policy.headroom = 0.2');
    }
  });

  it('names the quantity where a model rejects its arguments, and passes other faults on', () => {
    const picky = (error: Error): SheetFunction => ({
      name: 'picky',
      meaning: '',
      parameters: ['1'],
      result: '1',
      evaluate: () => {
        throw error;
      },
    });
    const run = (error: Error) =>
      loadSheet({
        functions: [picky(error)],
        declarations: [input('x1', 1, '1'), formula('x2', '1', 'picky(x1)')],
      }).evaluate();
    expect(() => run(new RangeError('load must be below 1'))).toThrow(
      'x2 = picky(x1) fails: load must be below 1',
    );
    expect(() => run(new TypeError('a fault'))).toThrow(TypeError);
  });

  it('refuses overrides of unknown names and overrides that are not finite', () => {
    const sheet = loadSheet(workers);
    expect(() => sheet.evaluate(new Map([['worker.busy', 1]]))).toThrow('no quantity "worker.busy"');
    expect(() => sheet.evaluate(new Map([['worker.busyCores', Number.NaN]]))).toThrow(RangeError);
    expect(() => sheet.dependents('worker.busy')).toThrow(RangeError);
    expect(() => sheet.dependencies('constructor')).toThrow(RangeError);
  });
});

function failureOf(declarations: readonly FormulaDeclaration[]): SheetEvaluationError {
  const sheet = loadSheet(withMore(...declarations));
  try {
    sheet.evaluate();
  } catch (error) {
    if (error instanceof SheetEvaluationError) return error;
  }
  throw new Error('the sheet was evaluated without a failure');
}
