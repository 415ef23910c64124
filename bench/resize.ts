import type { Sharp } from 'sharp';
import type { Job } from '../src/measurement/types.ts';

/** The default job: a photograph to 800 px wide JPEG at quality 80. */
export const defaultJob: Job = { width: 800, format: 'jpeg', quality: 80 };

/**
 * The pipeline of a job, for an image opened by sharp. An image that is smaller than the target is coded at
 * its own size: no service that pays for bytes enlarges.
 */
export function pipeline(image: Sharp, job: Job): Sharp {
  const resized = image.resize({
    width: job.width,
    ...(job.height === undefined ? {} : { height: job.height }),
    fit: 'inside',
    withoutEnlargement: true,
  });
  const { quality } = job;
  const effort = job.effort === undefined ? {} : { effort: job.effort };
  switch (job.format) {
    case 'jpeg':
      return resized.jpeg({ quality });
    case 'webp':
      return resized.webp({ quality, ...effort });
    case 'avif':
      return resized.avif({ quality, ...effort });
    case 'png':
      return resized.png({ ...effort });
  }
}
