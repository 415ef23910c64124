import { describe, expect, it } from 'vitest';
import { SheetInvalid } from '../../src/sheet/errors.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import type { SheetFunction } from '../../src/sheet/types.ts';
import { formula, input, object, problemsOf, problemsWith, withMore, workers } from './fixtures.ts';

describe('loadSheet', () => {
  it('computes the worked example of the source', () => {
    const values = loadSheet(workers).evaluate();
    expect(values.get('worker.busyCores')).toBe(1000);
    expect(values.get('worker.machines.throughput')).toBe(32);
    expect(values.get('worker.machines.headroom')).toBe(40);
    expect((values.get('loadBalancer.bandwidth.in') ?? 0) * 8).toBe(20.48e9);
  });

  it('describes each quantity with unit, dimension, origin and what it reads, in order of appearance', () => {
    const { quantities, objects } = loadSheet(workers);
    expect(quantities.get('worker.machines.headroom')).toEqual({
      name: 'worker.machines.headroom',
      meaning: 'meaning of worker.machines.headroom',
      unit: 'machine',
      dimension: { machine: 1 },
      formula: 'ceil(worker.busyCores / machine.cores / (1 - policy.headroom))',
      origin: { kind: 'derived' },
      inputs: ['worker.busyCores', 'machine.cores', 'policy.headroom'],
    });
    expect(quantities.get('payload.scaled')?.inputs).toEqual(['payload.mix', 'workload.payload']);
    expect(objects.get('payload.mix')?.type).toBe('mix');
  });

  it('turns numbers in the shown unit into base units without float noise', () => {
    const sheet = loadSheet({ functions: [], declarations: [input('a', 99.9, '%'), input('c', 256, 'kB')] });
    expect(sheet.evaluate()).toEqual(
      new Map([
        ['a', 0.999],
        ['c', 256_000],
      ]),
    );
  });

  it('carries uncertainty through', () => {
    const uncertain = { low: 8, mid: 10, high: 12, confidence: 0.9 };
    const rate = { ...input('rate', 10, 'req/s'), uncertain };
    expect(loadSheet({ functions: [], declarations: [rate] }).quantities.get('rate')?.uncertain).toEqual(
      uncertain,
    );
  });

  it('does not depend on the order of declarations', () => {
    const reversed = { ...workers, declarations: [...workers.declarations].reverse() };
    const [there, back] = [loadSheet(workers).evaluate(), loadSheet(reversed).evaluate()];
    expect(new Map([...back].sort())).toEqual(new Map([...there].sort()));
  });

  it('lists everything that is wrong at once, with the place where a user wrote it', () => {
    const writtenAt = { file: 'headroom.yaml', line: 12, column: 7 };
    const problems = problemsOf(
      withMore(
        input('workload.peak', 1, 'req/s'),
        { ...formula('mine', 'B', 'workload.peek'), writtenAt },
        { ...input('typo', '5 mB', 'B'), origin: { kind: 'given', file: 'a.yaml', line: 3, column: 1 } },
        formula('mixed', 'B', 'workload.peak + workload.payload'),
      ),
    );
    expect(problems.map(({ quantity, message }) => [quantity, message])).toEqual([
      ['workload.peak', '"workload.peak" is declared twice'],
      ['mine', 'unknown name "workload.peek"'],
      ['typo', 'unknown unit "mB"'],
      ['mixed', 'cannot add B/req to req/s in "workload.peak + workload.payload"'],
    ]);
    expect(problems[2]).toMatchObject({
      advice: 'did you mean MB?',
      writtenAt: { file: 'a.yaml', line: 3, column: 1 },
    });
    expect(problems[1]).toMatchObject({ advice: 'did you mean workload.peak?', writtenAt });
  });

  it('throws SheetInvalid with the messages of all problems', () => {
    const load = () => loadSheet(withMore(formula('x1', '1', 'b.c'), formula('x2', '1', 'e.f')));
    expect(load).toThrow(SheetInvalid);
    expect(load).toThrow(/b\.c[\s\S]*e\.f/);
  });

  it('prints the circle', () => {
    const problems = problemsOf({
      functions: [],
      declarations: [
        formula('a.x', 's', 'b.x + 1 s'),
        formula('b.x', 's', 'c.x * 2'),
        formula('c.x', 's', 'a.x / 2'),
        formula('behind', 's', 'a.x'),
        formula('self', '1', 'self + 1'),
      ],
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'depends on itself: a.x -> b.x -> c.x -> a.x',
      'depends on itself: self -> self',
    ]);
  });

  it.each([
    [input('a', '5 s', 'B'), '"5 s" is in s, but the quantity is in B'],
    [input('a', Number.NaN, 'B'), 'NaN is not a finite number'],
    [input('a', 5, 'zorkmid'), 'unknown unit "zorkmid"'],
    [input('a b', 5, 's'), '"a b" is no name for a quantity'],
    [input('a.constructor', 5, 's'), '"a.constructor" is no name for a quantity'],
    [input('mod.x', 5, 's'), '"mod.x" is no name for a quantity'],
    [input('min', 5, 's'), '"min" is a unit'],
    [object('workload.peak', 'mix', []), '"workload.peak" is declared twice'],
  ])('refuses the declaration %#', (declaration, message) => {
    expect(problemsOf(withMore(declaration)).map((problem) => problem.message)).toContain(message);
  });

  it('asks for the unit where a text has none', () => {
    const [problem] = problemsOf(withMore(input('a', '5', 'ms')));
    expect(problem?.advice).toBe('write the unit too: 5 ms');
  });

  it('takes a bare number in a unit that has no prefix', () => {
    expect(
      loadSheet(withMore(input('a', '5', 'machine')))
        .evaluate()
        .get('a'),
    ).toBe(5);
  });

  it('refuses a bare number above 1 for a share', () => {
    const [problem] = problemsOf(withMore(input('a', '20', '%')));
    expect(problem?.advice).toBe('write a share as 20 %, or as a number up to 1');
  });

  it('allows words of the formula language after a dot', () => {
    const sheet = withMore(
      input('x.in', 1, '1'),
      input('x.mod.to', 2, '1'),
      formula('y.end', '1', 'x.in + x.mod.to'),
    );
    expect(loadSheet(sheet).evaluate().get('y.end')).toBe(3);
  });

  it('refuses functions that are registered twice or whose signature names no unit', () => {
    const twice: SheetFunction = {
      name: 'ceil',
      meaning: '',
      parameters: ['1'],
      result: '1',
      evaluate: Math.ceil,
    };
    const odd: SheetFunction = {
      name: 'odd',
      meaning: '',
      parameters: ['zorkmid'],
      result: '1',
      evaluate: Math.ceil,
    };
    const problems = problemsOf({ declarations: [], functions: [twice, odd] });
    expect(problems.map(({ quantity, message }) => `${quantity} ${message}`)).toEqual([
      'function ceil is registered twice',
      'function odd unknown unit "zorkmid"',
    ]);
  });

  it('proposes a function for a misspelt one and explains a missing operator', () => {
    expect(problemsWith('cel(2.5)')[0]).toMatchObject({
      message: 'unknown function "cel"',
      advice: 'did you mean ceil?',
    });
    expect(problemsWith('max')[0]?.message).toBe('the function max needs its arguments in parentheses');
    expect(problemsWith('busyCores')[0]?.advice).toBe('did you mean worker.busyCores?');
  });

  it('leaves its declarations as they were', () => {
    const before = JSON.stringify(workers.declarations);
    loadSheet(workers).evaluate(new Map([['policy.headroom', 0.5]]));
    expect(JSON.stringify(workers.declarations)).toBe(before);
  });
});
