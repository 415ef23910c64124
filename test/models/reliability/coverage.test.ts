import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coveredVectors as byStatistics } from '../statistics/covered.ts';
import { coveredVectors as byCommonCause } from './common-cause-covered.ts';
import { coveredVectors as byRepair } from './repair-covered.ts';

const text = readFileSync('test/vectors/reliability.json', 'utf8');
const names = (JSON.parse(text) as readonly { name: string }[]).map(({ name }) => name);

describe('the vectors of reliability', () => {
  it('are each read by a test', () => {
    const read = new Set([...byCommonCause, ...byRepair, ...byStatistics]);
    expect(names.filter((name) => !read.has(name))).toEqual([]);
    expect([...read].filter((name) => !names.includes(name))).toEqual([]);
  });
});
