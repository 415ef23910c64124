import sharp, { type Sharp, type SharpOptions } from 'sharp';
import type { RefusalCode, ResizeRequest } from '../contracts/job.ts';
import { sniff } from '../shared/image-header.ts';
import { mostResultBytes, type RefusedImage, type Resized, type Task } from './protocol.ts';

/** Decoders that an original may reach, by the library's names; every other one is switched off. */
const decoders = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadHeif'];

const contentTypes: Readonly<Record<ResizeRequest['format'], string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
};

/**
 * Sets the library up for images of strangers, for the whole process: one thread an image, so that CPU time is the
 * image's; nothing cached, so that no image pays or waits for another; only four decoders.
 */
export function prepareLibrary(): void {
  // An allocator other than glibc's, or MALLOC_ARENA_MAX, makes the library use all CPUs for one image.
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: decoders });
}

/**
 * Resizes a still JPEG, PNG, WebP or AVIF and says what is wrong with anything else; throws only where the fault is
 * ours. Upright by its orientation tag, converted to sRGB by its own colour profile, without any metadata, never
 * enlarged.
 */
export async function resizeImage({ image, resize, pixels }: Task): Promise<Resized> {
  const { type, header } = sniff(image);
  if (type === undefined) return refused('unsupported', 'the image is no JPEG, PNG, WebP or AVIF');
  if (header?.animated) return refused('animated', 'the image is an animation');
  // Truncated and broken pixels are refused; mere warnings, which many cameras' files cause, are not.
  const options: SharpOptions = { limitInputPixels: pixels, failOn: 'error', autoOrient: true };
  try {
    const { width, height } = header ?? (await sharp(image, options).metadata());
    if (width * height > pixels) {
      return refused('too-many-pixels', `the image has ${width} x ${height} pixels; ${pixels} are allowed`);
    }
    const { data, info } = await pipeline(sharp(image, options), resize).toBuffer({
      resolveWithObject: true,
    });
    if (data.length > mostResultBytes) {
      return refused('too-many-pixels', `the result has more than ${mostResultBytes} bytes`);
    }
    return {
      kind: 'done',
      image: data,
      contentType: contentTypes[resize.format],
      width: info.width,
      height: info.height,
      pixelsIn: width * height,
    };
  } catch (error) {
    return refusalFor(error);
  }
}

/** The settings of the benchmark, by whose figures the fleet is sized; they are the library's defaults. */
function pipeline(image: Sharp, request: ResizeRequest): Sharp {
  const { width, height, fit, format, quality } = request;
  const white = { r: 255, g: 255, b: 255 };
  const isOpaque = format === 'jpeg';
  const resized = image.resize({
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    fit,
    withoutEnlargement: true,
    ...(fit === 'contain' ? { background: { ...white, alpha: isOpaque ? 1 : 0 } } : {}),
  });
  const options = quality === undefined ? {} : { quality };
  switch (format) {
    case 'jpeg':
      return resized.flatten({ background: white }).jpeg(options);
    case 'webp':
      return resized.webp(options);
    case 'avif':
      return resized.avif(options);
    case 'png':
      // It has no quality; the library would take one as an order to reduce the colours.
      return resized.png();
  }
}

function refused(code: RefusalCode, detail: string): RefusedImage {
  return { kind: 'refused', code, detail };
}

/** The library says in words what an image lacks. */
function refusalFor(error: unknown): RefusedImage {
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit|too large|exceeds? .*(dimension|limit)/i.test(message)) {
    return refused('too-many-pixels', 'the image has more pixels than are allowed');
  }
  if (/unsupported image format|blocked/i.test(message)) {
    return refused('unsupported', 'the image is no JPEG, PNG, WebP or AVIF that can be decoded');
  }
  return refused('corrupt', `the image cannot be decoded: ${message.split('\n')[0]}`);
}
