import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A picture with detail everywhere, so that its bytes matter. */
export function picture(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  let seed = 1;
  for (let i = 0; i < pixels.length; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    pixels[i] = ((i / 97) & 127) + ((seed >> 16) & 63);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export const photograph = (width = 400, height = 300): Promise<Buffer> =>
  picture(width, height).jpeg({ quality: 80 }).toBuffer();

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function imageHeader(width: number, height: number, bits: number, colour: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colour, 0, 0, 0], 8);
  return chunk('IHDR', header);
}

/** A PNG that says it is so large; with its true pixels, all zero, where `whole`. */
export function bomb(width: number, height: number, whole = false): Buffer {
  const pixels = whole ? Buffer.alloc((Math.ceil(width / 8) + 1) * height) : Buffer.alloc(64);
  return Buffer.concat([
    signature,
    imageHeader(width, height, 1, 0),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG that moves, in the few bytes that tell. */
export async function animatedPng(): Promise<Buffer> {
  const still = await picture(8, 8).png().toBuffer();
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2, 0);
  const afterHeader = 33;
  return Buffer.concat([still.subarray(0, afterHeader), chunk('acTL', control), still.subarray(afterHeader)]);
}

/** Two frames, as GIF or WebP. */
export async function animation(format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = Buffer.alloc(16 * 32 * 3);
  frames.fill(200, 16 * 16 * 3);
  const strip = sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } });
  return format === 'gif' ? strip.gif().toBuffer() : strip.webp().toBuffer();
}

export const svg = Buffer.from(
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><text>&b;</text></svg>',
);

export const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
