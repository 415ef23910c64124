import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiply, sameDimension } from '../../src/units/dimension.ts';
import { canonicalUnit, inCanonicalUnit, isUnitSymbol, parseUnit } from '../../src/units/unit.ts';
import { UnitError } from '../../src/units/unit-error.ts';

const symbols = [
  'B',
  'kB',
  'GiB',
  'bit',
  'Gbit',
  's',
  'ms',
  'h',
  'd',
  'y',
  'req',
  'core',
  'px',
  'MP',
  'USD',
  '%',
  'kWh',
];

describe('parseUnit', () => {
  it('counts different things in different dimensions', () => {
    expect(sameDimension(parseUnit('req').dimension, parseUnit('B').dimension)).toBe(false);
    expect(sameDimension(parseUnit('core').dimension, parseUnit('machine').dimension)).toBe(false);
    expect(parseUnit('req/s/core').dimension).toEqual({ req: 1, s: -1, core: -1 });
  });

  it('takes a bit as an eighth of a byte', () => {
    expect(parseUnit('bit').factor).toBe(0.125);
    expect(parseUnit('Gbit/s')).toEqual({ text: 'Gbit/s', factor: 1.25e8, dimension: { B: 1, s: -1 } });
  });

  it('divides by each unit that follows a slash, and by all in a parenthesis', () => {
    expect(parseUnit('USD/(TB*y)')).toEqual(parseUnit('USD/TB/y'));
    expect(parseUnit('m/s'.replace('m', 'B')).dimension).toEqual({ B: 1, s: -1 });
    expect(parseUnit('B/(s/req)').dimension).toEqual({ B: 1, s: -1, req: 1 });
  });

  it('shows one spelling of each unit', () => {
    expect(parseUnit('KB').text).toBe('kB');
    expect(parseUnit('requests/second').text).toBe('req/s');
    expect(parseUnit('connections').text).toBe('connection');
    expect(parseUnit('Gbits').text).toBe('Gbit');
    expect(parseUnit('years').text).toBe('y');
  });

  it('reads its own normal form as the same unit', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...symbols), { minLength: 1, maxLength: 4 }), (parts) => {
        const unit = parseUnit(parts.join('/'));
        expect(parseUnit(unit.text)).toEqual(unit);
      }),
    );
  });

  it('multiplies factors and dimensions of a product', () => {
    fc.assert(
      fc.property(fc.constantFrom(...symbols), fc.constantFrom(...symbols), (a, b) => {
        const product = parseUnit(`${a}*${b}`);
        expect(product.factor).toBeCloseTo(parseUnit(a).factor * parseUnit(b).factor, 9);
        expect(product.dimension).toEqual(multiply(parseUnit(a).dimension, parseUnit(b).dimension));
      }),
    );
  });

  it('throws nothing but UnitError, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseUnit(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UnitError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', '/', '*', '(', 'B^', 'B^999', 'B^B', 'B)', 'toString', 'hasOwnProperty', 'B'.repeat(100)])(
    'refuses %j',
    (text) => {
      expect(() => parseUnit(text)).toThrow(UnitError);
    },
  );
});

describe('canonicalUnit', () => {
  it.each([
    ['Gbit/s', 'bit/s', 1e9],
    ['ms', 's', 0.001],
    ['h', 's', 3600],
    ['TB/y', 'B/s', 1e12 / 31_557_600],
    ['%', '1', 0.01],
    ['kB', 'B', 1000],
    ['KiB', 'B', 1024],
    ['MP', 'px', 1e6],
    ['USD/TB', 'USD/B', 1e-12],
    ['req/s/core', 'req/s/core', 1],
    ['kWh', 'Wh', 1000],
    ['s/s', '1', 1],
    ['1', '1', 1],
  ])('of %s is %s', (shown, text, factor) => {
    expect(canonicalUnit(shown).text).toBe(text);
    expect(canonicalUnit(shown).factor).toBeCloseTo(factor, 12);
  });

  it('keeps the dimension', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...symbols), { minLength: 1, maxLength: 4 }), (parts) => {
        const shown = parts.join('/');
        expect(
          sameDimension(parseUnit(canonicalUnit(shown).text).dimension, parseUnit(shown).dimension),
        ).toBe(true);
      }),
    );
  });

  it('carries a value in base units over exactly', () => {
    expect(inCanonicalUnit(2.56e9, 'Gbit/s')).toEqual({ value: 20_480_000_000, unit: 'bit/s' });
    expect(inCanonicalUnit(0.999, '%')).toEqual({ value: 0.999, unit: '1' });
  });
});

describe('isUnitSymbol', () => {
  it('knows symbols with prefixes and no members of objects', () => {
    expect(['min', 'kB', 'Gbit', 'd', 'cores'].map(isUnitSymbol)).toEqual([true, true, true, true, true]);
    expect(['constructor', 'toString', 'mod', 'max', 'x', 'worker.count'].some(isUnitSymbol)).toBe(false);
  });
});
