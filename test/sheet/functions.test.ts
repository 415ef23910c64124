import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInFunctions } from '../../src/sheet/functions.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import { formula, input } from './fixtures.ts';

function call(text: string): number | undefined {
  return loadSheet({ functions: [], declarations: [formula('probe', '1', text)] })
    .evaluate()
    .get('probe');
}

describe('built-in functions', () => {
  it('round float noise of an integer to that integer', () => {
    expect(21 / (1 - 0.3)).toBeGreaterThan(30);
    expect(call('ceil(21 / (1 - 0.3))')).toBe(30);
    expect(call('floor(0.3 / 0.1)')).toBe(3);
    expect(call('round(2.5)')).toBe(3);
    expect(call('ceil(30.000001)')).toBe(31);
    expect(call('floor(29.999999)')).toBe(29);
  });

  it('ceil any quotient of integers as exact arithmetic does', () => {
    // Quotients stay below 1e7: from about 1e8 on, a whole fraction is within the 1e-9 that counts as float noise.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e4 }), fc.integer({ min: 1, max: 999 }), (load, thousandths) => {
        const sheet = loadSheet({
          functions: [],
          declarations: [
            input('x1', load, '1'),
            input('x2', thousandths / 1000, '1'),
            formula('probe', '1', 'ceil(x1 / x2)'),
          ],
        });
        const exact = (BigInt(load) * 1000n + BigInt(thousandths) - 1n) / BigInt(thousandths);
        expect(sheet.evaluate().get('probe')).toBe(Number(exact));
      }),
    );
  });

  it('keep digits near zero', () => {
    expect(call('expm1(1e-20)')).toBe(1e-20);
    expect(call('log1p(1e-20)')).toBe(1e-20);
  });

  it('have a meaning and a signature each, and names that no other has', () => {
    expect(new Set(builtInFunctions.map(({ name }) => name)).size).toBe(builtInFunctions.length);
    for (const { meaning, parameters } of builtInFunctions) {
      expect(meaning).not.toBe('');
      expect(parameters.length).toBeGreaterThan(0);
    }
  });
});
