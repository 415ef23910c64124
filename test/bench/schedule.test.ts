import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Corpus } from '../../bench/corpus.ts';
import { mixSequence } from '../../bench/mix-sequence.ts';
import { chooseProcessCounts, expectedSeconds, planSchedule } from '../../bench/schedule.ts';
import { corpus as small } from './fixture.ts';

const tenEach = (corpus: Corpus): Corpus => ({
  ...corpus,
  classes: [0.4, 0.2, 0.15, 0.15, 0.1].map((share, i) => ({
    name: `class ${i}`,
    share,
    images: Array(10).fill(corpus.classes[0]?.images[0]),
  })),
});
const corpus = tenEach(small);
/** CPU seconds of the default job on the reference machine. */
const usual = [0.011, 0.013, 0.017, 0.023, 0.027];

describe('the schedule', () => {
  it('fits 15 s for a quick run and 60 s otherwise on two cores, with at least five rounds of all images', () => {
    for (const [mode, limit] of [
      ['quick', 15],
      ['default', 60],
    ] as const) {
      const schedule = planSchedule(mode, corpus, usual, 2);
      expect(schedule.rounds).toBeGreaterThanOrEqual(5);
      expect(schedule.images.every((list) => list.length === 10)).toBe(true);
      expect(expectedSeconds(schedule, usual)).toBeLessThan(limit);
      expect(expectedSeconds(schedule, usual)).toBeGreaterThan(limit / 2);
    }
  });

  it('is the same where the CPU is a quarter faster or slower, so that runs stay comparable', () => {
    const images = (speed: number) =>
      planSchedule(
        'quick',
        corpus,
        usual.map((s) => s * speed),
        2,
      ).images;
    expect(images(1.25)).toEqual(images(1));
    expect(images(0.75)).toEqual(images(1));
  });

  it('uses fewer images for a slow job, never fewer rounds than five', () => {
    const avif = planSchedule('quick', corpus, [1, 1, 1.2, 1.2, 1.3], 2);
    expect(avif.images.every((list) => list.length === 1)).toBe(true);
    expect(avif.rounds).toBe(5);
    expect(avif.processCounts).toEqual([1, 2]);
    expect(avif.loopSeconds).toBeGreaterThan(1);
  });

  it('takes another number of rounds for a custom run', () => {
    expect(planSchedule('quick', corpus, usual, 2, { rounds: 20 })).toMatchObject({
      rounds: 20,
      mode: 'custom',
    });
    expect(planSchedule('quick', corpus, usual, 2, { rounds: 1 }).rounds).toBe(5);
  });
});

describe('the numbers of processes', () => {
  it('are all up to four cores and some beyond', () => {
    expect(chooseProcessCounts(1)).toEqual([1, 2]);
    expect(chooseProcessCounts(2)).toEqual([1, 2, 3, 4]);
    expect(chooseProcessCounts(4)).toEqual([1, 2, 3, 4, 6, 8]);
    expect(chooseProcessCounts(0.5)).toEqual([1, 2]);
  });

  it('are a few spread ones on large machines, with one and all cores, enough for a fit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 512 }), (cores) => {
        const counts = chooseProcessCounts(cores);
        expect(counts).toContain(1);
        expect(counts).toContain(cores);
        expect(counts.filter((n) => n <= cores).length).toBeGreaterThanOrEqual(4);
        expect(counts.length).toBeLessThanOrEqual(7);
        expect(counts.at(-1)).toBeGreaterThan(cores);
      }),
    );
  });
});

describe('the order of images in a saturation window', () => {
  it('has the shares of the mix in every stretch of twenty', () => {
    const shares = [0.4, 0.2, 0.15, 0.15, 0.1];
    const classes = shares.map((_, i) => [i * 10, i * 10 + 1]);
    const sequence = mixSequence(shares, classes, 200);
    for (let start = 0; start + 20 <= 200; start += 20) {
      const stretch = sequence.slice(start, start + 20).map((image) => Math.floor(image / 10));
      expect(shares.map((_, i) => stretch.filter((c) => c === i).length)).toEqual([8, 4, 3, 3, 2]);
    }
  });

  it('goes round all images of a class', () => {
    expect(mixSequence([1], [[5, 6, 7]], 5)).toEqual([5, 6, 7, 5, 6]);
  });
});
