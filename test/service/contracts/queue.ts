import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../service/contracts/job.ts';
import {
  type Consumer,
  type Delivery,
  JobSetAside,
  type Queue,
  QueueFull,
} from '../../../service/contracts/queue.ts';
import type { QueueConfig } from '../../../service/shared/config-types.ts';
import { createMetrics, type Metrics } from '../../../service/shared/metrics.ts';

export interface QueueHarness {
  /** A queue that is empty and has counted nothing yet. */
  open(config: QueueConfig, metrics: Metrics): Promise<Queue>;
  /** Milliseconds within which things happen that need no time by themselves. */
  readonly patience: number;
}

export const queueConfig: QueueConfig = {
  url: 'embedded',
  replicas: 1,
  partitions: 2,
  maxAge: 60,
  maxMessages: 1000,
  maxBytes: 10_000_000,
  ackWait: 20,
  maxDeliveries: 2,
  deduplicationWindow: 60,
  publishTimeout: 5,
};

export function jobNamed(id: string, change: Partial<Job> = {}): Job {
  return {
    id,
    customer: 'customer-1',
    resize: { width: 200, fit: 'inside', format: 'jpeg' },
    bodyUrl: `http://127.0.0.1:1/bodies/${id}`,
    resultUrl: `http://127.0.0.1:1/results/${id}`,
    bodyBytes: 1000,
    acceptedAt: Date.now(),
    deadlineAt: Date.now() + 60_000,
    mode: 'wait',
    ...change,
  };
}

/** Value of a counter or gauge without labels. */
export async function metricOf(metrics: Metrics, name: string): Promise<number> {
  const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

/** The cases that every engine of the queue passes. */
export function queueContract(harness: QueueHarness): void {
  describe('a queue', { timeout: 60_000 }, () => {
    let queue: Queue;
    let metrics: Metrics;
    const within = { timeout: harness.patience, interval: 20 };

    const start = async (change: Partial<QueueConfig> = {}) => {
      metrics = createMetrics('worker');
      queue = await harness.open({ ...queueConfig, ...change }, metrics);
    };
    beforeEach(() => {
      metrics = createMetrics('worker');
    });
    afterEach(() => queue.close());

    /** Takes jobs and leaves their settling to the test. */
    const collect = async (concurrency = 10): Promise<{ deliveries: Delivery[]; consumer: Consumer }> => {
      const deliveries: Delivery[] = [];
      const consumer = await queue.consume({
        concurrency,
        take: async (delivery) => {
          deliveries.push(delivery);
        },
      });
      return { deliveries, consumer };
    };
    const publishMany = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => queue.publish(jobNamed(`job-${i}`))));
    const nth = async (deliveries: readonly Delivery[], index: number): Promise<Delivery> => {
      await expect.poll(() => deliveries.length, within).toBeGreaterThan(index);
      return deliveries[index] as Delivery;
    };
    const parts = async () => {
      const { waiting, inFlight, setAside, published, acknowledged, expired } = await queue.state();
      return { waiting, inFlight, setAside, published, acknowledged, expired };
    };
    const nothing = { waiting: 0, inFlight: 0, setAside: 0, published: 0, acknowledged: 0, expired: 0 };

    it('delivers a job as it was published, with its trace context', async () => {
      await start();
      const job = jobNamed('one', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
      await queue.publish(job);
      const delivery = await nth((await collect()).deliveries, 0);
      expect(delivery.job).toEqual(job);
      expect(delivery.count).toBe(1);
      await delivery.acknowledge();
    });

    it('forgets a job that was acknowledged, and counts each of them once', async () => {
      await start();
      await publishMany(20);
      const { deliveries } = await collect(20);
      await nth(deliveries, 19);
      expect(new Set(deliveries.map(({ job }) => job.id)).size).toBe(20);
      await Promise.all(deliveries.map((delivery) => delivery.acknowledge()));
      await expect.poll(parts, within).toEqual({ ...nothing, published: 20, acknowledged: 20 });
      expect(await metricOf(metrics, 'headroom_queue_messages_published_total')).toBe(20);
      expect(await metricOf(metrics, 'headroom_queue_messages_received_total')).toBe(20);
      expect(await metricOf(metrics, 'headroom_queue_messages_acknowledged_total')).toBe(20);
      expect(await metricOf(metrics, 'headroom_queue_messages_redelivered_total')).toBe(0);
    });

    it('takes a job once, however often it is published', async () => {
      await start();
      await Promise.all([1, 2, 3].map(() => queue.publish(jobNamed('same'))));
      await queue.publish(jobNamed('same'));
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).acknowledge();
      await queue.publish(jobNamed('same'));
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
      expect(deliveries).toHaveLength(1);
    });

    it('never works on more jobs at a time than it may', async () => {
      await start({ partitions: 3 });
      await publishMany(30);
      let running = 0;
      let most = 0;
      let done = 0;
      await queue.consume({
        concurrency: 4,
        take: async (delivery) => {
          running += 1;
          most = Math.max(most, running);
          await sleep(60);
          running -= 1;
          done += 1;
          await delivery.acknowledge();
        },
      });
      await expect.poll(() => done, within).toBe(30);
      expect(most).toBe(4);
    });

    it('shares the jobs among consumers, each job to one of them', async () => {
      await start();
      const taken: Delivery[][] = [[], []];
      let letGo: (() => void) | undefined;
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      for (const mine of taken) {
        await queue.consume({
          concurrency: 1,
          take: async (delivery) => {
            mine.push(delivery);
            await held;
            await delivery.acknowledge();
          },
        });
      }
      await publishMany(2);
      await expect.poll(() => taken.map((mine) => mine.length), within).toEqual([1, 1]);
      expect(new Set(taken.flat().map(({ job }) => job.id)).size).toBe(2);
      letGo?.();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 2, acknowledged: 2 });
    });

    it('says how many jobs wait and how many are in flight', async () => {
      await start({ partitions: 1 });
      const before = Date.now();
      await publishMany(3);
      expect((await queue.state()).oldestAt).toBeGreaterThanOrEqual(before - 1000);
      expect((await queue.state()).bytes).toBeGreaterThan(300);
      let letGo: (() => void) | undefined;
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const consumer = await queue.consume({
        concurrency: 1,
        take: async (delivery) => {
          await held;
          await delivery.acknowledge();
        },
      });
      await expect.poll(parts, within).toEqual({ ...nothing, published: 3, waiting: 2, inFlight: 1 });
      letGo?.();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 3, acknowledged: 3 });
      expect(await queue.state()).not.toHaveProperty('oldestAt');
      await consumer.drain();
    });

    it('refuses a job above its bound of messages, and takes one again when there is room', async () => {
      await start({ partitions: 1, maxMessages: 3 });
      await publishMany(3);
      await expect(queue.publish(jobNamed('more'))).rejects.toThrow(QueueFull);
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).acknowledge();
      await expect
        .poll(async () => queue.publish(jobNamed('more')).then(() => 'taken', String), within)
        .toBe('taken');
      expect((await queue.state()).published).toBe(4);
    });

    it('refuses a job above its bound of bytes', async () => {
      await start({ partitions: 1, maxBytes: 20_000 });
      const large = 'x'.repeat(3000);
      const publishes = Array.from({ length: 20 }, (_, i) => queue.publish(jobNamed(`${large}${i}`)));
      const ends = await Promise.allSettled(publishes);
      const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      expect(refused.length).toBeGreaterThan(0);
      for (const error of refused) expect(error).toBeInstanceOf(QueueFull);
      expect((await queue.state()).published).toBe(20 - refused.length);
    });

    it('is healthy while it would take a job, and not when it is full', async () => {
      await start({ partitions: 1, maxMessages: 1 });
      expect(await queue.healthy()).toBe(true);
      await publishMany(1);
      await expect.poll(() => queue.healthy(), { timeout: 15_000, interval: 100 }).toBe(false);
    });

    it('delivers a job again that was handed back, as often as that happens', async () => {
      await start();
      await publishMany(1);
      const { deliveries } = await collect();
      for (let round = 0; round < 5; round++) await (await nth(deliveries, round)).handBack();
      const last = await nth(deliveries, 5);
      expect(last.count).toBe(6);
      await last.acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
      expect(await metricOf(metrics, 'headroom_queue_messages_redelivered_total')).toBe(5);
    });

    it('waits with a job that was handed back for later', async () => {
      await start();
      await publishMany(1);
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).handBack(600);
      const handedBackAt = Date.now();
      await nth(deliveries, 1);
      expect(Date.now() - handedBackAt).toBeGreaterThan(400);
    });

    it('delivers again what nobody settled within ackWait', async () => {
      await start({ ackWait: 1 });
      await publishMany(1);
      const { deliveries } = await collect();
      const first = await nth(deliveries, 0);
      const second = await nth(deliveries, 1);
      expect(second.job.id).toBe(first.job.id);
      await second.acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
    });

    it('leaves a job with a worker that says that it is still at work', async () => {
      await start({ ackWait: 1 });
      await publishMany(1);
      const { deliveries } = await collect();
      const only = await nth(deliveries, 0);
      for (let i = 0; i < 10; i++) {
        await only.working();
        await sleep(200);
      }
      expect(deliveries).toHaveLength(1);
      await only.acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
    });

    it('sets a job aside at the second death of a process over it', async () => {
      await start();
      await publishMany(1);
      const { deliveries } = await collect();
      expect(await (await nth(deliveries, 0)).died('signal SIGSEGV')).toBe('retried');
      expect(await (await nth(deliveries, 1)).died('signal SIGSEGV')).toBe('set-aside');
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, setAside: 1 });
      await sleep(300);
      expect(deliveries).toHaveLength(2);
      expect(await metricOf(metrics, 'headroom_queue_messages_set_aside_total')).toBe(1);
    });

    it('does not take a job that is handed back for one over which a process died', async () => {
      await start();
      await publishMany(1);
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).handBack();
      expect(await (await nth(deliveries, 1)).died('killed')).toBe('retried');
      await (await nth(deliveries, 2)).handBack();
      expect(await (await nth(deliveries, 3)).died('killed')).toBe('set-aside');
    });

    it('sets a job aside that ends in silence again and again, as if it took down machines', async () => {
      await start({ ackWait: 0.5, maxDeliveries: 1 });
      await publishMany(1);
      const { deliveries } = await collect();
      await nth(deliveries, 1);
      await expect
        .poll(parts, { timeout: harness.patience + 5000 })
        .toEqual({ ...nothing, published: 1, setAside: 1 });
      expect(deliveries).toHaveLength(2);
    });

    it('sets a job aside when its worker says that nothing can end it', async () => {
      await start();
      await publishMany(1);
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).setAside('no bill can be written for it');
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, setAside: 1 });
      expect(await metricOf(metrics, 'headroom_queue_messages_set_aside_total')).toBe(1);
    });

    it('does not take a job again that it has set aside, long after it forgot the id', async () => {
      await start({ deduplicationWindow: 0.2, maxDeliveries: 1, ackWait: 0.5 });
      await queue.publish(jobNamed('dead'));
      await queue.publish(jobNamed('silent'));
      const delivered: string[] = [];
      await queue.consume({
        concurrency: 4,
        take: async ({ job, died }) => {
          delivered.push(job.id);
          if (job.id === 'dead') await died('signal SIGSEGV');
        },
      });
      const settled = { ...nothing, published: 2, setAside: 2 };
      await expect.poll(parts, { timeout: harness.patience + 5000 }).toEqual(settled);
      await sleep(300);
      for (const id of ['dead', 'silent']) {
        await expect(queue.publish(jobNamed(id, { again: true }))).rejects.toThrow(JobSetAside);
      }
      expect(await parts()).toEqual(settled);
      expect(delivered.sort()).toEqual(['dead', 'silent', 'silent']);
    });

    it('takes a job again that it has lost or dropped, as one that it never had', async () => {
      await start({ deduplicationWindow: 0.2 });
      await queue.publish(jobNamed('lost', { again: true }));
      const { deliveries } = await collect();
      const first = await nth(deliveries, 0);
      expect(await first.died('killed')).toBe('retried');
      await (await nth(deliveries, 1)).expire();
      await sleep(300);
      await queue.publish(jobNamed('lost', { again: true }));
      const again = await nth(deliveries, 2);
      expect(again.count).toBe(1);
      await again.acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 2, acknowledged: 1, expired: 1 });
    });

    it('counts deaths over a job that was published again while it was there', async () => {
      await start({ deduplicationWindow: 0.2, maxDeliveries: 2 });
      await queue.publish(jobNamed('poison'));
      let goOn: (() => void) | undefined;
      const published = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const fates: string[] = [];
      await queue.consume({
        concurrency: 1,
        take: async (delivery) => {
          await published;
          fates.push(await delivery.died('killed'));
        },
      });
      await sleep(300);
      await queue.publish(jobNamed('poison', { again: true }));
      goOn?.();
      // Each message has its end; the second needs no worker for it.
      await expect.poll(parts, within).toEqual({ ...nothing, published: 2, setAside: 2 });
      expect(fates).toEqual(['retried', 'set-aside']);
      expect(await metricOf(metrics, 'headroom_queue_messages_set_aside_total')).toBe(2);
    });

    it('adds up the silence over a job that was published again while it was there', async () => {
      await start({ ackWait: 0.5, deduplicationWindow: 0.2, maxDeliveries: 2 });
      await queue.publish(jobNamed('hangs'));
      const { deliveries } = await collect();
      await nth(deliveries, 1);
      await queue.publish(jobNamed('hangs', { again: true }));
      await expect
        .poll(parts, { timeout: harness.patience + 10_000 })
        .toEqual({ ...nothing, published: 2, setAside: 2 });
      // Four are allowed, and the other message may be out when the last of them ends.
      expect(deliveries.length).toBeLessThanOrEqual(5);
      await expect(queue.publish(jobNamed('hangs', { again: true }))).rejects.toThrow(JobSetAside);
    });

    it('hides no silence of a job behind an earlier message of it that was handed back', async () => {
      await start({ ackWait: 0.5, deduplicationWindow: 0.2, maxDeliveries: 1 });
      await queue.publish(jobNamed('twice'));
      const { deliveries } = await collect();
      for (let round = 0; round < 5; round++) await (await nth(deliveries, round)).handBack();
      await (await nth(deliveries, 5)).expire();
      await sleep(300);
      await queue.publish(jobNamed('twice', { again: true }));
      await expect
        .poll(parts, { timeout: harness.patience + 5000 })
        .toEqual({ ...nothing, published: 2, expired: 1, setAside: 1 });
      expect(deliveries).toHaveLength(8);
    });

    it('drops and counts a job for which nobody waits any more', async () => {
      await start();
      await publishMany(2);
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).expire();
      await (await nth(deliveries, 1)).acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 2, acknowledged: 1, expired: 1 });
      expect(await metricOf(metrics, 'headroom_queue_messages_expired_total')).toBe(1);
    });

    it('drops and counts what waited longer than it may, unseen by any worker', async () => {
      await start({ maxAge: 1 });
      await publishMany(5);
      await sleep(1100);
      await expect
        .poll(parts, { timeout: harness.patience + 10_000 })
        .toEqual({ ...nothing, published: 5, expired: 5 });
      const { deliveries } = await collect();
      await queue.publish(jobNamed('young'));
      expect((await nth(deliveries, 0)).job.id).toBe('young');
      expect(await metricOf(metrics, 'headroom_queue_messages_expired_total')).toBe(5);
    });

    it('does not drop what a worker had before, which may have served it, however old it is', async () => {
      await start({ maxAge: 1 });
      await queue.publish(jobNamed('begun'));
      const { deliveries } = await collect();
      await (await nth(deliveries, 0)).handBack(1500);
      const again = await nth(deliveries, 1);
      expect(again.count).toBe(2);
      await again.acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
    });

    it('takes nothing more when it drains, and lets run what runs', async () => {
      await start();
      let finished = 0;
      let begun = 0;
      const consumer = await queue.consume({
        concurrency: 2,
        take: async (delivery) => {
          begun += 1;
          await sleep(300);
          await delivery.acknowledge();
          finished += 1;
        },
      });
      await publishMany(10);
      await expect.poll(() => begun, within).toBe(2);
      await consumer.drain();
      expect(finished).toBe(2);
      expect(begun).toBe(2);
      // What was handed back on its way may still count as in flight.
      const left = async () => {
        const { waiting, inFlight, ...rest } = await parts();
        return { ...rest, left: waiting + inFlight };
      };
      const { waiting: _, inFlight: __, ...rest } = { ...nothing, published: 10, acknowledged: 2 };
      await expect.poll(left, within).toEqual({ ...rest, left: 8 });
    });

    it('hands back at once what is in flight when a consumer closes', async () => {
      await start();
      await publishMany(2);
      const { deliveries, consumer } = await collect();
      await nth(deliveries, 1);
      // What a test takes is over at once; only unsettled deliveries of running calls are the consumer's.
      await Promise.all(deliveries.map((delivery) => delivery.handBack(10_000)));
      await consumer.close();
      let begun = 0;
      const stuck = await queue.consume({
        concurrency: 2,
        take: () => {
          begun += 1;
          return new Promise(() => {});
        },
      });
      await queue.publish(jobNamed('held'));
      await expect.poll(() => begun, within).toBe(1);
      await stuck.close();
      const other = await collect();
      const again = await nth(other.deliveries, 0);
      expect(again.job.id).toBe('held');
      expect(again.count).toBeGreaterThanOrEqual(2);
      await again.acknowledge();
    });

    it('leaves a job to be delivered again where the worker throws', async () => {
      await start({ ackWait: 1 });
      await publishMany(1);
      let calls = 0;
      await queue.consume({
        concurrency: 1,
        take: async (delivery) => {
          calls += 1;
          if (calls === 1) throw new Error('a fault of the worker');
          await delivery.acknowledge();
        },
      });
      await expect.poll(() => calls, within).toBe(2);
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
    });

    it('ignores a second settling of the same delivery', async () => {
      await start();
      await publishMany(1);
      const { deliveries } = await collect();
      const delivery = await nth(deliveries, 0);
      await delivery.acknowledge();
      await delivery.acknowledge();
      await delivery.expire();
      await delivery.handBack();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 1, acknowledged: 1 });
    });

    it('sets aside what is no job, and goes on with the next one', async () => {
      await start({ partitions: 1 });
      const broken = [jobNamed('no-address', { bodyUrl: 'nowhere' }), { id: 'nothing-else' } as Job];
      for (const job of [...broken, jobNamed('good')]) await queue.publish(job);
      const { deliveries } = await collect();
      const good = await nth(deliveries, 0);
      expect(good.job.id).toBe('good');
      await good.acknowledge();
      await expect.poll(parts, within).toEqual({ ...nothing, published: 3, acknowledged: 1, setAside: 2 });
      expect(deliveries).toHaveLength(1);
      expect(await metricOf(metrics, 'headroom_queue_messages_set_aside_total')).toBe(2);
    });

    it('counts each job once, however often it was delivered and by whomever it was finished', async () => {
      await start({ ackWait: 1 });
      const ends: Record<string, (delivery: Delivery) => Promise<unknown>> = {
        'at-once': (delivery) => delivery.acknowledge(),
        late: (delivery) => delivery.expire(),
        'handed-back': (delivery) => (delivery.count < 3 ? delivery.handBack() : delivery.acknowledge()),
        poison: (delivery) => delivery.died('killed'),
        // Its first worker is silent for too long, and finishes it as well as the second.
        twice: async (delivery) => {
          if (delivery.count === 1) await sleep(1700);
          await delivery.acknowledge();
        },
        // Nobody settles it at all.
        stuck: async (delivery) => {
          const beat = setInterval(() => void delivery.working(), 200);
          held.push(() => clearInterval(beat));
        },
      };
      const held: (() => void)[] = [];
      const names = Object.keys(ends);
      await queue.consume({
        concurrency: 12,
        take: async (delivery) => {
          const end = ends[delivery.job.id.replace(/-\d$/, '')];
          await end?.(delivery);
        },
      });
      for (const name of names) for (const i of [0, 1, 2]) await queue.publish(jobNamed(`${name}-${i}`));
      const counter = (name: string) => metricOf(metrics, `headroom_queue_messages_${name}_total`);
      const counters = async () => ({
        published: await counter('published'),
        received: await counter('received'),
        acknowledged: await counter('acknowledged'),
        expired: await counter('expired'),
        setAside: await counter('set_aside'),
      });
      const expected = { published: 18, received: 18, acknowledged: 9, expired: 3, setAside: 3 };
      try {
        await expect.poll(counters, { ...within, timeout: harness.patience + 5000 }).toEqual(expected);
        await sleep(2500);
        expect(await counters()).toEqual(expected);
        expect(await counter('redelivered')).toBeGreaterThanOrEqual(12);
        const gauges = async () =>
          (await metricOf(metrics, 'headroom_queue_depth')) +
          (await metricOf(metrics, 'headroom_queue_in_flight'));
        const left = expected.published - expected.acknowledged - expected.expired - expected.setAside;
        await expect.poll(gauges, { ...within, timeout: harness.patience + 5000 }).toBe(left);
        const { inFlight, waiting } = await queue.state();
        expect(inFlight + waiting).toBe(left);
      } finally {
        for (const letGo of held) letGo();
      }
    });

    it('shows depth and age of what waits', async () => {
      await start();
      await publishMany(7);
      const poll = { timeout: harness.patience + 5000 };
      await expect.poll(() => metricOf(metrics, 'headroom_queue_depth'), poll).toBe(7);
      await expect
        .poll(() => metricOf(metrics, 'headroom_queue_oldest_age_seconds'), poll)
        .toBeGreaterThan(0.1);
      await collect();
      await expect.poll(() => metricOf(metrics, 'headroom_queue_in_flight'), poll).toBe(7);
      await expect.poll(() => metricOf(metrics, 'headroom_queue_depth'), poll).toBe(0);
    });

    it('refuses jobs when it is closed', async () => {
      await start();
      await queue.close();
      await expect(queue.publish(jobNamed('late'))).rejects.toMatchObject({ name: 'QueueUnavailable' });
      expect(await queue.healthy()).toBe(false);
    });
  });
}
