import { describe, expect, it } from 'vitest';
import { createRetryBudget, retry, waitBefore } from '../../../service/shared/backoff.ts';

const quick = { first: 0.0005, most: 0.001 };
const failing = (times: number) => async (attempt: number) => {
  if (attempt <= times) throw new Error(`failure ${attempt}`);
  return attempt;
};

describe('retries', () => {
  it('go on until the call succeeds', async () => {
    expect(await retry(failing(3), quick)).toBe(4);
  });

  it('end with the last error at an error that is not transient', async () => {
    const transient = (error: unknown) => (error as Error).message !== 'failure 2';
    await expect(retry(failing(9), { ...quick, transient })).rejects.toThrow('failure 2');
  });

  it('end when the time is over, without waiting beyond it', async () => {
    await expect(retry(failing(9), { first: 60, most: 60, until: Date.now() })).rejects.toThrow('failure 1');
  });

  it('end when they are aborted in the middle of a wait', async () => {
    const controller = new AbortController();
    const ended = retry(failing(9), { first: 1e5, most: 1e5, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(ended).rejects.toThrow('failure 1');
  });

  it('end when the budget is spent', async () => {
    const budget = createRetryBudget(0.1, 2);
    await expect(retry(failing(9), { ...quick, mayRetry: budget.take })).rejects.toThrow('failure 3');
    for (let request = 0; request < 11; request++) budget.asked();
    await expect(retry(failing(9), { ...quick, mayRetry: budget.take })).rejects.toThrow('failure 2');
  });

  it('wait between zero and twice the mean, which doubles up to a bound', () => {
    for (let attempt = 1; attempt < 50; attempt++) {
      const wait = waitBefore(attempt, { first: 0.05, most: 2 });
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(2 * Math.min(2, 0.05 * 2 ** (attempt - 1)));
    }
  });
});
