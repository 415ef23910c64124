import { describe, expect, it } from 'vitest';
import { SheetInvalid } from '../../src/sheet/errors.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import { override, type SheetSet } from '../../src/sheet/override.ts';
import type { SheetProblem } from '../../src/sheet/types.ts';
import { workers } from './fixtures.ts';

const writtenAt = { file: 'headroom.yaml', line: 9, column: 5 };

describe('override', () => {
  it('sets a quantity to a value with a unit of the same dimension', () => {
    const sheet = loadSheet(override(workers, [{ name: 'policy.headroom', text: '30 %' }]));
    expect(sheet.evaluate().get('worker.machines.headroom')).toBe(45);
    expect(sheet.quantities.get('policy.headroom')).toMatchObject({
      unit: '%',
      meaning: 'meaning of policy.headroom',
      origin: { kind: 'given', flag: '--set' },
    });
  });

  it('replaces a formula by a value and a value by a formula', () => {
    const sheet = loadSheet(
      override(workers, [
        { name: 'worker.busyCores', text: '2k core', writtenAt },
        { name: 'policy.headroom', text: 'min(0.5, 100 core / worker.busyCores)', writtenAt },
      ]),
    );
    expect(sheet.evaluate().get('policy.headroom')).toBe(0.05);
    expect(sheet.quantities.get('worker.busyCores')).toMatchObject({
      origin: { kind: 'given', ...writtenAt },
    });
    expect(sheet.quantities.get('worker.busyCores')?.formula).toBeUndefined();
    expect(sheet.quantities.get('policy.headroom')?.origin).toEqual({ kind: 'derived' });
  });

  it('lets later sets win, and keeps the given origin and uncertainty', () => {
    const uncertain = { low: 8, mid: 9, high: 10, confidence: 0.8 };
    const origin = { kind: 'measured', file: 'm.json', run: 'r' } as const;
    const name = 'worker.throughputPerCore';
    const sheet = loadSheet(
      override(workers, [
        { name, text: '1 req/s/core' },
        { name, text: '9 req/s/core', origin, uncertain },
      ]),
    );
    expect(sheet.evaluate().get(name)).toBe(9);
    expect(sheet.quantities.get(name)).toMatchObject({ origin, uncertain });
  });

  it('reports all sets that cannot be, with place and advice', () => {
    const problems = refused([
      { name: 'policy.headrom', text: '30 %', writtenAt },
      { name: 'policy.headroom', text: '30 s', writtenAt },
      { name: 'worker.machines.headroom', text: '40 core' },
      { name: 'machine.cores', text: '12 core/machin' },
      { name: 'payload.mix', text: '3' },
    ]);
    expect(problems).toMatchObject([
      { message: 'unknown name "policy.headrom"', advice: 'did you mean policy.headroom?', writtenAt },
      { message: '"30 s" is in s, but the quantity is in %', writtenAt },
      { message: '"40 core" is in core, but the quantity is in machine', advice: 'write a value in machine' },
      { message: 'unknown unit "machin"', advice: 'did you mean machine?' },
      { message: '"payload.mix" is a mix, not a number' },
    ]);
  });

  it('leaves the check of formulas to loading, which points to where they were written', () => {
    const sets = [{ name: 'worker.busyCores', text: 'workload.peek * 2', writtenAt }];
    const load = () => loadSheet(override(workers, sets));
    expect(load).toThrow('unknown name "workload.peek"');
    try {
      load();
    } catch (error) {
      expect((error as SheetInvalid).problems[0]?.writtenAt).toEqual(writtenAt);
    }
  });

  it('finds the circle that a set closes', () => {
    const sets = [{ name: 'workload.peak', text: 'worker.busyCores * worker.throughputPerCore' }];
    expect(() => loadSheet(override(workers, sets))).toThrow(
      'workload.peak -> worker.busyCores -> workload.peak',
    );
  });

  it('leaves the declarations as they were', () => {
    const before = JSON.stringify(workers);
    override(workers, [{ name: 'policy.headroom', text: '30 %' }]);
    expect(JSON.stringify(workers)).toBe(before);
  });
});

function refused(sets: readonly SheetSet[]): readonly SheetProblem[] {
  try {
    override(workers, sets);
  } catch (error) {
    if (error instanceof SheetInvalid) return error.problems;
  }
  throw new Error('the sets were accepted');
}
