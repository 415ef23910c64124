import type { JetStreamClient } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { errors } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { createDeliveryRecords } from '../../../service/queue/nats-deliveries.ts';
import { deliveryOf } from '../../../service/queue/nats-delivery.ts';
import type { Tools } from '../../../service/queue/nats-ending.ts';
import type { Pulled } from '../../../service/queue/nats-message.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { jobNamed, queueConfig } from '../contracts/queue.ts';

/** A bucket of one key that stores each write, and whose reply to each first try comes too late. */
function lateBucket(first?: object): KV {
  let value = first;
  let revision = first ? 1 : 0;
  let isLate = false;
  const store = async (_key: string, text: string) => {
    value = JSON.parse(text);
    revision += 1;
    isLate = !isLate;
    if (isLate) throw new errors.TimeoutError();
  };
  const get = async () => value && { operation: 'PUT', revision, json: () => value };
  return { get, create: store, update: store } as unknown as KV;
}

function worldOf(bucket: KV) {
  const records = createDeliveryRecords(bucket, 5000);
  const tools: Tools = {
    client: {} as JetStreamClient,
    records,
    config: { ...queueConfig, maxDeliveries: 3 },
    logger: createLogger('worker', 'silent'),
    metrics: createMetrics('worker'),
  };
  const delivery = (count: number) => {
    const pulled = { job: jobNamed('job'), place: 'HEADROOM_JOBS_0-1', count, handBack: () => {} };
    return deliveryOf(pulled as unknown as Pulled, 0, tools);
  };
  return { records, delivery };
}

describe('the record of deliveries, when the reply to a write is late', () => {
  it('counts a death once', async () => {
    const { records, delivery } = worldOf(lateBucket());
    expect(await delivery(1).died('killed')).toBe('retried');
    expect(await records.find('job')).toMatchObject({
      deaths: 1,
      messages: { 'HEADROOM_JOBS_0-1': { told: 1 } },
    });
    expect(await delivery(2).died('killed')).toBe('retried');
    expect((await records.find('job')).deaths).toBe(2);
  });

  it('counts a job that is handed back once, also by a worker that tells it after the next one did', async () => {
    const { records, delivery } = worldOf(lateBucket());
    await delivery(2).handBack();
    await delivery(1).handBack();
    expect(await records.find('job')).toMatchObject({
      deaths: 0,
      messages: { 'HEADROOM_JOBS_0-1': { told: 2 } },
    });
  });

  it('goes on from a record without numbers', async () => {
    const before = { deaths: 1, messages: { 'HEADROOM_JOBS_0-1': { told: 1, silent: 0 } } };
    const { records, delivery } = worldOf(lateBucket(before));
    expect(await delivery(2).died('killed')).toBe('retried');
    expect(await records.find('job')).toEqual({
      deaths: 2,
      messages: { 'HEADROOM_JOBS_0-1': { told: 2, silent: 0, numbers: [2] } },
    });
  });
});
