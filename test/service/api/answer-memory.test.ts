import { describe, expect, it } from 'vitest';
import { createAnswerMemory } from '../../../service/api/answer-memory.ts';

const answer = (bytes: number) => ({
  fingerprint: 'f',
  answer: { status: 200, headers: {}, body: Buffer.alloc(bytes) },
});

/** Memory for ten answers of 1 kB and their overhead of as much. */
function memoryOf() {
  let now = 0;
  const memory = createAnswerMemory({ ttl: 10, bytes: 20_000, clock: () => now });
  const keep = (customer: string, count: number, bytes = 1000) => {
    for (let each = 0; each < count; each++) memory.keep(customer, `${each}`, answer(bytes));
  };
  const kept = (customer: string) =>
    Array.from({ length: 100 }, (_, each) => each).filter((each) => memory.find(customer, `${each}`));
  return { memory, keep, kept, wait: (seconds: number) => (now += seconds * 1000) };
}

describe('the memory for answers', () => {
  it('gives all of it to one that is alone, and lets the oldest go', () => {
    const { keep, kept } = memoryOf();
    keep('anna', 12);
    expect(kept('anna')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('takes from whoever holds most, so that an equal share is nobody else’s to take', () => {
    const { keep, kept } = memoryOf();
    keep('anna', 5);
    keep('bert', 50);
    expect(kept('anna')).toEqual([0, 1, 2, 3, 4]);
    expect(kept('bert')).toEqual([45, 46, 47, 48, 49]);
    keep('cleo', 1);
    expect([kept('anna').length + kept('bert').length, kept('cleo')]).toEqual([9, [0]]);
  });

  it('counts bytes, also of answers that replace others, and of small ones that there are many', () => {
    const { memory, keep, kept } = memoryOf();
    for (let time = 0; time < 50; time++) memory.keep('anna', '0', answer(1000));
    keep('bert', 9);
    expect([kept('anna'), kept('bert').length]).toEqual([[0], 9]);
    keep('cleo', 90, 0);
    expect(kept('cleo').length).toBeLessThanOrEqual(20);
    expect(kept('anna')).toEqual([0]);
  });

  it('does not keep what is larger than all of it, and loses nothing of others to it', () => {
    const { memory, keep, kept } = memoryOf();
    keep('anna', 3);
    memory.keep('bert', '0', answer(20_000));
    expect([kept('anna').length, kept('bert')]).toEqual([3, []]);
  });

  it('forgets after the time to live, and takes what is past it before anything else', () => {
    const { keep, kept, wait } = memoryOf();
    keep('anna', 6);
    wait(6);
    keep('bert', 3);
    expect(kept('anna')).toHaveLength(6);
    wait(5);
    expect(kept('anna')).toEqual([]);
    keep('cleo', 7);
    expect([kept('bert').length, kept('cleo').length]).toEqual([3, 7]);
  });
});
