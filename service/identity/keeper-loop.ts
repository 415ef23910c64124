import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../shared/log.ts';

export interface LoopOptions {
  readonly logger: Logger;
  readonly isOver: () => boolean;
}

/** Works, waits so many seconds, works again, whatever goes wrong; an error is logged when it is another than before. */
export async function repeat(
  work: () => Promise<void>,
  seconds: number,
  { logger, isOver }: LoopOptions,
): Promise<void> {
  let last = '';
  while (!isOver()) {
    try {
      await work();
      last = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== last) logger.warn({ err: error }, 'the keeper goes on trying');
      last = message;
    }
    await sleep(seconds * 1000);
  }
}
