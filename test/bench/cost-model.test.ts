import { describe, expect, it } from 'vitest';
import { costModelRefusal, costPoint, costTargets, fitCostModel, meanPoint } from '../../bench/cost-model.ts';
import { nonNegativeLeastSquares } from '../../bench/least-squares.ts';
import { seededRandom } from '../../bench/random.ts';
import { defaultJob } from '../../bench/resize.ts';
import type { ResizeWork } from '../../src/measurement/cost.ts';
import { corpus } from './fixture.ts';

/** The published fit over 40 kinds of resizes: 2.56 ms, 1.44 per 100 KB in, 3.10 and 15.5 per megapixel decoded and out. */
const published = { base: 2.56e-3, perByteIn: 1.44e-8, perPixelDecoded: 3.1e-9, perPixelOut: 15.5e-9 };
const cost = (w: ResizeWork) =>
  published.base +
  published.perByteIn * w.bytesIn +
  published.perPixelDecoded * w.pixelsDecoded +
  published.perPixelOut * w.pixelsOut;

const works = [50e3, 256e3, 900e3].flatMap((bytesIn) =>
  [0.2e6, 1e6, 4e6].flatMap((pixelsDecoded) =>
    [0.03e6, 0.48e6].map((pixelsOut) => ({ bytesIn, pixelsDecoded, pixelsOut })),
  ),
);

describe('the fit of the cost model', () => {
  it('finds the published coefficients in resizes that follow them', () => {
    const model = fitCostModel(
      works.map((work) => ({ work, cpuSeconds: cost(work) })),
      'jpeg',
    );
    if ('refused' in model) throw new Error(model.refused);
    for (const name of ['base', 'perByteIn', 'perPixelDecoded', 'perPixelOut'] as const) {
      expect(model[name] / published[name]).toBeCloseTo(1, 8);
    }
    expect(model.worstError).toBeLessThan(1e-8);
    expect(model.domain.bytesIn).toEqual([50e3, 900e3]);
  });

  it('states residuals of the size of the noise in the points', () => {
    const random = seededRandom(1);
    const model = fitCostModel(
      works.map((work) => ({ work, cpuSeconds: cost(work) * (1 + 0.1 * (2 * random() - 1)) })),
      'jpeg',
    );
    if ('refused' in model) throw new Error(model.refused);
    expect(model.meanError).toBeGreaterThan(0.01);
    expect(model.worstError).toBeLessThan(0.2);
    expect(model.residuals).toHaveLength(works.length);
    const worst = Math.max(...(model.residuals ?? []).map((r) => Math.abs(r.predicted / r.measured - 1)));
    expect(worst).toBeCloseTo(model.worstError, 12);
  });

  it('has no negative coefficient even where noise asks for one', () => {
    const points = works.map((work) => ({ work, cpuSeconds: 0.02 - 1e-9 * work.pixelsDecoded }));
    const model = fitCostModel(points, 'jpeg');
    if ('refused' in model) throw new Error(model.refused);
    expect(model.perPixelDecoded).toBe(0);
    expect(model.base).toBeGreaterThan(0);
  });

  it('is refused with too few kinds of resizes', () => {
    const points = works.slice(0, 5).map((work) => ({ work, cpuSeconds: cost(work) }));
    expect(fitCostModel(points, 'jpeg')).toEqual({
      refused: '5 kinds of resizes were measured; four coefficients need 6',
    });
  });

  it('is refused for jobs and images that are not JPEG', () => {
    expect(costModelRefusal({ ...defaultJob, format: 'webp' }, corpus)).toContain('writes webp');
    const png = corpus.classes.map((c) => ({ ...c, images: c.images.map((i) => ({ ...i, format: 'png' })) }));
    expect(costModelRefusal(defaultJob, { ...corpus, classes: png })).toContain('not');
    expect(costModelRefusal(defaultJob, corpus)).toBeUndefined();
    expect(costTargets({ ...defaultJob, format: 'avif' }, corpus)).toEqual([]);
  });

  it('measures extra widths that need every factor of shrink-on-load', () => {
    const factors = costTargets(defaultJob, corpus).map(({ classIndex, width }) => {
      const image = corpus.classes[classIndex]?.images[0];
      if (!image) throw new Error('no image');
      const point = costPoint(image, { width }, 0.01);
      return Math.sqrt((image.width * image.height) / (point?.work.pixelsDecoded ?? 0));
    });
    expect(new Set(factors)).toEqual(new Set([1, 2, 4, 8]));
  });

  it('takes progressive images and images that would not shrink for no points', () => {
    const image = { bytes: 1e5, width: 1000, height: 750, format: 'jpeg', progressive: false };
    expect(costPoint(image, { width: 500 }, 0.01)).toBeDefined();
    expect(costPoint({ ...image, progressive: true }, { width: 500 }, 0.01)).toBeUndefined();
    expect(costPoint(image, { width: 1000 }, 0.01)).toBeUndefined();
  });

  it('averages points of one kind without leaving the model', () => {
    const point = meanPoint(works.map((work) => ({ work, cpuSeconds: cost(work) })));
    expect(cost(point.work) / point.cpuSeconds).toBeCloseTo(1, 12);
  });
});

describe('non-negative least squares', () => {
  it('gives the solution of a square system', () => {
    const [x = 0, y = 0] = nonNegativeLeastSquares(
      [
        [1, 1],
        [1, -1],
      ],
      [3, 1],
    );
    expect([x, y]).toEqual([expect.closeTo(2, 12), expect.closeTo(1, 12)]);
  });

  it('keeps the smaller of two sets of columns that say the same', () => {
    const x = nonNegativeLeastSquares(
      [
        [1, 2],
        [2, 4],
        [3, 6],
      ],
      [2, 4, 6],
    );
    expect(x.filter((value) => value !== 0)).toHaveLength(1);
  });

  it('refuses fewer rows than columns and what has no non-negative solution but zero', () => {
    expect(() => nonNegativeLeastSquares([[1, 1]], [1])).toThrow(RangeError);
    expect(() => nonNegativeLeastSquares([[1]], [-1])).toThrow(RangeError);
  });
});
