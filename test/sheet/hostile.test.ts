import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSheet } from '../../src/sheet/load.ts';
import { problemsWith, workers } from './fixtures.ts';

const hostile: readonly (readonly [formula: string, message: RegExp])[] = [
  ['x = 1', /an assignment is not allowed/],
  ['worker.busyCores = 1', /an assignment is not allowed/],
  ['f(x) = x ^ 2', /a definition of a function is not allowed/],
  ['import("fs")', /a text is not allowed|unknown function "import"/],
  ['import({a: 1})', /an object is not allowed|unknown function "import"/],
  ['require(1)', /unknown function "require"/],
  ['eval(1)', /unknown function "eval"/],
  ['evaluate("1")', /unknown function "evaluate"/],
  ['parse("1")', /unknown function "parse"/],
  ['createUnit("x")', /unknown function "createUnit"/],
  ['Function(1)', /unknown function "Function"/],
  ['process', /unit|pure|declared in 1/],
  ['process.exit(1)', /a call of anything but a registered function/],
  ['globalThis', /unknown name "globalThis"/],
  ['this.x', /unknown name "this\.x"/],
  ['constructor', /reaches outside the sheet/],
  ['__proto__', /reaches outside the sheet/],
  ['worker.__proto__.x', /reaches outside the sheet/],
  ['worker.constructor', /reaches outside the sheet/],
  ['worker.constructor.constructor(1)', /a call of anything but a registered function/],
  ['ceil.constructor', /reaches outside the sheet/],
  ['worker["busyCores"]', /reaching into a value is not allowed/],
  ['worker?.busyCores', /reaching into a value is not allowed/],
  ['workload.peak[1]', /reaching into a value is not allowed/],
  ['"text"', /a text is not allowed/],
  ['"text".length', /reaching into a value is not allowed/],
  ["'x'", /a text is not allowed/],
  ['[1, 2, 3]', /a list is not allowed/],
  ['{a: 1}', /an object is not allowed/],
  ['1:10', /a range is not allowed/],
  ['1; 2', /more than one expression is not allowed/],
  ['1\n2', /more than one expression is not allowed/],
  ['5!', /the operator ! is not allowed/],
  ["workload.peak'", /the operator ' is not allowed/],
  ['1 | 2', /the operator \| is not allowed/],
  ['1 << 40', /the operator << is not allowed/],
  ['1 xor 0', /the operator xor is not allowed/],
  ['7 mod 3', /the operator mod is not allowed/],
  ['7 % 3', /the operator % is not allowed/],
  ['20 %', /the percent sign is not allowed/],
  ['1 + 20 %', /the percent sign is not allowed/],
  ['workload.peak to B/s', /the operator to is not allowed/],
  ['1 < 2 < 3', /a chain of comparisons is not allowed/],
  ['2 .* 3', /the operator \.\* is not allowed/],
  ['true', /this constant is not allowed/],
  ['null', /this constant is not allowed/],
  ['undefined', /this constant is not allowed/],
  ['Infinity', /this constant is not allowed/],
  ['NaN', /this constant is not allowed/],
  ['1e999', /this constant is not allowed/],
  ['i', /unknown name "i"/],
  ['2 workload.peak', /an operator is missing/],
  ['workload.peak (1 + 2)', /a call of anything but a registered function/],
  ['', /the formula is empty/],
  ['   ', /the formula is empty/],
  ['1 +', /is not a formula/],
  ['((1)', /is not a formula/],
  ['x -> x', /is not a formula/],
  ['`1`', /is not a formula/],
  ['1 // 2', /is not a formula/],
  [`${'('.repeat(900)}1${')'.repeat(900)}`, /nested too deeply/],
  [`1${' + 1'.repeat(1000)}`, /longer than 2000 characters/],
];

describe('formulas', () => {
  it.each(hostile)('that try %j are refused', (text, message) => {
    const problems = problemsWith(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(message);
    for (const problem of problems) expect(problem.advice).not.toBe('');
  });

  it('reach nothing of the host, whatever their text', () => {
    const piece = fc.constantFrom(
      ...[
        '1',
        '2.5',
        '(',
        ')',
        '+',
        '-',
        '*',
        '/',
        '^',
        '.',
        ',',
        '?',
        ':',
        '[',
        ']',
        '"',
        '=',
        ' ',
        'and',
        'not',
      ],
      ...[
        'workload.peak',
        'payload.mix',
        'ceil',
        'max',
        'min',
        's',
        'kB',
        '%',
        'constructor',
        '__proto__',
        '\n',
        ';',
      ],
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        // Anything but a list of problems would be thrown on.
        for (const problem of problemsWith(text)) expect(problem.message).not.toBe('');
      }),
      { numRuns: 1500 },
    );
  });

  it('leave no trace in prototypes', () => {
    for (const [text] of hostile) problemsWith(text);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(loadSheet(workers).evaluate().get('worker.busyCores')).toBe(1000);
  });
});
