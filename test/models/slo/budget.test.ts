import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remaining, requestBudget, timeBudget } from '../../../src/models/slo/budget.ts';
import { splitBudget } from '../../../src/models/slo/budget-split.ts';
import { dependencyCeiling, requiredResponse } from '../../../src/models/slo/ceiling.ts';
import { Decimal } from '../../../src/models/slo/decimal.ts';
import {
  errorBudget,
  extraNineObjective,
  objectiveOfPercent,
  percentOfObjective,
} from '../../../src/models/slo/objective.ts';

/** Objectives as people write them: some nines, then other digits. */
const objectives = fc.stringMatching(/^0\.9{1,5}[0-9]{0,4}$/).filter((text) => Number(text) < 1);

describe('an objective', () => {
  it.each(['1', '1.0', '1.5', '100'])('of %s leaves no budget and is refused', (text) => {
    expect(() => errorBudget(text)).toThrow(/objective must lie below 1/);
  });

  it.each(['0', '-0.5'])('of %s promises nothing and is refused', (text) => {
    expect(() => errorBudget(text)).toThrow(/objective must lie above 0/);
  });

  it.each(['', 'high', '99.9 %', '0,999', 'NaN', 'Infinity'])('of `%s` is no decimal', (text) => {
    expect(() => errorBudget(text)).toThrow(RangeError);
  });

  it('of 100 % or more in percent is refused with the number that was written', () => {
    expect(() => objectiveOfPercent('100')).toThrow('not 100 %');
  });

  it('gives its budget without float noise', () => {
    expect(errorBudget('0.999')).toBe('0.001');
    expect(errorBudget('0.99999')).toBe('0.00001');
    expect(percentOfObjective('0.9995')).toBe('99.95');
    expect(extraNineObjective('0.9999')).toBe('0.99999');
  });

  it('and its budget add up to one exactly, whatever the digits', () => {
    fc.assert(
      fc.property(objectives, (text) => {
        expect(new Decimal(text).plus(errorBudget(text)).eq(1)).toBe(true);
      }),
    );
  });
});

describe('a budget', () => {
  it('of 99.9 % of 30 days is 2592 s, exactly', () => {
    expect(timeBudget('0.999', 2_592_000)).toEqual({ text: '2592', value: 2592 });
  });

  it('counts only whole requests as allowed', () => {
    expect(requestBudget('0.999', 1500)).toEqual({ text: '1.5', value: 1.5, whole: 1 });
  });

  it('that is overspent goes below zero', () => {
    const left = remaining(timeBudget('0.999', 2_592_000), 3600);
    expect(left.text).toBe('-1008');
    expect(left.spentShare).toBeCloseTo(1.3889, 4);
  });

  it.each([0, -1, Number.NaN, Infinity])('of a window of %s s is refused', (seconds) => {
    expect(() => timeBudget('0.999', seconds)).toThrow(/window must be/);
  });
});

describe('splitting a budget', () => {
  it('adds up to the whole exactly, for any number of equal parts and any reserve', () => {
    fc.assert(
      fc.property(
        objectives,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 99 }),
        (objective, count, percent) => {
          const names = Array.from({ length: count }, (_, i) => `tier ${i}`);
          const budget = errorBudget(objective);
          const { parts, unallocated } = splitBudget(budget, { kind: 'equal', names }, String(percent / 100));
          const sum = parts.reduce((total, part) => total.plus(part.budget), new Decimal(unallocated));
          expect(sum.eq(budget)).toBe(true);
        },
      ),
    );
  });

  it('by cost gives in proportion and leaves nothing', () => {
    const costs = [
      { name: 'api', cost: 3 },
      { name: 'queue', cost: 1 },
    ];
    const { parts, unallocated } = splitBudget('0.001', { kind: 'cost', costs });
    expect(parts.map(({ budget }) => budget)).toEqual(['0.00075', '0.00025']);
    expect(parts.map(({ objective }) => objective)).toEqual(['0.99925', '0.99975']);
    expect(unallocated).toBe('0');
  });

  it('by given shares keeps what they leave', () => {
    const shares = [
      { name: 'api', share: '0.1' },
      { name: 'queue', share: '0.25' },
    ];
    const { parts, unallocated } = splitBudget('0.001', { kind: 'given', shares });
    // The tier in front at 99.99 % below a system at 99.9 % is the source's own split.
    expect(parts[0]?.objective).toBe('0.9999');
    expect(unallocated).toBe('0.00065');
  });

  it('refuses shares above the whole, parts of one name, no parts, and costs that are all zero', () => {
    const twice = [
      { name: 'a', share: '0.6' },
      { name: 'b', share: '0.5' },
    ];
    expect(() => splitBudget('0.001', { kind: 'given', shares: twice })).toThrow(/add up to 1.1/);
    expect(() => splitBudget('0.001', { kind: 'equal', names: ['a', 'a'] })).toThrow(/part a is given twice/);
    expect(() => splitBudget('0.001', { kind: 'equal', names: [] })).toThrow(/number of parts/);
    const free = [{ name: 'a', cost: 0 }];
    expect(() => splitBudget('0.001', { kind: 'cost', costs: free })).toThrow(/not all be 0/);
  });
});

describe('the ceiling that dependencies set', () => {
  it('counts a dependency once, at whatever depth it is met', () => {
    const twice = [
      { name: 'store', unavailability: 0.001 },
      { name: 'store', unavailability: 0.001 },
    ];
    expect(dependencyCeiling(twice).unavailability).toBeCloseTo(0.001, 15);
  });

  it('refuses one dependency with two values', () => {
    const different = [
      { name: 'store', unavailability: 0.001 },
      { name: 'store', unavailability: 0.002 },
    ];
    expect(() => dependencyCeiling(different)).toThrow(/dependency store must have one unavailability/);
  });

  it('is never above the sum of the unavailabilities and never below the worst of them', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const parts = values.map((unavailability, i) => ({ name: `part ${i}`, unavailability }));
        const { unavailability, sum } = dependencyCeiling(parts);
        expect(unavailability).toBeLessThanOrEqual(sum * (1 + 1e-12));
        expect(unavailability).toBeGreaterThanOrEqual(Math.max(...values) * (1 - 1e-12));
      }),
    );
  });

  it('leaves 17 minutes for each outage of the worked example in the Calculus of Service Availability', () => {
    // 27 minutes of own budget over 1.6 full-outage equivalents.
    expect(
      Math.round(
        requiredResponse(27, [
          { count: 1, share: 1 },
          { count: 3, share: 0.2 },
        ]),
      ),
    ).toBe(17);
  });
});
