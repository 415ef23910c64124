import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ResizeRequest } from '../../../service/contracts/job.ts';
import type { Resized } from '../../../service/worker/protocol.ts';
import { resizeImage } from '../../../service/worker/resize-image.ts';
import { animatedPng, animation, bomb, pdf, photograph, picture, svg } from './images.ts';

const thumbnail: ResizeRequest = { width: 100, fit: 'inside', format: 'jpeg', quality: 80 };
const pixels = 50_000_000;

const done = (resized: Resized) => {
  if (resized.kind !== 'done') throw new Error(`${resized.code}: ${resized.detail}`);
  return resized;
};
const resize = async (image: Uint8Array, change: Partial<ResizeRequest> = {}) =>
  resizeImage({ image, resize: { ...thumbnail, ...change }, pixels });
const codeOf = async (image: Uint8Array): Promise<string> => {
  const resized = await resize(image);
  return resized.kind === 'refused' ? resized.code : 'done';
};

describe('a resize', () => {
  it('gives the wanted size, and says what it decoded', async () => {
    const result = done(await resize(await photograph(400, 300)));
    expect(result).toMatchObject({ width: 100, height: 75, pixelsIn: 120_000, contentType: 'image/jpeg' });
    expect(await sharp(result.image).metadata()).toMatchObject({ format: 'jpeg', width: 100, height: 75 });
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('reads and writes %s', async (format) => {
    const original = await picture(120, 80)[format]().toBuffer();
    const result = done(await resize(original, { width: 60, format }));
    expect(result.contentType).toBe(`image/${format}`);
    const { width, height, mediaType } = await sharp(result.image).metadata();
    expect({ width, height, mediaType }).toEqual({ width: 60, height: 40, mediaType: `image/${format}` });
  });

  it('is what the benchmark measures, byte for byte', async () => {
    const original = await photograph(800, 600);
    const { image } = done(await resize(original, { width: 200 }));
    const { pipeline } = await import('../../../bench/resize.ts');
    const measured = await pipeline(sharp(original), { width: 200, format: 'jpeg', quality: 80 }).toBuffer();
    expect(Buffer.compare(Buffer.from(image), measured)).toBe(0);
  });

  it('fits as it is told to', async () => {
    const original = await photograph(400, 300);
    const box = { width: 100, height: 100 };
    expect(done(await resize(original, { ...box, fit: 'cover' }))).toMatchObject({ width: 100, height: 100 });
    expect(done(await resize(original, { ...box, fit: 'contain' }))).toMatchObject({
      width: 100,
      height: 100,
    });
    expect(done(await resize(original, { ...box, fit: 'fill' }))).toMatchObject({ width: 100, height: 100 });
    expect(done(await resize(original, { ...box, fit: 'inside' }))).toMatchObject({ width: 100, height: 75 });
    expect(done(await resize(original, { ...box, fit: 'outside' }))).toMatchObject({
      width: 133,
      height: 100,
    });
  });

  it('never enlarges', async () => {
    const result = done(await resize(await photograph(40, 30), { width: 400 }));
    expect(result).toMatchObject({ width: 40, height: 30 });
  });

  it('codes anew where no size is asked for', async () => {
    const request: ResizeRequest = { fit: 'inside', format: 'webp' };
    const result = done(await resizeImage({ image: await photograph(40, 30), resize: request, pixels }));
    expect(result).toMatchObject({ width: 40, height: 30, contentType: 'image/webp' });
  });

  it('stands a photograph upright and takes its metadata away', async () => {
    const turned = await picture(120, 80)
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(turned).metadata()).exif).toBeDefined();
    const result = done(await resize(turned, { width: 40 }));
    expect(result).toMatchObject({ width: 40, height: 60 });
    const metadata = await sharp(result.image).metadata();
    expect(metadata.exif).toBeUndefined();
    expect(metadata.icc).toBeUndefined();
    expect(metadata.orientation).toBeUndefined();
  });

  it('converts the colours of another profile to sRGB', async () => {
    const colour = { r: 200, g: 30, b: 30 };
    const flat = sharp({ create: { width: 32, height: 32, channels: 3, background: colour } });
    const wide = await flat.withIccProfile('p3').png().toBuffer();
    const { image } = done(await resize(wide, { width: 16, format: 'png' }));
    const { data } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    expect(Math.abs((data[0] ?? 0) - colour.r)).toBeLessThan(4);
    expect(Math.abs((data[1] ?? 0) - colour.g)).toBeLessThan(4);
  });

  it('turns print colours into screen colours', async () => {
    const print = await picture(64, 64).toColourspace('cmyk').jpeg().toBuffer();
    const { image } = done(await resize(print, { width: 32 }));
    expect(await sharp(image).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
  });

  it('puts what is transparent on white where the format has no transparency', async () => {
    const clear = await sharp({
      create: { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { image } = done(await resize(clear, { width: 16 }));
    expect((await sharp(image).raw().toBuffer())[0]).toBeGreaterThan(250);
  });

  it('keeps all colours of a PNG whatever quality is asked', async () => {
    const original = await picture(64, 64).png().toBuffer();
    const low = done(await resize(original, { format: 'png', quality: 10 }));
    const high = done(await resize(original, { format: 'png', quality: 100 }));
    expect(Buffer.compare(Buffer.from(low.image), Buffer.from(high.image))).toBe(0);
  });
});

describe('an image that is refused', () => {
  it.each([
    ['of no bytes', 'unsupported', async () => Buffer.alloc(0)],
    ['of one byte', 'unsupported', async () => Buffer.from([0xff])],
    ['of text', 'unsupported', async () => Buffer.from('hello')],
    ['in SVG with entities', 'unsupported', async () => svg],
    ['in PDF', 'unsupported', async () => pdf],
    ['in TIFF', 'unsupported', () => picture(16, 16).tiff().toBuffer()],
    ['in GIF', 'unsupported', () => picture(16, 16).gif().toBuffer()],
    ['in moving GIF', 'unsupported', () => animation('gif')],
    ['in moving WebP', 'animated', () => animation('webp')],
    ['in moving PNG', 'animated', () => animatedPng()],
    ['that says it is huge', 'too-many-pixels', async () => bomb(60_000, 60_000)],
    ['that is just above the limit', 'too-many-pixels', async () => bomb(10_000, 5001, true)],
    ['that is cut off in its pixels', 'corrupt', async () => (await photograph()).subarray(0, 5000)],
    ['that is cut off in its header', 'corrupt', async () => (await photograph()).subarray(0, 100)],
    [
      'whose PNG is cut off',
      'corrupt',
      async () => (await picture(64, 64).png().toBuffer()).subarray(0, 4000),
    ],
    [
      'whose WebP is cut off',
      'corrupt',
      async () => (await picture(64, 64).webp().toBuffer()).subarray(0, 600),
    ],
    [
      'whose AVIF is cut off',
      'corrupt',
      async () => (await picture(64, 64).avif().toBuffer()).subarray(0, 700),
    ],
    ['that is a signature and nothing else', 'corrupt', async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    [
      'with SVG behind the signature of a JPEG',
      'corrupt',
      async () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), svg]),
    ],
  ])('%s says %s', async (_, code, make) => {
    expect(await codeOf(await make())).toBe(code);
  });

  it('is never the reason for an exception, whatever bytes follow a signature', async () => {
    const signatures = [
      'ffd8ffe0',
      '89504e470d0a1a0a',
      '52494646ffffffff57454250',
      '0000001c6674797061766966',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...signatures),
        fc.uint8Array({ maxLength: 300 }),
        async (start, rest) => {
          const resized = await resize(Buffer.concat([Buffer.from(start, 'hex'), rest]));
          expect(resized.kind).toBe('refused');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is refused or resized, and nothing else, where a good photograph has broken bytes', async () => {
    const good = await photograph(80, 60);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(good.length - 1), { minLength: 1, maxLength: 20 }),
        fc.nat(255),
        async (places, value) => {
          const broken = Buffer.from(good);
          for (const place of places) broken[place] = value;
          expect(['done', 'refused']).toContain((await resize(broken)).kind);
        },
      ),
      { numRuns: 100 },
    );
  });
});
