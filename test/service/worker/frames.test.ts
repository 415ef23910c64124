import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, type Frame, frameStart } from '../../../service/worker/frames.ts';

/** Frames as they come out when their bytes arrive in pieces of these sizes. */
function readIn(bytes: Buffer, sizes: readonly number[], most = 1_000_000): Frame[] {
  const frames: Frame[] = [];
  const read = createFrameReader(most, (frame) => frames.push(frame));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (sizes[turn % sizes.length] ?? 1);
    // As from a socket whose memory is used again.
    const piece = Buffer.from(bytes.subarray(at, end));
    read(piece);
    piece.fill(0);
    at = end;
  }
  return frames;
}

describe('frames', () => {
  it('come out as they went in, in whatever pieces they arrive', () => {
    const frame = fc.record({ head: fc.jsonValue(), image: fc.uint8Array({ maxLength: 300 }) });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
        (frames, sizes) => {
          const bytes = Buffer.concat(
            frames.flatMap(({ head, image }) => [frameStart(head, image.length), image]),
          );
          const read = readIn(bytes, sizes);
          expect(read.map(({ head }) => JSON.stringify(head))).toEqual(
            frames.map(({ head }) => JSON.stringify(head)),
          );
          expect(read.map(({ image }) => [...image])).toEqual(frames.map(({ image }) => [...image]));
        },
      ),
    );
  });

  it('that claim to be too large are refused before any memory is taken for them', () => {
    expect(() => readIn(frameStart({}, 4_000_000_000), [1000])).toThrow(RangeError);
    expect(() => readIn(Buffer.from('ffffffff00000000', 'hex'), [8])).toThrow(RangeError);
  });
});
