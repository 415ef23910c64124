import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity } from '../../src/units/format.ts';
import { parseQuantity } from '../../src/units/quantity.ts';

describe('formatQuantity', () => {
  it.each([
    [2.56e9, 'Gbit/s', '20.5 Gbit/s'],
    [256_000, 'kB', '256 kB'],
    [0.087, 'ms', '87 ms'],
    [1000, 'core', '1,000 cores'],
    [1, 'machine', '1 machine'],
    [0, 'machine', '0 machines'],
    [3, 'process', '3 processes'],
    [0.832, '%', '83.2 %'],
    [10_000, 'req/s', '10,000 req/s'],
    [10, 'req/s/core', '10 req/s/core'],
    [1_234_567.8, 'req/s', '1.23M req/s'],
    [123_456_789, 'user', '123,456,789 users'],
    [31.25, 'machine', '31.3 machines'],
    [86_400 * 30, 'd', '30 d'],
    [1e-11, 'USD/TB', '10 USD/TB'],
    [1e15 / 31_557_600, 'TB/y', '1 PB/y'],
    [2 ** 30 * 1.5, 'GiB', '1.5 GiB'],
    [12e6, 'px', '12 MP'],
    [0.1, 's/req', '100 ms/req'],
    [3.1e-6, 'us', '3.1 \u00b5s'],
    [-5, 's', '-5 s'],
    [0, 'Gbit/s', '0 Gbit/s'],
    [5, '1', '5'],
  ])('prints %d base units shown in %s as %s', (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });

  it('stays with the shown unit while it is readable and changes the prefix where it is not', () => {
    expect(formatQuantity(500e6 / 8, 'Gbit/s')).toBe('500 Mbit/s');
    expect(formatQuantity(5000, 'kB')).toBe('5 kB');
    expect(formatQuantity(1500, 'B')).toBe('1.5 kB');
    expect(formatQuantity(0.9996, 'ms')).toBe('1 s');
    expect(formatQuantity(2592, 's')).toBe('43.2 min');
    expect(formatQuantity(86_400 * 365, 'd')).toBe('365 d');
  });

  it('never rounds a share up to the whole', () => {
    expect(formatQuantity(0.999, '%')).toBe('99.9 %');
    expect(formatQuantity(0.9995, '%')).toBe('99.95 %');
    expect(formatQuantity(0.9999, '%')).toBe('99.99 %');
    expect(formatQuantity(0.99999999999, '%')).toBe('99.999999999 %');
    expect(formatQuantity(0.99987654, '%')).toBe('99.988 %');
    expect(formatQuantity(0.9999, '1')).toBe('0.9999');
    expect(formatQuantity(1, '%')).toBe('100 %');
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (share) => {
        expect(formatQuantity(share, '%')).not.toBe('100 %');
        expect(formatQuantity(share, '1')).not.toBe('1');
      }),
    );
  });

  it('shows no float noise in counts', () => {
    expect(formatQuantity(39.99999999999999, 'machine')).toBe('40 machines');
    expect(formatQuantity(0.1 + 0.2, '1')).toBe('0.3');
  });

  it('says what is not a number instead of failing', () => {
    expect(formatQuantity(Number.NaN, 's')).toBe('not a number s');
    expect(formatQuantity(Number.POSITIVE_INFINITY, 'req/s')).toBe('infinite req/s');
  });

  it('prints what reads back as the same value to three digits', () => {
    const units = [
      'B',
      'kB',
      'MiB',
      'Gbit/s',
      's',
      'ms',
      'd',
      'req/s',
      'req/s/core',
      'core',
      'USD/TB',
      'px',
      '1',
      'TB/y',
    ];
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e18, noNaN: true }),
        fc.constantFrom(...units),
        (value, unit) => {
          const text = formatQuantity(value, unit);
          expect(text).not.toMatch(/e\+|undefined|NaN/);
          const back = parseQuantity(text).value;
          expect(Math.abs(back - value) / value).toBeLessThan(5.1e-3);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
