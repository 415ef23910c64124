import type { ResizeRequest } from '../contracts/job.ts';
import type { ImageHeader, ImageType } from '../shared/image-header.ts';
import { Refusal } from '../shared/problem.ts';

const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;
const formats = ['jpeg', 'webp', 'avif', 'png'] as const;

/** The longest side that every output format can hold: WebP's limit. */
export const longestSide = 16_383;

/** What a customer asks for; the format is known only with the image where it was left out. */
export interface Parameters {
  readonly width?: number;
  readonly height?: number;
  readonly fit: ResizeRequest['fit'];
  readonly format?: ResizeRequest['format'];
  readonly quality?: number;
  readonly url?: string;
  readonly async: boolean;
}

/**
 * Reads parameters from a query (texts) or from JSON. Throws a Refusal that names everything that is wrong:
 * unknown names, sides outside 1 to 16,383, a quality outside 1 to 100, and neither width nor height.
 */
export function readParameters(values: Readonly<Record<string, unknown>>): Parameters {
  const problems: string[] = [];
  const known = new Set(['width', 'height', 'fit', 'format', 'quality', 'url', 'async']);
  for (const name of Object.keys(values)) if (!known.has(name)) problems.push(`${name} is not a parameter`);
  const whole = (name: string, most: number) => wholeNumber(values[name], name, most, problems);
  const width = whole('width', longestSide);
  const height = whole('height', longestSide);
  const quality = whole('quality', 100);
  const fit = choice(values['fit'], 'fit', fits, problems) ?? 'cover';
  const format = choice(values['format'], 'format', formats, problems);
  const url = text(values['url'], 'url', problems);
  const asynchronous = choice(values['async'], 'async', ['0', '1', 'false', 'true'], problems);
  if (values['width'] === undefined && values['height'] === undefined) {
    problems.push('width or height must be given');
  }
  if (problems.length > 0) throw new Refusal(422, 'invalid-parameters', problems.join('; '));
  return {
    fit,
    async: asynchronous === '1' || asynchronous === 'true',
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(format === undefined ? {} : { format }),
    ...(quality === undefined ? {} : { quality }),
    ...(url === undefined ? {} : { url }),
  };
}

/** The resize of one image: without a format, the result has the format of the original. PNG has no quality. */
export function resizeOf(parameters: Parameters, original: ImageType): ResizeRequest {
  const { width, height, fit, quality, format = original } = parameters;
  return {
    fit,
    format,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(quality === undefined || format === 'png' ? {} : { quality }),
  };
}

/**
 * Throws a Refusal where the original or the result has more pixels than allowed. A photograph may be turned by its
 * orientation tag, so the result is checked both ways round.
 */
export function checkPixels(header: ImageHeader, resize: ResizeRequest, limit: number): void {
  const pixels = header.width * header.height;
  if (pixels > limit) {
    throw new Refusal(413, 'too-many-pixels', `the image has ${pixels} pixels; at most ${limit} are taken`);
  }
  for (const [width, height] of [
    [header.width, header.height],
    [header.height, header.width],
  ] as const) {
    const out = resultSize(width, height, resize);
    if (out.width * out.height > limit || Math.max(out.width, out.height) > longestSide) {
      const detail = `the result would be ${out.width} × ${out.height} pixels; at most ${limit} are made, ${longestSide} on a side`;
      throw new Refusal(422, 'result-too-large', detail);
    }
  }
}

/** Upper bound of the size of a result, in pixels; images are never enlarged. */
export function resultSize(width: number, height: number, resize: ResizeRequest) {
  const across = resize.width === undefined ? undefined : resize.width / width;
  const down = resize.height === undefined ? undefined : resize.height / height;
  if (across !== undefined && down !== undefined && resize.fit !== 'outside') {
    return { width: resize.width ?? 1, height: resize.height ?? 1 };
  }
  const scale = Math.min(1, Math.max(across ?? 0, down ?? 0));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function wholeNumber(value: unknown, name: string, most: number, problems: string[]): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= most) return number;
  problems.push(`${name} must be a whole number from 1 to ${most}`);
  return undefined;
}

function choice<T extends string>(
  value: unknown,
  name: string,
  options: readonly T[],
  problems: string[],
): T | undefined {
  if (value === undefined) return undefined;
  // A list or an object out of JSON must not become a text: it may pass for one that it is not, or have none.
  const given = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
  const found = options.find((option) => option === given);
  if (found === undefined) problems.push(`${name} must be one of ${options.join(', ')}`);
  return found;
}

function text(value: unknown, name: string, problems: string[]): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  problems.push(`${name} must be a text`);
  return undefined;
}
