/** Kinds of originals that are taken. Vector images, animations and everything else are refused before the queue. */
export type ImageType = 'jpeg' | 'png' | 'webp' | 'avif';

export interface ImageHeader {
  readonly type: ImageType;
  /** Pixels as stored, before an orientation tag turns them. */
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
}

/** `undefined` as a type: not an image that is taken. `undefined` as a header: its beginning is broken. */
export interface Sniffed {
  readonly type: ImageType | undefined;
  readonly header: ImageHeader | undefined;
}

/**
 * Reads kind and size from the first bytes, never from what a client calls them. No pixel is decoded, so an image
 * whose header promises too much costs nothing; the worker looks again with a real decoder.
 */
export function sniff(bytes: Uint8Array): Sniffed {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = typeOf(data);
  if (type === undefined) return { type, header: undefined };
  const size = readers[type](data);
  const isWhole = size !== undefined && size.width > 0 && size.height > 0;
  return { type, header: isWhole ? { type, animated: false, ...size } : undefined };
}

type Size = Omit<ImageHeader, 'type' | 'animated'> & { readonly animated?: boolean };

const readers: Readonly<Record<ImageType, (data: Buffer) => Size | undefined>> = {
  jpeg: jpegSize,
  png: pngSize,
  webp: webpSize,
  avif: avifSize,
};

function typeOf(data: Buffer): ImageType | undefined {
  if (startsWith(data, 0, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(data, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(data, 0, 'RIFF') && startsWith(data, 8, 'WEBP')) return 'webp';
  if (startsWith(data, 4, 'ftyp') && /^avi[fs]/.test(data.toString('latin1', 8, 12))) return 'avif';
  return undefined;
}

function startsWith(data: Buffer, at: number, text: string): boolean {
  return data.length >= at + text.length && data.toString('latin1', at, at + text.length) === text;
}

/** Walks the segments up to the frame header: SOF0 to SOF15 without the tables that share the range. */
function jpegSize(data: Buffer): Size | undefined {
  let at = 2;
  while (at + 9 <= data.length) {
    if (data[at] !== 0xff) return undefined;
    const marker = data[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else {
      at += 2 + Math.max(2, data.readUInt16BE(at + 2));
    }
  }
  return undefined;
}

/** IHDR comes first; an `acTL` chunk before the first pixels makes it an animation. */
function pngSize(data: Buffer): Size | undefined {
  if (!startsWith(data, 12, 'IHDR') || data.length < 33) return undefined;
  const size = { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  for (let at = 33; at + 8 <= data.length; at += 12 + data.readUInt32BE(at)) {
    if (startsWith(data, at + 4, 'acTL')) return { ...size, animated: true };
    if (startsWith(data, at + 4, 'IDAT')) break;
  }
  return size;
}

function webpSize(data: Buffer): Size | undefined {
  if (data.length < 30) return undefined;
  switch (data.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = data.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return {
        width: data.readUIntLE(24, 3) + 1,
        height: data.readUIntLE(27, 3) + 1,
        animated: ((data[20] ?? 0) & 2) !== 0,
      };
    default:
      return undefined;
  }
}

/** The largest `ispe` property of the first 64 KiB: tiles and thumbnails have smaller ones of their own. */
function avifSize(data: Buffer): Size | undefined {
  const head = data.subarray(0, 65_536);
  let size: Size | undefined;
  for (let at = head.indexOf('ispe'); at >= 0; at = head.indexOf('ispe', at + 4)) {
    if (at + 16 > head.length) break;
    const found = { width: head.readUInt32BE(at + 8), height: head.readUInt32BE(at + 12) };
    if (size === undefined || found.width * found.height > size.width * size.height) size = found;
  }
  return size && { ...size, animated: startsWith(data, 8, 'avis') };
}
