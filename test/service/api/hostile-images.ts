import { deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { animatedPng, animation, bomb, pdf, picture, svg } from '../worker/images.ts';

/** A body that must be refused, with a name for the report of a failure. */
export type Hostile = readonly [name: string, body: Buffer];

const latin = (text: string) => Buffer.from(text, 'latin1');
const signatures = {
  jpeg: latin('\xff\xd8\xff\xe0'),
  png: latin('\x89PNG\r\n\x1a\n'),
  webp: latin('RIFF\x40\0\0\0WEBPVP8 '),
  avif: latin('\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf'),
};

/** Every kind of hostile body; the same ones each time. */
export async function hostileImages(): Promise<readonly Hostile[]> {
  const whole = await wholeImages();
  return [
    ...noImages(),
    ...otherTypes(),
    ...vectors(),
    ...polyglots(),
    ...bombs(whole),
    ...(await animations()),
    ...truncated(whole),
    ...broken(whole),
  ];
}

type Whole = Readonly<Record<'jpeg' | 'png' | 'webp' | 'avif', Buffer>>;

async function wholeImages(): Promise<Whole> {
  const image = picture(160, 120);
  const [jpeg, png, webp, avif] = await Promise.all([
    image.clone().jpeg().toBuffer(),
    image.clone().png().toBuffer(),
    image.clone().webp().toBuffer(),
    image.clone().avif({ effort: 0 }).toBuffer(),
  ]);
  return { jpeg, png, webp, avif };
}

function noImages(): Hostile[] {
  const noise = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 151 + 7) & 0xff));
  return [
    ['nothing', Buffer.alloc(0)],
    ...[1, 2, 3, 8, 64, 1000, 65_536, 900_000].map(
      (length): Hostile => [`noise of ${length} bytes`, noise(length)],
    ),
    ...[1, 12, 4096].map((length): Hostile => [`zeros of ${length} bytes`, Buffer.alloc(length)]),
    ...Object.entries(signatures).map(([type, bytes]): Hostile => [`signature of ${type} alone`, bytes]),
  ];
}

function otherTypes(): Hostile[] {
  const beginnings: Readonly<Record<string, string>> = {
    gif87: 'GIF87a\x10\0\x10\0\x80\0\0',
    gif89: 'GIF89a\x10\0\x10\0\x80\0\0',
    bmp: 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0',
    tiff: 'II*\0\x08\0\0\0',
    bigTiff: 'MM\0+\0\x08\0\0',
    ico: '\0\0\x01\0\x01\0\x10\x10',
    psd: '8BPS\0\x01',
    jxl: '\xff\x0a\xfa\x7f',
    jp2: '\0\0\0\x0cjP  \r\n\x87\n',
    heic: '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
    mp4: '\0\0\0\x18ftypisom\0\0\x02\0isomiso2',
    mov: '\0\0\0\x14ftypqt  \0\0\0\0qt  ',
    webm: '\x1aE\xdf\xa3\x9fB\x86',
    wav: 'RIFF\x24\0\0\0WAVEfmt ',
    exr: 'v/1\x01\x02\0\0\0',
    hdr: '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n',
    ppm: 'P6\n1 1\n255\nabc',
    fits: 'SIMPLE  =                    T',
    zip: 'PK\x03\x04\x14\0\0\0',
    elf: '\x7fELF\x02\x01\x01',
    exe: 'MZ\x90\0\x03',
    wasm: '\0asm\x01\0\0\0',
    html: '<!doctype html><script>alert(1)</script>',
    json: '{"width": 10}',
    shell: '#!/bin/sh\nrm -rf /\n',
    postscript: '%!PS-Adobe-3.0\n(/etc/passwd) (r) file',
    imagemagick: 'push graphic-context\nfill url(https://127.0.0.1/)\npop graphic-context',
  };
  const texts = Object.entries(beginnings).map(
    ([name, text]): Hostile => [name, latin(text.padEnd(64, '\0'))],
  );
  return [...texts, ['pdf', pdf], ['gzip', gzipSync('x'.repeat(100_000))]];
}

function vectors(): Hostile[] {
  const around = (inner: string, head = '') =>
    Buffer.from(`${head}<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">${inner}</svg>`);
  const external = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  return [
    ['svg with growing entities', svg],
    ['svg that reads a file', around('<text>&x;</text>', external)],
    ['svg that asks an address', around('<image href="http://169.254.169.254/"/>')],
    ['svg with a script', around('<script>while(1);</script>')],
    ['svg of a thousand million pixels', Buffer.from('<svg width="1e6" height="1e6"/>')],
    ['svg after a byte order mark', Buffer.concat([latin('\xef\xbb\xbf'), svg])],
    ['svg after blanks', Buffer.concat([latin(' \n\t'), svg])],
    ['svg, compressed', gzipSync(svg)],
    ['svg in two-byte letters', Buffer.from(svg.toString(), 'utf16le')],
  ];
}

/** Beginnings of an image before something else: no decoder may make anything of them. */
function polyglots(): Hostile[] {
  const others: readonly Hostile[] = [
    ['svg', svg],
    ['pdf', pdf],
    ['html', Buffer.from('<script>alert(1)</script>')],
    ['zip', latin(`PK\x03\x04${'\0'.repeat(60)}`)],
    ['php', Buffer.from('<?php system($_GET[0]); ?>')],
  ];
  return Object.entries(signatures).flatMap(([type, bytes]) =>
    others.map(([name, other]): Hostile => [`${name} that begins as ${type}`, Buffer.concat([bytes, other])]),
  );
}

function bombs({ jpeg, webp, avif }: Whole): Hostile[] {
  const sizes = [
    [30_000, 30_000],
    [100_000, 1000],
    [1000, 100_000],
    [65_535, 65_535],
    [0x7fff_ffff, 1],
    [0x7fff_ffff, 0x7fff_ffff],
    [0, 100],
    [100, 0],
  ] as const;
  const patched = (image: Buffer, at: number, bytes: readonly number[]) => {
    const copy = Buffer.from(image);
    copy.set(bytes, at);
    return copy;
  };
  const frame = jpeg.indexOf(latin('\xff\xc0'));
  const extent = avif.indexOf('ispe') + 8;
  return [
    ...sizes.map(([width, height]): Hostile => [`png of ${width} × ${height}`, bomb(width, height)]),
    ['png of 400 megapixels, all there', bomb(20_000, 20_000, true)],
    ['jpeg of 65,535 × 65,535', patched(jpeg, frame + 5, [255, 255, 255, 255])],
    ['jpeg of no pixels', patched(jpeg, frame + 5, [0, 0, 0, 0])],
    ['webp of 16,383 × 16,383', patched(webp, 26, [0xff, 0x3f, 0xff, 0x3f])],
    ['webp of no pixels', patched(webp, 26, [0, 0, 0, 0])],
    ['avif of 2 thousand million wide', patched(avif, extent, [0x7f, 0xff, 0xff, 0xff])],
    ['avif of 65,536 × 65,536', patched(avif, extent, [0, 1, 0, 0, 0, 1, 0, 0])],
  ];
}

async function animations(): Promise<Hostile[]> {
  const avis = Buffer.concat([latin('\0\0\0\x1cftypavis\0\0\0\0avisavifmiaf'), Buffer.alloc(64)]);
  return [
    ['animated gif', await animation('gif')],
    ['animated webp', await animation('webp')],
    ['animated png', await animatedPng()],
    ['avif sequence', avis],
  ];
}

function truncated(whole: Whole): Hostile[] {
  const shares = [0.02, 0.07, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97];
  return Object.entries(whole).flatMap(([type, image]) =>
    shares.map((share): Hostile => {
      const end = Math.floor(image.length * share);
      return [`${type} cut off at ${Math.round(share * 100)} %`, image.subarray(0, end)];
    }),
  );
}

function broken({ jpeg, png, webp, avif }: Whole): Hostile[] {
  const wiped = (image: Buffer, from: number, to: number, value = 0) => {
    const copy = Buffer.from(image);
    copy.fill(value, from, to);
    return copy;
  };
  const pixels = png.indexOf('IDAT');
  const header = wiped(png, 29, 33);
  const tables = jpeg.indexOf(latin('\xff\xdb'));
  const scan = jpeg.indexOf(latin('\xff\xda'));
  return [
    ['png with a wrong sum of its header', header],
    [
      'png without pixels',
      Buffer.concat([png.subarray(0, pixels - 4), latin('\0\0\0\0IEND\xae\x42\x60\x82')]),
    ],
    ['png with pixels of noise', wiped(png, pixels + 6, png.length - 16, 0x5a)],
    ['png whose chunk says it is longer', wiped(png, pixels - 4, pixels - 2, 0x7f)],
    ['png of unknown depth', Buffer.concat([png.subarray(0, 24), latin('\x07'), png.subarray(25)])],
    ['png of the pixels of another', Buffer.concat([png.subarray(0, pixels + 4), deflateSync('too short')])],
    ['jpeg without its tables', wiped(jpeg, tables, jpeg.indexOf(latin('\xff\xc0')))],
    ['jpeg without its scan', jpeg.subarray(0, scan)],
    ['jpeg of only its end', jpeg.subarray(0, 2)],
    ['jpeg whose segment says it is longer', wiped(jpeg, 4, 6, 0xff)],
    ['jpeg that only begins, again and again', Buffer.alloc(5000, latin('\xff\xd8\xff'))],
    ['webp with frames of noise', wiped(webp, 30, webp.length, 0x5a)],
    ['webp of an unknown kind', Buffer.concat([webp.subarray(0, 12), latin('VP9 '), webp.subarray(16)])],
    ['webp with a frame tag of zero', wiped(webp, 20, 26)],
    ['avif without its items', wiped(avif, avif.indexOf('meta'), avif.indexOf('meta') + 4)],
    ['avif with pixels of noise', wiped(avif, avif.indexOf('mdat') + 4, avif.length, 0x5a)],
    ['avif whose box says it is longer', wiped(avif, avif.indexOf('meta') - 4, avif.indexOf('meta'), 0x7f)],
  ];
}

/** An honest image, to see that the service still serves. */
export const honest = async (): Promise<Buffer> => picture(160, 120).jpeg().toBuffer();

/** Whether bytes are an image of this width: what an honest answer looks like. */
export async function isImageOf(width: number, bytes: Buffer): Promise<boolean> {
  return (await sharp(bytes).metadata()).width === width;
}
