import { RecordInvalid, type UsageLog, type UsageRecord } from '../contracts/usage.ts';
import { retry } from '../shared/backoff.ts';
import type { Logger } from '../shared/log.ts';

export interface LogTools {
  readonly usageLog: UsageLog;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const waits = { first: 0.05, most: 1 };
/** Hundreds of jobs may wait for the same log: it is complained of once in this time, in milliseconds. */
const silence = 1000;

/**
 * Returns a function that tries until a record is safe: a job is not let go of before. It rejects as soon as the signal
 * is aborted; what is on its way then may arrive all the same, and billing keeps one record a request. It rejects with
 * RecordInvalid where no other try would end better; the record is in the worker's own log then.
 */
export function createSafeLog({
  usageLog,
  logger,
  signal,
}: LogTools): (record: UsageRecord) => Promise<void> {
  let toldAt = Number.NEGATIVE_INFINITY;
  const mayRetry = (error: unknown) => {
    const now = performance.now();
    if (now - toldAt >= silence) {
      toldAt = now;
      logger.error({ err: error }, 'the usage log takes no record; jobs are kept until it does');
    }
    return true;
  };
  const transient = (error: unknown) => !(error instanceof RecordInvalid);
  return async (record) => {
    try {
      const append = () => unlessAborted(usageLog.append([record]), signal);
      await retry(append, { ...waits, signal, mayRetry, transient });
    } catch (error) {
      if (!transient(error)) logger.error({ err: error, record }, 'no usage log takes this record');
      throw error;
    }
  };
}

function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
  });
}
