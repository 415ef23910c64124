import type { Random } from './random.ts';

/** A plane of numbers around 0, row by row. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A plane whose shorter side is at most this starts the pyramid. */
const coarsest = 4;

/**
 * Octave noise: uniform noise on a coarse grid, doubled in size again and again by bilinear interpolation,
 * with fresh noise of `persistence` times the amplitude added at each octave. With a persistence near 0.8 the
 * spectrum falls about as that of photographs does, and so does the cost of coding it (mean square error is
 * not the aim). Only additions and multiplications of IEEE doubles: the same seed gives the same field
 * everywhere.
 * @throws RangeError if a side is below 1 or the persistence is not in (0, 1].
 */
export function octaveNoise(width: number, height: number, persistence: number, random: Random): Field {
  if (!(width >= 1 && height >= 1)) throw new RangeError(`field of ${width} x ${height} is empty`);
  if (!(persistence > 0 && persistence <= 1)) {
    throw new RangeError(`persistence must be in (0, 1], got ${persistence}`);
  }
  const levels = Math.max(0, Math.ceil(Math.log2(Math.min(width, height) / coarsest)));
  let field = emptyField(halved(width, levels), halved(height, levels));
  let amplitude = 1;
  addNoise(field.values, amplitude, random);
  for (let level = levels - 1; level >= 0; level--) {
    field = doubled(field, halved(width, level), halved(height, level));
    amplitude *= persistence;
    addNoise(field.values, amplitude, random);
  }
  return field;
}

function halved(side: number, times: number): number {
  return Math.ceil(side / 2 ** times);
}

function emptyField(width: number, height: number): Field {
  return { width, height, values: new Float32Array(width * height) };
}

function addNoise(values: Float32Array, amplitude: number, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + amplitude * (2 * random() - 1);
}

/** Bilinear doubling: each new sample lies a quarter of the way between two old ones. */
function doubled(field: Field, width: number, height: number): Field {
  const wide = emptyField(width, field.height);
  for (let y = 0; y < field.height; y++) {
    stretch(field.values, y * field.width, 1, field.width, wide.values, y * width, 1, width);
  }
  const result = emptyField(width, height);
  for (let x = 0; x < width; x++) {
    stretch(wide.values, x, width, field.height, result.values, x, width, height);
  }
  return result;
}

function stretch(
  from: Float32Array,
  fromStart: number,
  fromStep: number,
  fromCount: number,
  to: Float32Array,
  toStart: number,
  toStep: number,
  toCount: number,
): void {
  for (let i = 0; i < toCount; i++) {
    const near = i >> 1;
    const far = Math.min(fromCount - 1, Math.max(0, i & 1 ? near + 1 : near - 1));
    const a = from[fromStart + near * fromStep] as number;
    const b = from[fromStart + far * fromStep] as number;
    to[toStart + i * toStep] = 0.75 * a + 0.25 * b;
  }
}
