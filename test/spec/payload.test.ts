import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lognormalMix } from '../../src/spec/lognormal.ts';
import { readSpec } from '../../src/spec/read.ts';
import type { PayloadMix } from '../../src/spec/types.ts';
import { changed, problemsOf } from './minimal.ts';

const withPayload = (body: string) =>
  changed('{max: 1 MB, classes: [{size: 200 kB, share: 100 %}]}', `{${body}}`);
const mixOf = (body: string): PayloadMix => readSpec(withPayload(body), 'f').workload.payload.value;

const mean = ({ classes }: PayloadMix): number =>
  classes.reduce((sum, each) => sum + each.share * each.bytes, 0);
const shares = ({ classes }: PayloadMix): number => classes.reduce((sum, each) => sum + each.share, 0);

describe('the problems of payload classes', () => {
  const shares = 'classes: [{size: 2 MB, share: 40 %}, {size: 2 kB, share: 50 %}]';

  it.each([
    ['is missing', shares, 'missing-key'],
    ['cannot be read', `max: much, ${shares}`, 'bad-quantity'],
    ['is below a class', `max: 1 MB, ${shares}`, 'out-of-range'],
  ])('hold a wrong sum of shares even where `max` %s', (_, body, code) => {
    const problems = problemsOf(withPayload(body));
    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).toContain('add up to 90 %, not 100 %');
    expect(problems.join('\n')).toContain(code);
  });

  it('hold no sum where the share of a class cannot be read', () => {
    const problems = problemsOf(
      withPayload('classes: [{size: 2 MB, share: much}, {size: 2 kB, share: 5 %}]'),
    );
    expect(problems.join('\n')).not.toContain('add up');
  });
});

describe('payload classes', () => {
  it('are sorted by size, whatever the order in the file', () => {
    const mix = mixOf('max: 1 MB, classes: [{size: 900 kB, share: 10 %}, {size: 100 kB, share: 90 %}]');
    expect(mix).toEqual({
      classes: [
        { bytes: 100_000, share: 0.9 },
        { bytes: 900_000, share: 0.1 },
      ],
      meanBytes: 180_000,
      maxBytes: 1_000_000,
    });
  });

  it.each([
    [
      'shares below 100 %',
      'max: 1 MB, classes: [{size: 1 kB, share: 40 %}, {size: 2 kB, share: 50 %}]',
      /^5:33 out-of-range: .* add up to 90 %, not 100 % -> change the shares by 10 %/,
    ],
    [
      'shares above 100 %',
      'max: 1 MB, classes: [{size: 1 kB, share: 60 %}, {size: 2 kB, share: 50 %}]',
      /add up to 110 %/,
    ],
    [
      'a class above the maximum',
      'max: 1 MB, classes: [{size: 2 MB, share: 100 %}]',
      /^5:41 out-of-range: a payload class of 2 MB is above/,
    ],
    [
      'a class given twice',
      'max: 1 MB, classes: [{size: 1 MB, share: 50 %}, {size: 1000 kB, share: 50 %}]',
      /duplicate-name: the payload class 1000 kB/,
    ],
    [
      'a share above 100 %',
      'max: 1 MB, classes: [{size: 1 kB, share: 140 %}]',
      /out-of-range: a share of 140 % is not above 0 % and at most 100 %/,
    ],
    [
      'a negative size',
      'max: 1 MB, classes: [{size: -1 kB, share: 100 %}]',
      /out-of-range: a payload size of -1 kB is negative/,
    ],
    ['no class', 'max: 1 MB, classes: []', /missing-key: .*classes` is empty/],
    [
      'classes and a mean',
      'max: 1 MB, mean: 5 kB, classes: [{size: 1 kB, share: 100 %}]',
      /unknown-key: .* has both classes and a mean/,
    ],
    ['a mean without a width', 'max: 1 MB, mean: 256 kB', /missing-key: .* has a mean and no width -> .*p99/],
    ['two widths', 'max: 1 MB, mean: 256 kB, p99: 900 kB, spread: 1', /unknown-key: both p99 and spread/],
    [
      'a mean above the maximum',
      'max: 1 MB, mean: 2 MB, spread: 1',
      /^5:30 out-of-range: a mean payload of 2 MB is not below/,
    ],
    [
      'a p99 above the maximum',
      'max: 1 MB, mean: 256 kB, p99: 2 MB',
      /^5:43 out-of-range: no lognormal .* p99/,
    ],
    ['a p99 below the mean', 'max: 1 MB, mean: 256 kB, p99: 100 kB', /^5:43 out-of-range/],
  ])('refuse %s', (_what, body, expected) => {
    const problems = problemsOf(withPayload(body));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });
});

describe('lognormalMix', () => {
  it('has exactly the mean that was given, in classes below the maximum', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.double({ min: 0.1, max: 1.5, noNaN: true }),
        (relativeMean, spread) => {
          const mix = lognormalMix(1e6 * relativeMean, 1e6, { spread });
          expect(mean(mix) / (1e6 * relativeMean)).toBeCloseTo(1, 12);
          expect(shares(mix)).toBeCloseTo(1, 12);
          const sizes = mix.classes.map((each) => each.bytes);
          expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
          expect(sizes.every((size) => size > 0 && size <= 1e6)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('places the 99th percentile where it was asked for', () => {
    const mix = mixOf('max: 1 MB, mean: 256 kB, p99: 900 kB');
    const [tail, before] = [mix.classes.at(-1), mix.classes.at(-2)];
    // The last class holds the top 1 %, so the percentile lies between the means of the last two.
    expect(tail?.share).toBeCloseTo(0.01, 12);
    expect(tail?.bytes).toBeGreaterThan(900_000);
    expect(before?.bytes).toBeLessThan(900_000);
    expect(mean(mix)).toBeCloseTo(256_000, 6);
  });

  it('is that of a lognormal where the maximum cuts nothing off', () => {
    // Mean of the lower half of a lognormal with mean m: m * 2 * Phi(-sigma); sigma^2 = ln(1 + 0.5^2), Phi by tables.
    const { classes } = lognormalMix(1_000, 1e9, { spread: 0.5 });
    const half = classes.slice(0, 3);
    const share = half.reduce((sum, each) => sum + each.share, 0);
    const lower = half.reduce((sum, each) => sum + each.share * each.bytes, 0) / share;
    expect(share).toBeCloseTo(0.5, 12);
    expect(lower).toBeCloseTo(2_000 * 0.318_318_5, 0);
  });

  it.each([
    ['a mean of nothing', 0, 1e6, { spread: 1 }],
    ['a mean at the maximum', 1e6, 1e6, { spread: 1 }],
    ['a spread of nothing', 1e5, 1e6, { spread: 0 }],
    ['a p99 below the mean', 1e5, 1e6, { p99: 9e4 }],
    ['a mean that is not a number', Number.NaN, 1e6, { spread: 1 }],
  ] as const)('refuses %s', (_what, meanBytes, max, width) => {
    expect(() => lognormalMix(meanBytes, max, width)).toThrow(RangeError);
  });
});
