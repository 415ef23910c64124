import type { EventEmitter } from 'node:events';
import type { Logger } from '../shared/log.ts';

export interface UntilDoneOptions {
  /** Who emits signals; this process unless told. */
  readonly source?: EventEmitter;
  readonly exit?: (code: number) => void;
}

/**
 * Does a piece of work that ends by itself. SIGTERM, Ctrl-C and the end of the process that started this one abort it
 * where it can stop; a second signal ends the process at once. Rejects where the work fails or was aborted.
 */
export async function untilDone<T>(
  work: (signal: AbortSignal) => Promise<T>,
  logger: Logger,
  { source = process, exit = process.exit }: UntilDoneOptions = {},
): Promise<T> {
  const stopping = new AbortController();
  const stop = (cause: string) => {
    if (stopping.signal.aborted) {
      logger.warn({ cause }, 'ending at once');
      exit(130);
      return;
    }
    logger.info({ cause }, 'stopping after this step');
    stopping.abort(new StoppedEarly(`stopped by ${cause} before all was done`));
  };
  const onTerminate = () => stop('SIGTERM');
  const onInterrupt = () => stop('SIGINT');
  const onDisconnect = () => stop('the end of its parent');
  source.on('SIGTERM', onTerminate);
  source.on('SIGINT', onInterrupt);
  source.once('disconnect', onDisconnect);
  try {
    return await work(stopping.signal);
  } finally {
    source.off('SIGTERM', onTerminate);
    source.off('SIGINT', onInterrupt);
    source.off('disconnect', onDisconnect);
  }
}

/** Thrown where work was told to stop before its end. */
export class StoppedEarly extends Error {
  override readonly name = 'StoppedEarly';
}
