import { performance } from 'node:perf_hooks';
import sharp from 'sharp';
import type { Job } from '../src/measurement/types.ts';
import { cpuSeconds } from './kernel.ts';
import type { Call } from './protocol.ts';
import { pipeline } from './resize.ts';

/** Resizes loaded images with one thread an image and nothing cached, and times every call. */
export interface Resizer {
  /** One resize, timed. Rejects with the library's error. */
  resize(image: number, width?: number): Promise<Call>;
}

/**
 * A resizer over images in memory. `plant` above 1 is the benchmark's self-test: it repeats real resizes until
 * that many times the work is done.
 */
export function createResizer(images: readonly Buffer[], job: Job, plant: number): Resizer {
  // An allocator other than glibc's, or MALLOC_ARENA_MAX, makes the library use all CPUs for one image.
  sharp.concurrency(1);
  sharp.cache(false);
  let debt = 0;
  return {
    async resize(image, width) {
      const data = images[image];
      if (!data) throw new RangeError(`image ${image} is not one of the ${images.length} loaded`);
      const target = width === undefined ? job : { ...job, width };
      const cpu = cpuSeconds();
      const wall = performance.now();
      const output = await pipeline(sharp(data), target).toBuffer();
      debt += plant - 1;
      for (; debt >= 1; debt -= 1) await pipeline(sharp(data), target).toBuffer();
      return {
        image,
        wall: (performance.now() - wall) / 1000,
        cpu: cpuSeconds() - cpu,
        bytesOut: output.length,
      };
    },
  };
}
