import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../service/shared/in-parallel.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('work in parallel', () => {
  it('is done for each, a bounded number at a time, with the results in order', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel(upTo(20), 3, async (each, at) => {
      running += 1;
      most = Math.max(most, running);
      for (let turns = 20 - each; turns > 0; turns--) await turn();
      running -= 1;
      return [each, at];
    });
    expect(results).toEqual(upTo(20).map((each) => [each, each]));
    expect(most).toBe(3);
  });

  it('ends at once where there is nothing to do', async () => {
    expect(await inParallel([], 3, () => Promise.reject(new Error('never')))).toEqual([]);
  });

  it('begins no other one after a failure, and has ended all that it began when it throws', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const failing = inParallel(upTo(20), 3, async (each) => {
      begun.push(each);
      if (each === 1) throw new Error('the second one');
      for (let turns = 0; turns < 5; turns++) await turn();
      ended.push(each);
      if (each === 2) throw new Error('the third one, later');
    });
    await expect(failing).rejects.toThrow('the second one');
    expect(begun).toEqual([0, 1, 2]);
    expect(ended).toEqual([0, 2]);
  });
});
