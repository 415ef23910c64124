import { describe, expect, it } from 'vitest';
import { isPoisonous } from '../../../service/queue/deliveries.ts';
import { parseReply } from '../../../service/queue/nats-message.ts';
import { partitionOf } from '../../../service/queue/nats-names.ts';
import { createPulls, type Pulls } from '../../../service/queue/pulls.ts';

describe('requests for messages', () => {
  const begin = (pulls: Pulls, partitions: readonly number[]) => partitions.map((each) => pulls.begin(each));

  it('that do not wait have a place each', () => {
    const pulls = createPulls(3, () => 1);
    expect([pulls.reserve(), pulls.reserve(), pulls.reserve()]).toEqual([true, true, false]);
    expect(pulls.hasPlace()).toBe(false);
    pulls.release();
    expect(pulls.hasPlace()).toBe(true);
    expect(pulls.reserve()).toBe(true);
  });

  it('wait only while all partitions are empty', async () => {
    const pulls = createPulls(2, () => 0);
    expect(begin(pulls, [0, 1])).toEqual([false, false]);
    const heard = pulls.listen();
    expect(begin(pulls, [0])).toEqual([true]);
    pulls.arrived();
    await expect(heard).resolves.toBeUndefined();
    expect(begin(pulls, [1])).toEqual([false]);
  });

  it('never wait for more jobs than have a place where there is one partition', () => {
    let jobs = 0;
    const pulls = createPulls(3, () => jobs);
    void pulls.listen();
    expect(begin(pulls, [0, 0, 0, 0])).toEqual([true, true, true, false]);
    pulls.end(0);
    jobs = 1;
    expect(begin(pulls, [0])).toEqual([false]);
    jobs = 0;
    expect(begin(pulls, [0])).toEqual([true]);
  });

  it('wait at every partition while there is one place, and at none without', () => {
    let jobs = 1;
    const pulls = createPulls(2, () => jobs);
    void pulls.listen();
    expect(begin(pulls, [0, 1, 2, 3])).toEqual([true, true, true, true]);
    expect(begin(pulls, [0])).toEqual([false]);
    jobs = 2;
    pulls.end(3);
    expect(begin(pulls, [3])).toEqual([false]);
  });

  it('wake who waits for a place', async () => {
    const pulls = createPulls(1, () => 0);
    const change = pulls.nextChange();
    pulls.changed();
    await expect(change).resolves.toBeUndefined();
  });
});

describe('what JetStream says of a delivery', () => {
  it('is read from both forms of its reply subject', () => {
    const expected = { stream: 'JOBS', sequence: 10, count: 3, publishedAt: 1_700_000_000_123 };
    expect(parseReply('$JS.ACK.JOBS.workers.3.10.20.1700000000123456789.4')).toEqual(expected);
    expect(parseReply('$JS.ACK._.hash.JOBS.workers.3.10.20.1700000000123456789.4.rnd')).toEqual(expected);
  });
});

describe('the partition of a job', () => {
  it('is always the same, and spreads ids evenly', () => {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) {
      const partition = partitionOf(`job-${i}`, 4);
      expect(partitionOf(`job-${i}`, 4)).toBe(partition);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('a job that fails', () => {
  it('is set aside at its last allowed death, silence counting half', () => {
    expect(isPoisonous({ deaths: 1, silent: 0 }, 2)).toBe(false);
    expect(isPoisonous({ deaths: 2, silent: 0 }, 2)).toBe(true);
    expect(isPoisonous({ deaths: 1, silent: 1 }, 2)).toBe(false);
    expect(isPoisonous({ deaths: 1, silent: 2 }, 2)).toBe(true);
    expect(isPoisonous({ deaths: 0, silent: 3 }, 2)).toBe(false);
    expect(isPoisonous({ deaths: 0, silent: 4 }, 2)).toBe(true);
  });
});
