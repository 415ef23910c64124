import { describe, expect, it } from 'vitest';
import { createDeduplication } from '../../../service/queue/deduplication.ts';
import { createEmbeddedQueue } from '../../../service/queue/embedded-queue.ts';
import { openQueue } from '../../../service/queue/open.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { jobNamed, queueConfig, queueContract } from '../contracts/queue.ts';

const logger = createLogger('worker', 'silent');

describe('the embedded queue', () => {
  queueContract({
    open: (config, metrics) => openQueue({ ...config, url: 'embedded' }, { logger, metrics }),
    patience: 5000,
  });

  it('keeps the jobs that were set aside, with the reason', async () => {
    const queue = createEmbeddedQueue(queueConfig, { logger, metrics: createMetrics('worker') });
    await queue.publish(jobNamed('poison'));
    let deaths = 0;
    await queue.consume({
      concurrency: 1,
      take: async (delivery) => {
        deaths += 1;
        await delivery.died(`death ${deaths}`);
      },
    });
    await expect.poll(() => queue.aside()).toMatchObject([{ job: { id: 'poison' }, reason: 'death 2' }]);
    await queue.close();
  });
});

describe('the memory of ids', () => {
  it('forgets an id when its window is over', async () => {
    const ids = createDeduplication(30);
    ids.add('a');
    expect(ids.has('a')).toBe(true);
    expect(ids.has('b')).toBe(false);
    await expect.poll(() => ids.has('a')).toBe(false);
  });
});
