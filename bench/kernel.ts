import { seededRandom } from './random.ts';

/** Name and version of the work below; runs whose kernels differ are compared without it. */
export const kernelName = 'integer-transform/v1';

/**
 * 256 KiB of samples: beyond the first cache, and well within the second, where page placement cannot slow a
 * whole process.
 */
const side = 256;
const repeats = 4;
const block = 8;

/** CPU time of this process in seconds, all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Builds the calibration kernel: one fixed piece of the kind of work that coding images is (8 x 8 integer
 * transforms, quantisation, counting of bits), which uses nothing of sharp. Its CPU time moves with the clock
 * and the caches of the host as the resizes' does, so that their ratio tells a slower library from a slower
 * moment. Each call runs it once and returns its CPU seconds.
 */
export function createKernel(): () => number {
  const random = seededRandom(20);
  const plane = Int32Array.from({ length: side * side }, () => Math.floor(random() * 256) - 128);
  const work = new Int32Array(block * block);
  return () => {
    const start = cpuSeconds();
    let bits = 0;
    for (let repeat = 0; repeat < repeats; repeat++) bits += codePlane(plane, work);
    // The result is used, so that no compiler may leave the work out.
    if (bits <= 0) throw new Error('the calibration kernel computed nothing');
    return cpuSeconds() - start;
  };
}

function codePlane(plane: Int32Array, work: Int32Array): number {
  let bits = 0;
  for (let y = 0; y < side; y += block) {
    for (let x = 0; x < side; x += block) bits += codeBlock(plane, y * side + x, work);
  }
  return bits;
}

function codeBlock(plane: Int32Array, at: number, work: Int32Array): number {
  for (let row = 0; row < block; row++) {
    for (let column = 0; column < block; column++) {
      work[row * block + column] = plane[at + row * side + column] as number;
    }
  }
  for (let row = 0; row < block; row++) transform(work, row * block, 1);
  for (let column = 0; column < block; column++) transform(work, column, block);
  let bits = 0;
  for (let i = 0; i < work.length; i++) {
    const level = ((work[i] as number) / (16 + i)) | 0;
    bits += level === 0 ? 1 : 32 - Math.clz32(Math.abs(level));
  }
  return bits;
}

/** Three rounds of butterflies with integer rotations, in place. */
function transform(work: Int32Array, start: number, step: number): void {
  for (let half = 4; half >= 1; half >>= 1) {
    for (let group = 0; group < block; group += 2 * half) {
      for (let i = group; i < group + half; i++) {
        const low = start + i * step;
        const high = start + (i + half) * step;
        const a = work[low] as number;
        const b = work[high] as number;
        work[low] = a + b;
        work[high] = Math.imul(a - b, 181) >> 8;
      }
    }
  }
}
