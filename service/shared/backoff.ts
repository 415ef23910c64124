import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** Mean of the first wait, in seconds; each following mean doubles. */
  readonly first: number;
  /** Largest mean wait, in seconds. */
  readonly most: number;
  /** Stops waiting; the last error is thrown. */
  readonly signal?: AbortSignal;
  /** Unix milliseconds after which no further try begins. */
  readonly until?: number;
  /** Whether an error may go away by itself; all may where it is left out. */
  readonly transient?: (error: unknown) => boolean;
  /** Asked before each retry, with the error of the last try; false gives up. */
  readonly mayRetry?: (error: unknown) => boolean;
}

/** Calls until it succeeds, waiting with full jitter between tries. Throws the last error where it gives up. */
export async function retry<T>(call: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const wait = waitBefore(attempt, options) * 1000;
      const late = options.until !== undefined && Date.now() + wait >= options.until;
      if (late || options.signal?.aborted || options.transient?.(error) === false) throw error;
      if (options.mayRetry?.(error) === false) throw error;
      await sleep(wait, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {
        throw error;
      });
    }
  }
}

/** Full jitter: uniform on (0, 2 × mean), which spreads a crowd that failed together. In seconds. */
export function waitBefore(attempt: number, { first, most }: Pick<RetryOptions, 'first' | 'most'>): number {
  return 2 * Math.random() * Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
}

export interface RetryBudget {
  /** Counts a first try. */
  asked(): void;
  /** Takes a retry from the budget; false where it is spent. */
  take(): boolean;
}

/**
 * Retries up to a share of the requests, so that retries cannot multiply an overload. A few are always saved up
 * (`reserve`), so that a quiet server may retry too.
 */
export function createRetryBudget(share: number, reserve = 10): RetryBudget {
  let saved = reserve;
  return {
    asked: () => {
      saved = Math.min(reserve, saved + share);
    },
    take: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
