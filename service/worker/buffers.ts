/** Memory for bodies, used again and again: what is thrown away after each image costs more to collect than to fill. */
export interface Buffers {
  /** A view of so many bytes, with what was in them before. */
  take(bytes: number): Buffer;
  /** Gives back a view that nobody reads any more. */
  give(view: Buffer): void;
}

/** Keeps up to `kept` buffers that are not in use. */
export function createBuffers(kept: number): Buffers {
  const free: ArrayBufferLike[] = [];
  return {
    take: (bytes) => {
      const at = free.findIndex((each) => each.byteLength >= bytes);
      const [found] = at < 0 ? [] : free.splice(at, 1);
      // Powers of two, so that a few buffers fit nearly all.
      const memory = found ?? new ArrayBuffer(2 ** Math.ceil(Math.log2(Math.max(bytes, 4096))));
      return Buffer.from(memory, 0, bytes);
    },
    give: (view) => {
      free.push(view.buffer);
      if (free.length > kept) free.shift();
    },
  };
}
