import { describe, expect, it } from 'vitest';
import { type Field, octaveNoise } from '../../bench/noise-field.ts';
import { seededRandom } from '../../bench/random.ts';

const field = (seed: number, width = 257, height = 130) =>
  octaveNoise(width, height, 0.78, seededRandom(seed));

/** Mean square of the difference of samples `step` apart in a row. */
function roughness({ width, height, values }: Field, step: number): number {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x + step < width; x++) {
      const at = y * width + x;
      sum += ((values[at + step] as number) - (values[at] as number)) ** 2;
    }
  }
  return sum / (height * (width - step));
}

describe('octave noise', () => {
  it('fills exactly the wanted plane, odd sides included', () => {
    expect(field(1)).toMatchObject({ width: 257, height: 130 });
    expect(field(1).values).toHaveLength(257 * 130);
    expect(octaveNoise(1, 1, 1, seededRandom(1)).values).toHaveLength(1);
  });

  it('is the same for the same seed', () => {
    expect(field(5).values).toEqual(field(5).values);
    expect(field(5).values).not.toEqual(field(6).values);
  });

  it('varies more over long distances than over short ones, unlike white noise', () => {
    const noise = field(2);
    expect(roughness(noise, 32)).toBeGreaterThan(1.5 * roughness(noise, 4));
    expect(roughness(noise, 4)).toBeGreaterThan(1.2 * roughness(noise, 1));
  });

  it('refuses an empty plane and a persistence outside (0, 1]', () => {
    expect(() => octaveNoise(0, 4, 0.5, seededRandom(1))).toThrow(RangeError);
    expect(() => octaveNoise(4, 4, 0, seededRandom(1))).toThrow(RangeError);
    expect(() => octaveNoise(4, 4, 1.1, seededRandom(1))).toThrow(RangeError);
  });
});
