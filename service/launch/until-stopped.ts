import type { RunningRole } from '../contracts/role.ts';
import type { Logger } from '../shared/log.ts';

/**
 * Lets a role run until SIGTERM, Ctrl-C, or the end of the process that started it, then drains it; a second signal
 * closes at once. Resolves with the exit code of the process.
 */
export function untilStopped(role: RunningRole, logger: Logger): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const end = (work: Promise<void>, code: number) => {
      work.then(
        () => resolve(code),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed');
          resolve(1);
        },
      );
    };
    const stop = (cause: string) => {
      if (stopping) {
        logger.warn({ cause }, 'closing at once');
        end(role.close(), 130);
        return;
      }
      stopping = true;
      logger.info({ cause }, 'draining');
      end(role.drain(), 0);
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
    // The command that started this process keeps a channel open; where it is gone, nobody else would stop us.
    process.once('disconnect', () => stop('the parent went away'));
  });
}
