import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coveredVectors as commonCause } from '../../models/reliability/common-cause-covered.ts';
import { coveredVectors as repair } from '../../models/reliability/repair-covered.ts';
import { coveredVectors as statistics } from '../../models/statistics/covered.ts';

interface Named {
  readonly name: string;
  readonly tolerance: number;
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const vectors: readonly Named[] = JSON.parse(read('../../vectors/reliability.json'));
const rows = read('../../../docs/models/availability.md')
  .split('\n')
  .map((line) => /^\| `(.+)` \| (.+) \| (\S+) \| (\S+) \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, name = '', tests = '', difference = '', tolerance = '']) => ({
    name: name.replaceAll('\\|', '|'),
    tests,
    difference: Number(difference),
    tolerance: Number(tolerance),
  }));

describe('the table of reliability vectors', () => {
  it('has a row for every vector, with its tolerance, and the difference is within it', () => {
    expect(rows.map(({ name, tolerance }) => ({ name, tolerance }))).toEqual(
      vectors.map(({ name, tolerance }) => ({ name, tolerance })),
    );
    expect(rows.filter(({ difference, tolerance }) => !(difference <= tolerance))).toEqual([]);
  });

  it('names the tests that say they hold it', () => {
    const holders = { 'common-cause': commonCause, repair, statistics };
    for (const { name, tests } of rows) {
      const expected = Object.entries(holders).flatMap(([test, held]) =>
        held.includes(name) ? [`\`${test}\``] : [],
      );
      expect([name, tests]).toEqual([name, expected.join(', ')]);
      expect(expected.length).toBeGreaterThan(0);
    }
  });
});
