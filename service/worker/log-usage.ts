import type { UsageLog, UsageRecord } from '../contracts/usage.ts';
import { retry } from '../shared/backoff.ts';
import type { Logger } from '../shared/log.ts';

export interface LogTools {
  readonly usageLog: UsageLog;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Tries until the record is safe: a job is not let go of before. Rejects where the signal is aborted. */
export async function logSafely(record: UsageRecord, { usageLog, logger, signal }: LogTools): Promise<void> {
  const mayRetry = (error: unknown) => {
    logger.error({ err: error }, 'the usage log takes no record; work stands still until it does');
    return true;
  };
  await retry(() => usageLog.append([record]), { first: 0.05, most: 1, signal, mayRetry });
}
