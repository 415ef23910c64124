import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Space on the disk of the log that is kept for shipping. On a full disk nothing could be shipped any more (a batch
 * in the making and its position need room), so nothing would ever be given back: then this is given up, and no
 * record is taken until it is there again.
 */
export interface Reserve {
  readonly isHeld: () => boolean;
  /** Gives the space to the shippers, since this one needs it; true where this one did not need it before. */
  release(stage: string): Promise<boolean>;
  /** This shipper needs it no more: it has shipped, or something else than the disk is in its way. */
  spare(stage: string): void;
  /** Takes it back, where no shipper needs it and there is room again. */
  restore(): Promise<void>;
}

const piece = Buffer.alloc(1 << 20, 1);

export async function openReserve(folder: string, bytes: number): Promise<Reserve> {
  const file = join(folder, 'reserve');
  let isHeld = (await stat(file).catch(() => undefined))?.size === bytes;
  let last: Promise<void> = Promise.resolve();
  /** Both shippers and the clock may ask at once. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work);
    return last;
  };
  const remove = async () => {
    isHeld = false;
    await rm(file, { force: true });
  };
  const needing = new Set<string>();
  const release = async (stage: string) => {
    const isNew = !needing.has(stage);
    needing.add(stage);
    await inTurn(remove);
    return isNew;
  };
  const restore = () =>
    inTurn(async () => {
      if (isHeld || needing.size > 0) return;
      isHeld = await fill(file, bytes).then(
        () => true,
        () => false,
      );
      if (!isHeld) await remove();
    });
  await restore();
  const spare = (stage: string) => void needing.delete(stage);
  return { isHeld: () => isHeld, release, spare, restore };
}

/** Whether an error says that the disk is full, ours or that of a library. */
export function isDiskFull(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || /No space left|disk quota/i.test(message);
}

async function fill(file: string, bytes: number): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let done = 0; done < bytes; done += piece.length) {
      await handle.writeFile(piece.subarray(0, Math.min(piece.length, bytes - done)));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
