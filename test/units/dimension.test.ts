import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dimensionText,
  divide,
  isPure,
  multiply,
  power,
  pure,
  sameDimension,
} from '../../src/units/dimension.ts';
import type { Dimension } from '../../src/units/types.ts';
import { parseUnit } from '../../src/units/unit.ts';

const bases = ['B', 's', 'req', 'core', 'machine', 'user', 'USD'];
const dimensions: fc.Arbitrary<Dimension> = fc
  .dictionary(fc.constantFrom(...bases), fc.integer({ min: -3, max: 3 }))
  .map((exponents) => multiply(pure, exponents));

describe('dimensions', () => {
  it('form a commutative group under multiplication', () => {
    fc.assert(
      fc.property(dimensions, dimensions, dimensions, (a, b, c) => {
        expect(sameDimension(multiply(a, b), multiply(b, a))).toBe(true);
        expect(sameDimension(multiply(multiply(a, b), c), multiply(a, multiply(b, c)))).toBe(true);
        expect(isPure(divide(a, a))).toBe(true);
        expect(sameDimension(divide(multiply(a, b), b), a)).toBe(true);
      }),
    );
  });

  it('come back from any root', () => {
    fc.assert(
      fc.property(dimensions, fc.integer({ min: 1, max: 7 }), (a, n) => {
        expect(sameDimension(power(power(a, 1 / n), n), a)).toBe(true);
      }),
    );
  });

  it('hold no exponents of zero', () => {
    fc.assert(
      fc.property(dimensions, dimensions, (a, b) => {
        expect(Object.values(multiply(a, b)).includes(0)).toBe(false);
        expect(power(a, 0)).toEqual({});
      }),
    );
  });

  it('are the same exactly when their texts are', () => {
    fc.assert(
      fc.property(dimensions, dimensions, (a, b) => {
        expect(dimensionText(a) === dimensionText(b)).toBe(sameDimension(a, b));
      }),
    );
  });

  it('are printed as units that read back', () => {
    fc.assert(
      fc.property(dimensions, (a) => {
        expect(parseUnit(dimensionText(a)).dimension).toEqual(a);
      }),
    );
  });

  it('are named as people name them', () => {
    expect(dimensionText({ s: -1, B: 1 })).toBe('B/s');
    expect(dimensionText({ core: -1, s: -1, req: 1 })).toBe('req/core/s');
    expect(dimensionText({ B: 2 })).toBe('B^2');
    expect(dimensionText({ s: -1 })).toBe('1/s');
    expect(dimensionText({})).toBe('1');
  });

  it('are not changed by the algebra', () => {
    const a = Object.freeze({ B: 1, s: -1 });
    multiply(a, { s: 1 });
    power(a, 2);
    expect(a).toEqual({ B: 1, s: -1 });
  });
});
