import { describe, expect, it } from 'vitest';
import { loadSheet } from '../../src/sheet/load.ts';
import type { SheetFunction } from '../../src/sheet/types.ts';
import { computed, formula, problemsWith, workers } from './fixtures.ts';

describe('units of a formula', () => {
  it.each([
    ['5 min', 's', 300],
    ['max(5 min, 2 h)', 's', 7200],
    ['min(5 min, 2 h)', 's', 300],
    ['10 kB/s * 2 s', 'B', 20_000],
    ['1/2 h', 's', 1800],
    ['1 h / 5 min', '1', 12],
    ['-5 min', 's', -300],
    ['3 B^2', 'B^2', 3],
    ['workload.peak * 1 s', 'req', 10_000],
    ['sqrt(4 s^2)', 's', 2],
    ['(8 B^3)^(1/3)', 'B', 2],
    ['(2 s)^-1', '1/s', 0.5],
    ['0 + 3 s', 's', 3],
    ['max(0, 3 s)', 's', 3],
    ['policy.headroom > 0 ? 3 s : 0', 's', 3],
    ['workload.peak > 0', '1', 1],
    ['clamp(5 s, 0, 1 min)', 's', 5],
    ['required(policy.headroom > 0.5, 7 machine)', 'machine', 0],
    ['required(1, 7 machine)', 'machine', 7],
    ['0', 'Gbit/s', 0],
  ])('of %s are %s', (text, unit, value) => {
    expect(computed(text, unit)).toBeCloseTo(value, 9);
  });

  it.each([
    ['workload.peak + workload.payload', 'cannot add B/req to req/s in "workload.peak + workload.payload"'],
    ['workload.peak - 1', 'cannot subtract a pure number from req/s in "workload.peak - 1"'],
    ['2 * (1 s + 1 B)', 'cannot add B to s in "1 s + 1 B"'],
    ['workload.peak > 3 s', 'cannot compare req/s with s in "workload.peak > 3 s"'],
    ['1 > 0 ? 1 s : 1 B', 'cannot choose between s and B in "(1 > 0) ? (1 s) : (1 B)"'],
    ['workload.peak ? 1 : 2', 'a condition cannot be req/s in "workload.peak"'],
    ['not workload.peak', 'a condition cannot be req/s in "workload.peak"'],
    ['1 and 2 s', 'a condition cannot be s in "2 s"'],
    ['2 ^ workload.peak', 'the exponent must be a pure number, not req/s in "2 ^ workload.peak"'],
    [
      'workload.peak ^ policy.headroom',
      'the exponent of req/s must be a literal number in "workload.peak ^ policy.headroom"',
    ],
    ['exp(1 s)', 'argument 1 of exp must be in 1 but is in s in "exp(1 s)"'],
    ['max(1 s, 1 B)', 'argument 2 of max must be in s but is in B in "max(1 s, 1 B)"'],
    ['max()', 'max takes at least 1 argument, got 0 in "max()"'],
    ['clamp(1, 2)', 'clamp takes 3 arguments, got 2 in "clamp(1, 2)"'],
    ['payload.mix', '"payload.mix" is a mix, not a number'],
    ['payload.mix + 1', '"payload.mix" is a mix, not a number'],
    ['meanOf(1, 2)', 'argument 1 of meanOf must be a mix, not a number in "meanOf(1, 2)"'],
    [
      'meanOf(payload.mix, payload.mix)',
      'argument 2 of meanOf must be a number, not a mix in "meanOf(payload.mix, payload.mix)"',
    ],
    ['workload.peak * 2', 'the formula "workload.peak * 2" is in req/s, but the quantity is declared in 1'],
  ])('of %s do not agree', (text, message) => {
    expect(problemsWith(text).map((problem) => problem.message)).toEqual([message]);
  });

  it('advises the unit that a bare number lacks', () => {
    expect(problemsWith('worker.machines.throughput - 1', 'machine')[0]?.advice).toBe(
      'give the number its unit: write 1 machine for 1',
    );
  });

  it('follow dimension variables through products in signatures', () => {
    const integral: SheetFunction = {
      name: 'perSecond',
      meaning: 'a rate from an amount and a time',
      parameters: ['T*U', 'U', 's...'],
      result: 'T/s',
      evaluate: (product: number, by: number, time: number) => product / by / time,
    };
    const load = (unit: string, text: string) =>
      loadSheet({
        functions: [...workers.functions, integral],
        declarations: [...workers.declarations, formula('probe', unit, text)],
      })
        .evaluate()
        .get('probe');
    expect(load('B/s', 'perSecond(workload.payload * 8 req * 4 core, 2 core, 4 s)')).toBe(1_024_000);
    expect(() => load('B', 'perSecond(workload.payload * 8 req * 4 core, 2 core, 4 s)')).toThrow('is in B/s');
    expect(() => load('B/s', 'perSecond(8 B, 2 core, 4 B)')).toThrow('argument 3 of perSecond must be in s');
    expect(() => load('B/s', 'perSecond(8 B*core, 0, 4 s)')).toThrow('cannot be told apart');
  });
});
