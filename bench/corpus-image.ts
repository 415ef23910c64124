import sharp from 'sharp';
import { type Field, octaveNoise } from './noise-field.ts';
import { seededRandom } from './random.ts';

/** What an image of the corpus must be. */
export interface ImageTarget {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly progressive: boolean;
  readonly seed: number;
}

/**
 * Amplitude ratio of an octave to the one before: with it, thumbnails code to the bytes of photographs'
 * thumbnails.
 */
const persistence = 0.78;
/** Colour varies less than brightness does in photographs. */
const chromaAmplitude = 0.35;
const quality = 80;
/** Relative distance from the wanted bytes at which the search stops. */
const tolerance = 0.005;
const maxProbes = 12;

/**
 * A photographic JPEG (quality 80, 4:2:0) of the wanted pixels whose bytes are within 0.5 % of the wanted:
 * octave noise whose contrast is searched, since bytes grow with contrast. `guess` is where the search starts;
 * the amplitude that was found serves the next image of the class.
 * @throws Error if no contrast gives these bytes (too many or too few for the pixels).
 */
export async function encodeImage(
  target: ImageTarget,
  guess: number,
): Promise<{ data: Buffer; amplitude: number }> {
  const planes = makePlanes(target);
  let amplitude = guess;
  let slope = 1;
  let previous: { amplitude: number; bytes: number } | undefined;
  for (let probe = 0; probe < maxProbes; probe++) {
    const data = await encode(planes, amplitude, target.progressive);
    const gap = Math.log(target.bytes / data.length);
    if (Math.abs(gap) <= tolerance) return { data, amplitude };
    if (previous) slope = elasticity(previous, { amplitude, bytes: data.length });
    previous = { amplitude, bytes: data.length };
    amplitude = Math.min(400, amplitude * Math.exp(gap / slope));
  }
  throw new Error(
    `no contrast gives ${target.bytes} bytes for ${target.width} x ${target.height} pixels at quality ${quality}`,
  );
}

interface Planes {
  readonly luma: Field;
  readonly blue: Field;
  readonly red: Field;
}

function makePlanes(target: ImageTarget): Planes {
  const random = seededRandom(target.seed);
  const [halfWidth, halfHeight] = [Math.ceil(target.width / 2), Math.ceil(target.height / 2)];
  return {
    luma: octaveNoise(target.width, target.height, persistence, random),
    blue: octaveNoise(halfWidth, halfHeight, persistence, random),
    red: octaveNoise(halfWidth, halfHeight, persistence, random),
  };
}

/** Relative change of bytes for a relative change of contrast, kept where the search stays stable. */
function elasticity(
  before: { amplitude: number; bytes: number },
  after: { amplitude: number; bytes: number },
): number {
  const slope = Math.log(after.bytes / before.bytes) / Math.log(after.amplitude / before.amplitude);
  return Number.isFinite(slope) ? Math.min(2, Math.max(0.3, slope)) : 1;
}

function encode(planes: Planes, amplitude: number, progressive: boolean): Promise<Buffer> {
  const { width, height } = planes.luma;
  return sharp(toRgb(planes, amplitude), { raw: { width, height, channels: 3 } })
    .jpeg({ quality, progressive, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

/** Full-range ITU-R BT.601 to RGB, the inverse of what the encoder will do. */
function toRgb(planes: Planes, amplitude: number): Buffer {
  const { luma, blue, red } = planes;
  const rgb = Buffer.allocUnsafe(luma.width * luma.height * 3);
  let out = 0;
  for (let y = 0; y < luma.height; y++) {
    const chromaRow = (y >> 1) * blue.width;
    for (let x = 0; x < luma.width; x++) {
      const chroma = chromaRow + (x >> 1);
      const brightness = 128 + amplitude * (luma.values[y * luma.width + x] as number);
      const cb = chromaAmplitude * amplitude * (blue.values[chroma] as number);
      const cr = chromaAmplitude * amplitude * (red.values[chroma] as number);
      rgb[out++] = toByte(brightness + 1.402 * cr);
      rgb[out++] = toByte(brightness - 0.344136 * cb - 0.714136 * cr);
      rgb[out++] = toByte(brightness + 1.772 * cb);
    }
  }
  return rgb;
}

function toByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : (value + 0.5) | 0;
}
