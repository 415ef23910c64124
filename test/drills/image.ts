import sharp from 'sharp';

/** Where an image would be too short for its number. */
const commentBase = 4;

/** A small photograph with a segment of comment that makes each number a length of its own, in bytes. */
export async function numberedImages(): Promise<{
  make(number: number): Buffer;
  /** The number of the image with this many bytes. */
  numberOf(bytes: number): number;
}> {
  const pixels = Buffer.from(Array.from({ length: 160 * 120 * 3 }, (_, at) => (at * at + (at >> 5)) & 255));
  const picture = await sharp(pixels, { raw: { width: 160, height: 120, channels: 3 } })
    .jpeg()
    .toBuffer();
  return {
    make(number) {
      // Behind the marker that begins every JPEG: FF FE, the length of two bytes with itself, and that many zeroes.
      const comment = Buffer.alloc(commentBase + number);
      comment.writeUInt16BE(0xff_fe, 0);
      comment.writeUInt16BE(comment.length - 2, 2);
      return Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
    },
    numberOf: (bytes) => bytes - picture.length - commentBase,
  };
}
