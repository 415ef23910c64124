/** What goes between a worker and a resize process: a few values, and the bytes of an image. */
export interface Frame {
  readonly head: unknown;
  readonly image: Buffer;
}

/** Lengths of head and image, as two numbers of 32 bits. */
export const prefixBytes = 8;
const mostHeadBytes = 65_536;

/** Everything of a frame before its image. */
export function frameStart(head: unknown, imageBytes: number): Buffer {
  const text = JSON.stringify(head);
  const length = Buffer.byteLength(text);
  const start = Buffer.allocUnsafe(prefixBytes + length);
  start.writeUInt32LE(length, 0);
  start.writeUInt32LE(imageBytes, 4);
  start.write(text, prefixBytes);
  return start;
}

/** The lengths that a frame begins with, of head and image. */
export function readPrefix(prefix: Buffer): readonly [number, number] {
  return [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
}

/**
 * Puts frames together from the pieces in which they arrive. The function that it returns throws a RangeError for a
 * frame whose image has more than `mostBytes`, and SyntaxError for one whose head is no JSON: the sender is broken.
 */
export function createFrameReader(
  mostBytes: number,
  onFrame: (frame: Frame) => void,
): (piece: Buffer) => void {
  /** What is being filled: the prefix, then head and image together. */
  let target = Buffer.allocUnsafe(prefixBytes);
  let filled = 0;
  let headBytes: number | undefined;

  const expect = (bytes: number, head: number | undefined) => {
    target = Buffer.allocUnsafe(bytes);
    filled = 0;
    headBytes = head;
  };
  const complete = () => {
    if (headBytes === undefined) {
      const [head, image] = readPrefix(target);
      if (head > mostHeadBytes || image > mostBytes) {
        throw new RangeError(`a frame of ${head} and ${image} bytes is too large`);
      }
      return expect(head + image, head);
    }
    const frame = {
      head: JSON.parse(target.toString('utf8', 0, headBytes)),
      image: target.subarray(headBytes),
    };
    expect(prefixBytes, undefined);
    onFrame(frame);
  };

  return (piece) => {
    for (let at = 0; at < piece.length; ) {
      const copied = piece.copy(target, filled, at);
      at += copied;
      filled += copied;
      if (filled === target.length) complete();
    }
  };
}
