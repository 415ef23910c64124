import { describe, expect, it } from 'vitest';
import { checkedJob, type JobFlags } from '../../src/app/bench-job.ts';
import { InvalidInput } from '../../src/problems/problem.ts';

const plain: JobFlags = { width: 800, format: 'jpeg', quality: 80 };

function problems(flags: Partial<JobFlags>): readonly string[] {
  try {
    checkedJob({ ...plain, ...flags });
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.map((problem) => problem.message);
    throw error;
  }
}

describe('the job of a benchmark', () => {
  it('holds only what was asked for', () => {
    expect(checkedJob({ ...plain, height: undefined, effort: undefined })).toEqual(plain);
    expect(checkedJob({ ...plain, format: 'webp', height: 600, effort: 4 })).toEqual({
      ...plain,
      format: 'webp',
      height: 600,
      effort: 4,
    });
  });

  it('refuses sides, qualities and efforts that no encoder takes, all at once', () => {
    expect(problems({ width: 0, height: 20_000, quality: 101 })).toEqual([
      '--width is 0',
      '--height is 20000',
      '--quality is 101',
    ]);
    expect(problems({ width: 10.5 })).toEqual(['--width is 10.5']);
    expect(problems({ format: 'webp', effort: 7 })).toEqual(['--effort of webp is 7']);
    expect(problems({ format: 'png', effort: 0 })).toEqual(['--effort of png is 0']);
  });

  it('refuses an effort for JPEG, which has none', () => {
    expect(problems({ effort: 4 })).toEqual(['--effort means nothing for jpeg']);
  });
});
