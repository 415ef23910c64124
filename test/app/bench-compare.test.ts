import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareMeasurements } from '../../src/app/bench-compare.ts';
import type { Measurement } from '../../src/measurement/types.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { fileRound, measurement } from '../bench/fixture.ts';

let cwd: string;
const sound = (slow: number, changes: Partial<Measurement> = {}) =>
  measurement(
    [1, 1.01, 0.99, 1.02, 0.98].map((n) => fileRound(0.01 * n * slow, 0.04 * n * slow, 0.002)),
    changes,
  );

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'headroom-compare-'));
  const files = {
    'a.json': sound(1),
    'slower.json': sound(1.2),
    'cut.json': { ...sound(1), complete: false, rounds: sound(1).rounds.slice(0, 2) },
    'webp.json': sound(1, { job: { width: 800, format: 'webp', quality: 80 } }),
  };
  for (const [name, data] of Object.entries(files)) writeFileSync(join(cwd, name), JSON.stringify(data));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const compare = (after: string, maxRegression = '10 %') =>
  compareMeasurements({ cwd, before: 'a.json', after, maxRegression });

describe('comparing two files', () => {
  it('finds the slowdown between them, and none between a file and itself', () => {
    expect(compare('slower.json')).toMatchObject({
      verdict: 'regression',
      mix: { value: expect.closeTo(1.2, 9) },
    });
    expect(compare('a.json').verdict).toBe('no regression');
  });

  it('allows what the limit allows, as a share or in percent', () => {
    expect(compare('slower.json', '25 %').verdict).not.toBe('regression');
    expect(compare('slower.json', '0.15').verdict).toBe('regression');
  });

  it('refuses another job, naming both', () => {
    expect(() => compare('webp.json')).toThrow(InvalidInput);
    expect(() => compare('webp.json')).toThrow('800 px jpeg, quality 80 against 800 px webp, quality 80');
  });

  it('names the file that has too few rounds, whichever of the two it is', () => {
    const problems = (before: string, after: string) => {
      try {
        compareMeasurements({ cwd, before, after, maxRegression: '10 %' });
      } catch (error) {
        if (error instanceof InvalidInput) return error.problems.map(({ file }) => file);
      }
      return [];
    };
    expect(problems('cut.json', 'a.json')).toEqual(['cut.json']);
    expect(problems('a.json', 'cut.json')).toEqual(['cut.json']);
    expect(problems('a.json', 'slower.json')).toEqual([]);
  });

  it('refuses a limit that is not a share above 0, and a file that is not there', () => {
    for (const limit of ['0 %', '-5 %', '10 ms', 'much']) {
      expect(() => compare('a.json', limit)).toThrow('is not a share above 0');
    }
    expect(() => compare('missing.json')).toThrow('no such file');
  });
});
