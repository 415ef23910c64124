import { describe, expect, it } from 'vitest';
import { compareRuns, incomparable, tooShort } from '../../bench/compare.ts';
import { seededRandom } from '../../bench/random.ts';
import type { Measurement } from '../../src/measurement/types.ts';
import { environment, fileRound, measurement } from './fixture.ts';

/**
 * A run on a host whose clock wanders by +-20 % between rounds, which library and kernel feel alike, with +-6 % of
 * noise that they do not share; `slow` times the work.
 */
function wanderingRun(seed: number, slow: number, rounds = 5): Measurement {
  const random = seededRandom(seed);
  const spread = (share: number) => 1 + share * (2 * random() - 1);
  return measurement(
    Array.from({ length: rounds }, () => {
      const clock = spread(0.2);
      return fileRound(0.01 * slow * clock * spread(0.06), 0.04 * slow * clock * spread(0.06), 0.002 * clock);
    }),
  );
}

const tries = Array.from({ length: 50 }, (_, i) => i);
const verdicts = (slow: number) =>
  tries.map((i) => compareRuns(wanderingRun(2 * i, 1), wanderingRun(2 * i + 1, slow), 0.1, 1).verdict);
const share = (list: readonly string[], wanted: string) =>
  list.filter((verdict) => verdict === wanted).length / list.length;

describe('a comparison of two runs', () => {
  it('finds a slowdown of 20 % in at least 9 of 10 tries on a host that wanders', () => {
    expect(share(verdicts(1.2), 'regression')).toBeGreaterThanOrEqual(0.9);
  });

  it('reports a regression of equal runs in at most 1 of 10 tries', () => {
    expect(share(verdicts(1), 'regression')).toBeLessThanOrEqual(0.1);
  });

  it('finds a speed-up too', () => {
    expect(share(verdicts(1 / 1.25), 'improvement')).toBeGreaterThanOrEqual(0.9);
  });

  it('is not misled by a host that became slower as a whole', () => {
    const rounds = (clock: number) =>
      [1, 1.02, 0.98, 1.01, 0.99].map((n) =>
        fileRound(0.01 * clock * n, 0.04 * clock * n, 0.002 * clock * n),
      );
    const { verdict, mix, calibrated } = compareRuns(
      measurement(rounds(1)),
      measurement(rounds(1.4)),
      0.1,
      1,
    );
    expect({ verdict, calibrated }).toEqual({ verdict: 'no regression', calibrated: true });
    expect(mix.value).toBeCloseTo(1, 9);
  });

  it('is not misled by a kernel that was slow or fast by itself', () => {
    const rounds = (kernel: number) =>
      [1, 1.02, 0.98, 1.01, 0.99].map((n) => fileRound(0.01 * n, 0.04 * n, 0.002 * kernel * n));
    const { verdict, mix } = compareRuns(measurement(rounds(1.18)), measurement(rounds(1)), 0.1, 1);
    expect(mix.value).toBeCloseTo(1.18, 9);
    expect(verdict).not.toBe('regression');
  });

  it('does not use the kernel across versions of its compiler, and says so', () => {
    const newer = { ...environment, versions: { ...environment.versions, node: '24.1.0' } };
    const before = measurement([1, 1, 1, 1, 1].map(() => fileRound(0.01, 0.04, 0.002)));
    const after = measurement(
      [1, 1, 1, 1, 1].map(() => fileRound(0.01, 0.04, 0.001)),
      { environment: newer },
    );
    const comparison = compareRuns(before, after, 0.1, 1);
    expect(comparison).toMatchObject({ calibrated: false, mix: { value: 1 }, verdict: 'no regression' });
    expect(comparison.changed).toEqual([{ name: 'node', before: '20.20.2', after: '24.1.0' }]);
  });

  it('is inconclusive where the interval holds both no change and the limit', () => {
    const rounds = (values: readonly number[]) =>
      measurement(values.map((v) => fileRound(0.01 * v, 0.04 * v, 0.002)));
    const wild = compareRuns(rounds([1, 0.7, 1.4, 0.8, 1.3]), rounds([1.05, 0.7, 1.5, 0.8, 1.4]), 0.1, 1);
    expect(wild.verdict).toBe('inconclusive');
  });

  it('gives the ratio of each class beside that of the mix', () => {
    const before = measurement([1, 1, 1, 1, 1].map(() => fileRound(0.01, 0.04, 0.002)));
    const after = measurement([1, 1, 1, 1, 1].map(() => fileRound(0.01, 0.06, 0.002)));
    const { classes, mix } = compareRuns(before, after, 0.1, 1);
    expect(classes.map((c) => [c.name, c.value])).toEqual([
      ['small', 1],
      ['large', expect.closeTo(1.5, 12)],
    ]);
    expect(mix.value).toBeCloseTo((0.8 * 0.01 + 0.2 * 0.06) / 0.016, 12);
  });

  it('gives the same interval every time', () => {
    const compare = () => compareRuns(wanderingRun(1, 1), wanderingRun(2, 1), 0.1, 1);
    expect(compare()).toEqual(compare());
  });

  it('refuses a limit that is not above 0', () => {
    expect(() => compareRuns(wanderingRun(1, 1), wanderingRun(2, 1), 0, 1)).toThrow(RangeError);
  });
});

describe('what makes two runs incomparable', () => {
  const base = wanderingRun(1, 1);
  const with_ = (changes: Partial<Measurement['environment']>) => ({
    ...base,
    environment: { ...environment, ...changes },
  });
  const { pinnedTo: _, ...free } = environment;
  const cases: readonly (readonly [string, Measurement, string])[] = [
    ['another job', { ...base, job: { ...base.job, width: 200 } }, '800 px jpeg, quality 80 against 200 px'],
    ['another corpus', { ...base, corpus: { ...base.corpus, hash: 'other' } }, 'corpus differs'],
    ['another CPU', with_({ cpuModel: 'Other CPU' }), 'Test CPU against Other CPU'],
    ['another number of cores', with_({ logicalCores: 4 }), 'logical cores differs: 2 against 4'],
    ['a quota', with_({ usableCores: 1 }), 'usable cores'],
    ['another allocator', with_({ allocator: 'jemalloc' }), 'allocator'],
    ['a run that was not pinned', { ...base, environment: free }, 'pinning'],
    [
      'fewer images',
      { ...base, classes: base.classes.map((c) => ({ ...c, images: 1 })) },
      'images of each class',
    ],
  ];
  for (const [name, after, message] of cases) {
    it(`is ${name}, by name`, () => {
      const reasons = incomparable(base, after);
      expect(reasons).toHaveLength(1);
      expect(reasons[0]).toContain(message);
    });
  }

  it('is not another version of the library, which is what comparisons are for', () => {
    const newer = with_({ versions: { ...environment.versions, sharp: '0.36.0', libvips: '8.19.0' } });
    expect(incomparable(base, newer)).toEqual([]);
  });
});

describe('a run that is too short to be compared', () => {
  it('is one of fewer than five rounds, and says how many it has', () => {
    expect(tooShort(wanderingRun(1, 1, 3))).toContain('has only 3 rounds; 5 are needed');
    expect(tooShort(wanderingRun(1, 1, 5))).toBeUndefined();
  });

  it('says that it was interrupted, and counts one round as one', () => {
    const cut = tooShort({ ...wanderingRun(1, 1, 1), complete: false });
    expect(cut).toContain('has only 1 round, since it was interrupted');
  });
});
