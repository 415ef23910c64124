import { type CostImage, cpuSecondsOf, type ResizeWork, resizeWork } from '../src/measurement/cost.ts';
import type { CostModel, Job } from '../src/measurement/types.ts';
import type { Corpus } from './corpus.ts';
import { nonNegativeLeastSquares } from './least-squares.ts';

/** One measured resize: what it had to do, and its CPU seconds. */
export interface CostPoint {
  readonly work: ResizeWork;
  readonly cpuSeconds: number;
}

/** An extra width to measure for the model: of a class, so that the four coefficients can be told apart. */
export interface CostTarget {
  readonly classIndex: number;
  readonly width: number;
}

/**
 * Positions in the list of classes, and ratios of input to output: every shrink-on-load factor, small and
 * large results.
 */
const extraRatios = [
  { position: 0, ratio: 4.2 },
  { position: 0.25, ratio: 2.2 },
  { position: 0.5, ratio: 6 },
  { position: 0.75, ratio: 5.6 },
  { position: 1, ratio: 15 },
  { position: 1, ratio: 1.84 },
] as const;
const enoughPoints = 6;

/** Why a job is outside the cost model altogether, or undefined. */
export function costModelRefusal(job: Job, corpus: Corpus): string | undefined {
  if (job.format !== 'jpeg') return `the cost model is for JPEG to JPEG; this job writes ${job.format}`;
  const images = corpus.classes.flatMap((c) => c.images);
  if (images.some((image) => image.format !== 'jpeg'))
    return 'the cost model is for JPEG; some images are not';
  return undefined;
}

/** Widths to measure besides the job's; none where the model is refused anyway. */
export function costTargets(job: Job, corpus: Corpus): CostTarget[] {
  if (costModelRefusal(job, corpus) !== undefined) return [];
  return extraRatios.map(({ position, ratio }) => {
    const classIndex = Math.round(position * (corpus.classes.length - 1));
    const width = corpus.classes[classIndex]?.images[0]?.width ?? 0;
    return { classIndex, width: Math.max(16, Math.round(width / ratio)) };
  });
}

/**
 * The point that a measured image gives, or undefined where the model does not reach: progressive, or not made
 * smaller.
 */
export function costPoint(
  image: CostImage,
  job: Pick<Job, 'width' | 'height'>,
  cpuSeconds: number,
): CostPoint | undefined {
  const work = image.progressive ? undefined : resizeWork(image, job);
  return work && { work, cpuSeconds };
}

/** Several points of one kind as one: the model is linear, so means of points lie on it too. */
export function meanPoint(points: readonly CostPoint[]): CostPoint {
  const average = (of: (point: CostPoint) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  return {
    work: {
      bytesIn: average((p) => p.work.bytesIn),
      pixelsDecoded: average((p) => p.work.pixelsDecoded),
      pixelsOut: average((p) => p.work.pixelsOut),
    },
    cpuSeconds: average((p) => p.cpuSeconds),
  };
}

/**
 * Fits CPU seconds = base + perByteIn B + perPixelDecoded D + perPixelOut O to measured resizes, minimising
 * relative residuals with coefficients that cannot be negative. Errors are |predicted / measured - 1|. Holds
 * inside the range of the points (`domain`) and for `format` only.
 */
export function fitCostModel(
  points: readonly CostPoint[],
  format: Job['format'],
): CostModel | { readonly refused: string } {
  if (points.length < enoughPoints) {
    return {
      refused: `${points.length} kinds of resizes were measured; four coefficients need ${enoughPoints}`,
    };
  }
  const rows = points.map(({ work, cpuSeconds }) =>
    [1, work.bytesIn, work.pixelsDecoded, work.pixelsOut].map((value) => value / cpuSeconds),
  );
  const [base = 0, perByteIn = 0, perPixelDecoded = 0, perPixelOut = 0] = nonNegativeLeastSquares(
    rows,
    points.map(() => 1),
  );
  const coefficients = { base, perByteIn, perPixelDecoded, perPixelOut };
  const errors = points.map((p) => Math.abs(cpuSecondsOf(coefficients, p.work) / p.cpuSeconds - 1));
  const range = (of: (work: ResizeWork) => number): [number, number] => {
    const values = points.map((p) => of(p.work));
    return [Math.min(...values), Math.max(...values)];
  };
  return {
    ...coefficients,
    meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    worstError: Math.max(...errors),
    points: points.length,
    residuals: points.map(({ work, cpuSeconds }) => ({
      ...work,
      measured: cpuSeconds,
      predicted: cpuSecondsOf(coefficients, work),
    })),
    domain: {
      bytesIn: range((work) => work.bytesIn),
      pixelsDecoded: range((work) => work.pixelsDecoded),
      pixelsOut: range((work) => work.pixelsOut),
      format,
    },
  };
}
