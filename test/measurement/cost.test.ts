import { describe, expect, it } from 'vitest';
import { predictCpuSeconds, resizeWork } from '../../src/measurement/cost.ts';
import type { CostModel } from '../../src/measurement/types.ts';

const model: CostModel = {
  base: 2.56e-3,
  perByteIn: 1.44e-8,
  perPixelDecoded: 3.1e-9,
  perPixelOut: 15.5e-9,
  meanError: 0.05,
  worstError: 0.16,
  points: 11,
  domain: { bytesIn: [64e3, 900e3], pixelsDecoded: [1e5, 6.5e6], pixelsOut: [28e3, 1.92e6], format: 'jpeg' },
};
const photograph = { bytes: 256_000, width: 1600, height: 1200, format: 'jpeg', progressive: false };
const job = { width: 800, format: 'jpeg' } as const;

describe('the work of a resize', () => {
  it('shrinks while decoding by 2, 4 and 8 from the ratios 3, 5 and 9 on', () => {
    const factor = (ratio: number) => {
      const work = resizeWork({ bytes: 1, width: 3600, height: 3600 }, { width: 3600 / ratio });
      return 3600 / Math.sqrt(work?.pixelsDecoded ?? 0);
    };
    expect([1.5, 2, 2.99, 3, 4.99, 5, 8.99, 9, 30].map(factor)).toEqual([1, 1, 1, 2, 2, 4, 4, 8, 8]);
  });

  it('falls off a cliff between 533 and 534 px of a 1600 px original', () => {
    const decoded = (width: number) => resizeWork(photograph, { width })?.pixelsDecoded;
    expect(decoded(533)).toBe(480_000);
    expect(decoded(534)).toBe(1_920_000);
  });

  it('follows the side that binds', () => {
    expect(resizeWork(photograph, { width: 800, height: 300 })?.pixelsOut).toBe(400 * 300);
    expect(resizeWork(photograph, { width: 800, height: 1200 })?.pixelsOut).toBe(800 * 600);
  });

  it('is none where the image would not become smaller', () => {
    expect(resizeWork(photograph, { width: 1600 })).toBeUndefined();
    expect(resizeWork(photograph, { width: 2000 })).toBeUndefined();
  });
});

describe('a prediction of CPU time', () => {
  it('adds up base, bytes, pixels decoded and pixels out', () => {
    const expected = 2.56e-3 + 1.44e-8 * 256_000 + 3.1e-9 * 1.92e6 + 15.5e-9 * 480_000;
    expect(predictCpuSeconds(model, photograph, job)).toEqual({ cpuSeconds: expect.closeTo(expected, 15) });
  });

  const refusals = [
    ['another format', photograph, { ...job, format: 'webp' }, 'not for webp'],
    ['input that is not JPEG', { ...photograph, format: 'png' }, job, 'not for png'],
    ['progressive input', { ...photograph, progressive: true }, job, 'progressive'],
    ['an upscale', { ...photograph, width: 700, height: 525 }, job, 'not become smaller'],
    [
      'more bytes than were measured',
      { ...photograph, bytes: 2_000_000 },
      job,
      'bytes in of 2000000 is outside',
    ],
    [
      'a smaller result than was measured',
      { ...photograph, height: 20_000 },
      { ...job, width: 30 },
      'pixels out',
    ],
  ] as const;
  for (const [name, image, target, reason] of refusals) {
    it(`is refused for ${name}, with the reason`, () => {
      const prediction = predictCpuSeconds(model, image, target);
      expect('refused' in prediction && prediction.refused).toContain(reason);
    });
  }
});
