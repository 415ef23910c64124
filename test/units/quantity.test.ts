import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../src/units/quantity.ts';
import { UnitError } from '../../src/units/unit-error.ts';

describe('parseQuantity', () => {
  it.each([
    ['10k req/s', 10_000, 'req/s'],
    ['10K req/s', 10_000, 'req/s'],
    ['10 k req/s', 10_000, 'req/s'],
    ['256 kB', 256_000, 'kB'],
    ['256kB', 256_000, 'kB'],
    ['500 ms', 0.5, 'ms'],
    ['99.9 %', 0.999, '%'],
    ['99.9%', 0.999, '%'],
    ['30 d', 2_592_000, 'd'],
    ['25 Gbit/s', 3.125e9, 'Gbit/s'],
    ['25 Gb/s', 3.125e9, 'Gbit/s'],
    ['1 MB', 1e6, 'MB'],
    ['1 KB', 1000, 'kB'],
    ['1 KiB', 1024, 'KiB'],
    ['1 MiB', 2 ** 20, 'MiB'],
    ['1 GiB', 2 ** 30, 'GiB'],
    ['1 TiB', 2 ** 40, 'TiB'],
    ['12 MP', 12e6, 'MP'],
    ['1.2M user', 1.2e6, 'user'],
    ['0.5 req/s/user', 0.5, 'req/s/user'],
    ['10 USD/TB', 1e-11, 'USD/TB'],
    ['2 h', 7200, 'h'],
    ['5 min', 300, 'min'],
    ['1 y', 365.25 * 86_400, 'y'],
    ['3 req/s/core', 3, 'req/s/core'],
    ['1,000 cores', 1000, 'core'],
    ['3 requests/second', 3, 'req/s'],
    ['7 days', 604_800, 'd'],
    ['-5 req/s', -5, 'req/s'],
    ['.5 h', 1800, 'h'],
    ['1e-3 s', 0.001, 's'],
    ['5 \u00b5s', 5e-6, 'us'],
    ['7', 7, '1'],
    ['600 req/min', 10, 'req/min'],
  ])('reads %s as %d base units', (text, value, unit) => {
    const quantity = parseQuantity(text);
    expect(quantity.value).toBe(value);
    expect(quantity.unit.text).toBe(unit);
    expect(quantity.text).toBe(text);
  });

  it('takes k, M, G and T after the number as multipliers, but as part of the unit when they touch it', () => {
    expect(parseQuantity('10 M').value).toBe(1e7);
    expect(parseQuantity('10 MB').value).toBe(1e7);
    expect(parseQuantity('10M B').value).toBe(1e7);
    expect(parseQuantity('10 M').unit.text).toBe('1');
    expect(parseQuantity('10 MB').unit.text).toBe('MB');
    expect(parseQuantity('3G').value).toBe(3e9);
    expect(parseQuantity('10k/s').unit.text).toBe('1/s');
  });

  it('keeps the exact decimal where floats have none', () => {
    expect(parseQuantity('99.9 %').exact).toBe('0.999');
    expect(parseQuantity('99.99999999999 %').exact).toBe('0.9999999999999');
    expect(parseQuantity('0.1 ms').exact).toBe('0.0001');
    expect(parseQuantity('10 USD/TB').exact).toBe('0.00000000001');
    expect(parseQuantity('600 req/min').exact).toBe('10');
  });

  it('agrees with decimal arithmetic for any percentage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (hundredThousandths) => {
        const percent = new Decimal(hundredThousandths).div(100_000);
        expect(parseQuantity(`${percent.toFixed()} %`).exact).toBe(percent.div(100).toFixed());
      }),
    );
  });

  it.each([
    ['', 'does not begin with a number'],
    ['req/s', 'does not begin with a number'],
    ['-', 'does not begin with a number'],
    ['1,5 s', 'cannot be read as a unit'],
    ['1..2', 'cannot be read as a unit'],
    ['5 s s', 'cannot be read as a unit'],
    ['0x10 B', 'cannot be read as a unit'],
    ['1e400 s', 'is too large'],
    ['5 constructor', 'unknown unit "constructor"'],
    ['5 __proto__', 'unknown unit "__proto__"'],
    ['5 degC', 'unknown unit "degC"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseQuantity(text)).toThrow(message);
    expect(() => parseQuantity(text)).toThrow(UnitError);
  });

  it('proposes the unit that was probably meant', () => {
    expect(adviceOf('5 mb')).toBe('did you mean MB?');
    expect(adviceOf('5 Gbti/s')).toBe('did you mean Gbit?');
    expect(adviceOf('5 machne')).toBe('did you mean machine?');
    expect(adviceOf('5 zorkmid')).toContain('units are');
  });

  it('throws nothing but UnitError, whatever the text', () => {
    const piece = fc.constantFrom(
      '1',
      '5.5',
      'k',
      'B',
      's',
      '/',
      '*',
      '^',
      '(',
      ')',
      '%',
      ' ',
      '-',
      'e',
      '__proto__',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { value, exact } = parseQuantity(text);
          expect(Number.isFinite(value)).toBe(true);
          expect(Number(exact)).toBe(value);
        } catch (error) {
          expect(error).toBeInstanceOf(UnitError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function adviceOf(text: string): string {
  try {
    parseQuantity(text);
  } catch (error) {
    if (error instanceof UnitError) return error.advice;
  }
  return '';
}
