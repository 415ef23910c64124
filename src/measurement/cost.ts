import type { CostModel, Job } from './types.ts';

/** An image as the cost of resizing it sees it. */
export interface CostImage {
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** As the decoder names it. */
  readonly format: string;
  readonly progressive: boolean;
}

/** What a resize has to do. */
export interface ResizeWork {
  readonly bytesIn: number;
  /** Pixels that leave the decoder, after shrink-on-load. */
  readonly pixelsDecoded: number;
  readonly pixelsOut: number;
}

export type Prediction = { readonly cpuSeconds: number } | { readonly refused: string };

/**
 * Ratios of input to output from which the JPEG decoder shrinks by this factor (sharp keeps a margin of one
 * step).
 */
const shrinkSteps = [
  { ratio: 9, factor: 8 },
  { ratio: 5, factor: 4 },
  { ratio: 3, factor: 2 },
] as const;

const terms = [
  { name: 'bytesIn', words: 'bytes in' },
  { name: 'pixelsDecoded', words: 'pixels decoded' },
  { name: 'pixelsOut', words: 'pixels out' },
] as const;

/** Predictions up to this far outside the fitted range are rounding, not extrapolation. */
const domainSlack = 0.02;

/**
 * The work of resizing an image to fit a job's width and height: the decoder shrinks by 2, 4 or 8 from a ratio
 * of 3, 5 or 9 on (sharp 0.35, pipeline.cc, measured), the rest is resampled. Undefined if the job would not
 * make the image smaller.
 */
export function resizeWork(
  image: Omit<CostImage, 'format' | 'progressive'>,
  job: Pick<Job, 'width' | 'height'>,
): ResizeWork | undefined {
  const ratio = Math.max(image.width / job.width, job.height === undefined ? 0 : image.height / job.height);
  if (!(ratio > 1)) return undefined;
  const factor = shrinkSteps.find((step) => ratio >= step.ratio)?.factor ?? 1;
  return {
    bytesIn: image.bytes,
    pixelsDecoded: (image.width * image.height) / factor ** 2,
    pixelsOut: Math.round(image.width / ratio) * Math.round(image.height / ratio),
  };
}

/**
 * CPU seconds of a resize: base + perByteIn bytes + perPixelDecoded pixels + perPixelOut pixels, without any
 * check.
 */
export function cpuSecondsOf(
  model: Pick<CostModel, 'base' | 'perByteIn' | 'perPixelDecoded' | 'perPixelOut'>,
  work: ResizeWork,
): number {
  return (
    model.base +
    model.perByteIn * work.bytesIn +
    model.perPixelDecoded * work.pixelsDecoded +
    model.perPixelOut * work.pixelsOut
  );
}

/**
 * CPU seconds (user + system) to resize an image on a core like the measured one, by the fitted cost model. It
 * holds for baseline JPEG in, the model's own format and quality out, made smaller, inside the fitted domain;
 * for all else it gives the reason why it refuses instead of an extrapolated number.
 */
export function predictCpuSeconds(
  model: CostModel,
  image: CostImage,
  job: Pick<Job, 'width' | 'height' | 'format'>,
): Prediction {
  if (job.format !== model.domain.format) {
    return { refused: `the model was fitted for ${model.domain.format}, not for ${job.format}` };
  }
  if (image.format !== 'jpeg')
    return { refused: `the model was fitted for jpeg input, not for ${image.format}` };
  if (image.progressive)
    return { refused: 'progressive input costs more than the model of baseline JPEG says' };
  const work = resizeWork(image, job);
  if (!work) return { refused: 'the image would not become smaller, which the model does not cover' };
  const outside = terms.find(({ name }) => {
    const [low, high] = model.domain[name];
    return work[name] < low * (1 - domainSlack) || work[name] > high * (1 + domainSlack);
  });
  if (outside) {
    const { name, words } = outside;
    const [low, high] = model.domain[name].map((value) => Number(value.toPrecision(3)));
    return {
      refused: `${words} of ${Math.round(work[name])} is outside the fitted range ${low} to ${high}`,
    };
  }
  return { cpuSeconds: cpuSecondsOf(model, work) };
}
